use super::*;
use crate::access::Action;
use crate::deadlines::Deadlines;
use crate::indicators::Catalogues;
use crate::reports::actions;
use crate::reports::mutations::SubmitReportInput;
use async_graphql::InputType;

fn of_draft(key: &str, draft: &Value, revision: i32) -> Value {
    let report = json!({ "draft": { "reportId": draft["id"], "revision": revision } });
    json!({ "input": { "idempotencyKey": key, "report": report } })
}

#[tokio::test]
async fn a_draft_becomes_a_report_once() {
    let world = World::new().await;
    let draft = begin(&world, "ana", a_content()).await;
    let first = world.ask("ana", SUBMIT, of_draft("key-one-1", &draft, 1)).await;
    let report = &first["submitReport"]["report"];
    assert_eq!(report["id"], draft["id"]);
    assert_eq!(report["status"], "RECEIVED");
    assert_eq!(report["urgency"], "URGENT");
    assert_eq!(report["channel"], "PORTAL");
    let receipt = &first["submitReport"]["receipt"];
    assert_eq!(receipt["reference"], report["reference"]);
    assert!(text(&receipt["message"]).contains("192"));
    let again = world.ask("ana", SUBMIT, of_draft("key-one-1", &draft, 1)).await;
    assert_eq!(again, first);
    let other = world.ask("ana", SUBMIT, of_draft("key-two-2", &draft, 1)).await;
    assert_eq!(refusals(&other, "submitReport"), refusal("WRONG_STATE", "report.draft.reportId"));
    let message = text(&other["submitReport"]["userErrors"][0]["message"]);
    assert!(message.contains(&text(&report["reference"])), "{message}");
    let audited = world.audited(&text(&draft["id"])).await;
    assert_eq!(audited.iter().filter(|action| **action == Action::ReportSubmitted).count(), 1);
    let change = json!({ "input": { "reportId": draft["id"], "revision": 2, "content": {} } });
    let answer = world.ask("ana", UPDATE, change).await;
    assert_eq!(refusals(&answer, "updateDraft"), refusal("WRONG_STATE", "reportId"));
}

#[tokio::test]
async fn what_is_submitted_is_what_was_seen_and_is_complete() {
    let world = World::new().await;
    let draft = begin(&world, "ana", json!({ "persons": [] })).await;
    let answer = world.ask("ana", SUBMIT, of_draft("key-one-1", &draft, 7)).await;
    assert_eq!(refusals(&answer, "submitReport"), refusal("STALE", "report.draft.revision"));
    let answer = world.ask("ana", SUBMIT, of_draft("key-one-1", &draft, 1)).await;
    let codes: Vec<_> = refusals(&answer, "submitReport").into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["REQUIRED", "REQUIRED"]);
    assert_eq!(answer["submitReport"]["receipt"], Value::Null);
    let bare = json!({ "persons": [{}], "observations": "  " });
    let input = json!({ "idempotencyKey": key("a report"), "report": { "content": bare } });
    let answer = world.ask("ana", SUBMIT, json!({ "input": input })).await;
    assert_eq!(refusals(&answer, "submitReport"), refusal("REQUIRED", "report.content.observations"));
}

#[tokio::test]
async fn a_report_may_be_submitted_whole_and_by_the_centre_for_whoever_told_it() {
    let world = World::new().await;
    let id = submit(&world, "ana", a_content()).await;
    assert_eq!(submit(&world, "ana", a_content()).await, id);
    let told = json!({
        "onBehalfOf": "сусетка", "dangerNow": "YES", "observations": "Чује се вика.", "persons": [{ "child": "NO" }],
    });
    let input = json!({ "idempotencyKey": key("a report"), "report": { "content": told } });
    let answer = world.ask("iva", SUBMIT, json!({ "input": input })).await;
    let report = &answer["submitReport"]["report"];
    assert_eq!((&report["channel"], &report["urgency"]), (&json!("PHONE"), &json!("IMMEDIATE")));
}

/// The reference of whatever is submitted while only these references are given.
async fn submit_under(world: &World, key: &str, references: &[&str]) -> Option<String> {
    let scope = world.scope("ana").await;
    let catalogue = Catalogues::default().current(&scope).await.expect("a catalogue");
    let input = json!({ "idempotencyKey": key, "report": { "content": a_content() } });
    let input = async_graphql::Value::from_json(input).expect("a value");
    let input = SubmitReportInput::parse(Some(input)).map_err(|error| error.into_server_error(Default::default()));
    let mut references = references.iter().map(|reference| (*reference).to_owned());
    let desk = actions::Desk { catalogue: &catalogue, deadlines: &Deadlines::default(), request: None };
    let next = || references.next().unwrap_or_else(|| "PI-0000-0000-0".to_owned());
    let submitted = actions::submit_under(&scope, &desk, &input.expect("an input"), next).await;
    submitted.ok().and_then(|report| report.reference)
}

#[tokio::test]
async fn a_reference_that_is_taken_gives_way_to_the_next() {
    let world = World::new().await;
    let taken = "PI-0000-0000-0";
    assert_eq!(submit_under(&world, "key-one-1", &[taken]).await.as_deref(), Some(taken));
    let second = submit_under(&world, "key-two-2", &[taken, "PI-0000-0001-X"]).await;
    assert_eq!(second.as_deref(), Some("PI-0000-0001-X"));
    assert_eq!(submit_under(&world, "key-three-3", &[taken, taken, taken]).await, None);
    let listed = world.ask("ana", "{ reports { totalCount nodes { persons { pseudonym } } } }", json!({})).await;
    assert_eq!(listed["reports"]["totalCount"], 2);
}

#[tokio::test]
async fn submitting_twice_at_once_makes_one_report() {
    let world = World::new().await;
    let draft = begin(&world, "ana", a_content()).await;
    let (one, two) = (of_draft("key-one-1", &draft, 1), of_draft("key-two-2", &draft, 1));
    let (a, b, c) = tokio::join!(
        world.ask("ana", SUBMIT, one.clone()),
        world.ask("ana", SUBMIT, one),
        world.ask("ana", SUBMIT, two)
    );
    let references: std::collections::BTreeSet<String> = [&a, &b, &c]
        .iter()
        .filter_map(|answer| answer["submitReport"]["receipt"]["reference"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(references.len(), 1, "{a} {b} {c}");
}
