//! Asking for an erasure, holding and releasing it, and access requests.

use super::super::job::Done;
use super::super::preview::{Ahead, Stays, preview};
use super::super::rules::Class;
use super::erasing::{attempt, close, read, retention, run_at, step, submitted, years_later};
use crate::access::{Action, Purpose};
use crate::error::Fault;
use crate::testing::{World, assert_fault};
use chrono::TimeDelta;
use serde_json::{Value, json};

const ERASURES: &str = "query($state: ErasureState) { erasures(state: $state) { totalCount nodes {
    id together state ground reason holdReason person { id } report { id } proposedBy { name } heldBy { name }
    reviewEndsAt } } }";

async fn erasures(world: &World, state: &str) -> Vec<Value> {
    let answer = world.ask("sava", ERASURES, json!({ "state": state })).await;
    answer["erasures"]["nodes"].as_array().expect("nodes").clone()
}

fn asking(key: &str, persons: &[&String]) -> Value {
    json!({ "idempotencyKey": key, "personIds": persons, "reason": "захтев лица" })
}

fn refused(code: &str, field: &str) -> Value {
    json!({ "userErrors": [{ "code": code, "field": field.split('.').collect::<Vec<_>>() }] })
}

#[tokio::test]
async fn an_erasure_that_is_held_waits_and_goes_a_whole_window_after_its_release() {
    let world = World::new().await;
    let (report, persons) = submitted(&world, "ana", "held", &["Мира"]).await;
    close(&world, &report).await;
    let (retention, due) = (retention(10, 5), years_later(&world, 6));
    assert_eq!(run_at(&world, &retention, due).await.proposed, 1);
    let proposed = erasures(&world, "PROPOSED").await;
    assert_eq!((proposed.len(), &proposed[0]["ground"]), (1, &json!("NOT_IDENTIFIED")));
    assert_eq!(proposed[0]["proposedBy"], Value::Null);
    let decision = json!({ "erasureId": proposed[0]["id"], "reason": "суд још ради" });
    assert_eq!(attempt(&world, "sava", "releaseErasure", decision.clone()).await, refused("WRONG_STATE", "erasureId"));
    step(&world, "sava", "holdErasure", decision.clone()).await;
    assert_eq!(attempt(&world, "sava", "holdErasure", decision.clone()).await, refused("WRONG_STATE", "erasureId"));
    let held = erasures(&world, "HELD").await;
    assert_eq!((&held[0]["holdReason"], &held[0]["heldBy"]["name"]), (&json!("суд још ради"), &json!("sava")));
    assert_eq!(run_at(&world, &retention, due + TimeDelta::days(900)).await, Done::default());
    assert_eq!(read(&world, &report).await["observations"], "held-виђено");
    step(&world, "sava", "releaseErasure", decision.clone()).await;
    // The window of the release begins at the clock of the world.
    assert_eq!(run_at(&world, &retention, world.clock.now() + TimeDelta::days(29)).await, Done::default());
    assert_eq!(run_at(&world, &retention, due).await, Done { erased: 1, ..Done::default() });
    assert_eq!(attempt(&world, "sava", "holdErasure", decision).await, refused("WRONG_STATE", "erasureId"));
    let executed = erasures(&world, "EXECUTED").await;
    assert_eq!((&executed[0]["holdReason"], &executed[0]["reviewEndsAt"]), (&Value::Null, &Value::Null));
    use Action::{ErasureHeld, ErasureProposed, ErasureReleased, PersonErased};
    assert_eq!(world.audited(&persons[0]).await, [ErasureProposed, ErasureHeld, ErasureReleased, PersonErased]);
}

#[tokio::test]
async fn the_preview_says_when_they_go_and_who_is_held_back() {
    let world = World::new().await;
    let (report, _) = submitted(&world, "ana", "ahead", &["Мира"]).await;
    close(&world, &report).await;
    let (retention, due) = (retention(10, 5), years_later(&world, 6));
    let scope = world.service(Purpose::Erasure);
    let ahead = async |now, until| preview(&scope, &retention, now, until).await.expect("a preview");
    let one = |at, class, stays| vec![Ahead { at, class, stays }];
    let goes = due + retention.review;
    let class = Some(Class::NotIdentified);
    assert_eq!(ahead(due, due).await, [], "it is under review until then");
    assert_eq!(ahead(due, goes).await, one(goes, class, None), "not when its period ends");
    assert_eq!(run_at(&world, &retention, due).await.proposed, 1);
    assert_eq!(ahead(due + TimeDelta::days(9), goes).await, one(goes, class, None), "by its review, and once");
    let proposed = erasures(&world, "PROPOSED").await;
    step(&world, "sava", "holdErasure", json!({ "erasureId": proposed[0]["id"], "reason": "суд још ради" })).await;
    assert_eq!(ahead(due, due).await, one(goes, class, Some(Stays::Held)));
    let (report, persons) = submitted(&world, "ana", "asked-ahead", &["Јана"]).await;
    close(&world, &report).await;
    step(&world, "sava", "requestErasure", asking("asks-ahead", &persons.iter().collect::<Vec<_>>())).await;
    let asked = ahead(world.clock.now(), world.clock.now() + retention.review).await;
    assert_eq!(asked.iter().filter(|ahead| ahead.class.is_none() && ahead.stays.is_none()).count(), 1, "{asked:?}");
}

#[tokio::test]
async fn a_person_that_asks_goes_after_the_window_also_where_no_period_is_confirmed() {
    let world = World::new().await;
    let (report, persons) = submitted(&world, "ana", "asked", &["Мира", "Јана"]).await;
    let input = asking("ask-for-mira", &[&persons[0]]);
    assert_eq!(attempt(&world, "sava", "requestErasure", input.clone()).await, refused("WRONG_STATE", "personIds"));
    close(&world, &report).await;
    step(&world, "sava", "requestErasure", input.clone()).await;
    step(&world, "sava", "requestErasure", input).await;
    let proposed = erasures(&world, "PROPOSED").await;
    assert_eq!(proposed.len(), 1, "sent twice, asked once");
    assert_eq!((&proposed[0]["reason"], &proposed[0]["proposedBy"]["name"]), (&json!("захтев лица"), &json!("sava")));
    let again = asking("ask-for-mira-again", &[&persons[0]]);
    assert_eq!(attempt(&world, "sava", "requestErasure", again.clone()).await, refused("WRONG_STATE", "personIds"));
    let later = world.clock.now() + TimeDelta::days(31);
    assert_eq!(run_at(&world, &retention(0, 0), later).await, Done { erased: 1, ..Done::default() });
    let left = read(&world, &report).await;
    assert_eq!(left["persons"][0]["pseudonym"], Value::Null);
    assert_eq!(left["persons"][1]["pseudonym"], "Јана-надимак");
    assert_eq!(left["observations"], "asked-виђено");
    assert_eq!(attempt(&world, "sava", "requestErasure", again).await, refused("WRONG_STATE", "personIds"));
    assert_eq!(erasures(&world, "EXECUTED").await[0]["reason"], Value::Null, "the words of the request went as well");
}

#[tokio::test]
async fn who_stands_in_two_joined_reports_is_erased_in_both_or_in_none() {
    let world = World::new().await;
    let (first, mira) = submitted(&world, "ana", "first", &["Мира"]).await;
    let (second, same) = submitted(&world, "pavle", "second", &["Мира М."]).await;
    let join = json!({ "reportId": second, "revision": 1, "intoReportId": first, "reason": "исти догађај" });
    step(&world, "sava", "joinReport", join).await;
    close(&world, &first).await;
    let half = asking("ask-for-half", &[&mira[0]]);
    assert_eq!(attempt(&world, "sava", "requestErasure", half).await, refused("REQUIRED", "personIds"));
    step(&world, "sava", "requestErasure", asking("ask-for-both", &[&mira[0], &same[0]])).await;
    let proposed = erasures(&world, "PROPOSED").await;
    assert_eq!(proposed.len(), 2);
    assert_eq!(proposed[0]["together"], proposed[1]["together"]);
    step(&world, "sava", "holdErasure", json!({ "erasureId": proposed[1]["id"], "reason": "провера" })).await;
    assert_eq!(erasures(&world, "HELD").await.len(), 2, "both wait");
    step(&world, "sava", "releaseErasure", json!({ "erasureId": proposed[0]["id"], "reason": "проверено" })).await;
    let later = world.clock.now() + TimeDelta::days(31);
    assert_eq!(run_at(&world, &retention(0, 0), later).await.erased, 2);
    for report in [first, second] {
        assert_eq!(read(&world, &report).await["observations"], Value::Null);
    }
}

/// Two joined reports that have ended, and a person of each. Sava, who saw both, says afterwards that it may not see the second.
async fn joined_and_half_seen(world: &World) -> (Vec<String>, Vec<String>) {
    let (first, mira) = submitted(world, "ana", "first", &["Мира"]).await;
    let (second, same) = submitted(world, "pavle", "second", &["Мира М."]).await;
    let join = json!({ "reportId": second, "revision": 1, "intoReportId": first, "reason": "исти догађај" });
    step(world, "sofija", "joinReport", join).await;
    close(world, &first).await;
    let declared = json!({ "idempotencyKey": "a-relative-of-hers", "reportId": second, "reason": "рођака" });
    step(world, "sava", "declareConflictOfInterest", declared).await;
    (mira, same)
}

#[tokio::test]
async fn whoever_is_barred_from_a_joined_report_has_nobody_erased_by_half() {
    let world = World::new().await;
    let (mira, _) = joined_and_half_seen(&world).await;
    step(&world, "sava", "requestErasure", asking("ask-for-half", &[&mira[0]])).await;
    let later = world.clock.now() + TimeDelta::days(31);
    assert_eq!(run_at(&world, &retention(0, 0), later).await, Done { dropped: 1, ..Done::default() });
    let mut sure = asking("ask-for-one-alone", &[&mira[0]]);
    sure["standsNowhereElse"] = json!(true);
    step(&world, "sofija", "requestErasure", sure).await;
    assert_eq!(run_at(&world, &retention(0, 0), later).await, Done { erased: 1, ..Done::default() });
}

#[tokio::test]
async fn whoever_is_barred_from_a_joined_report_holds_all_that_goes_with_the_other() {
    let world = World::new().await;
    let (mira, same) = joined_and_half_seen(&world).await;
    step(&world, "sofija", "requestErasure", asking("ask-for-both", &[&mira[0], &same[0]])).await;
    let seen = erasures(&world, "PROPOSED").await;
    assert_eq!(seen.len(), 1, "the other one is not there for it");
    let decision = json!({ "erasureId": seen[0]["id"], "reason": "провера" });
    step(&world, "sava", "holdErasure", decision.clone()).await;
    let later = world.clock.now() + TimeDelta::days(31);
    assert_eq!(run_at(&world, &retention(0, 0), later).await, Done::default(), "neither goes");
    step(&world, "sofija", "holdErasure", decision.clone()).await;
    step(&world, "sava", "releaseErasure", decision.clone()).await;
    assert_eq!(run_at(&world, &retention(0, 0), later).await, Done::default(), "the other one is still held");
    step(&world, "sofija", "releaseErasure", decision).await;
    assert_eq!(run_at(&world, &retention(0, 0), later).await, Done { erased: 2, ..Done::default() });
}

#[tokio::test]
async fn two_joined_reports_are_proposed_together_when_the_later_one_has_ended() {
    let world = World::new().await;
    let (first, _) = submitted(&world, "ana", "older", &["Мира"]).await;
    let (second, _) = submitted(&world, "pavle", "newer", &["Мира М."]).await;
    let join = json!({ "reportId": second, "revision": 1, "intoReportId": first, "reason": "исти догађај" });
    step(&world, "sava", "joinReport", join).await;
    let (retention, due) = (retention(10, 5), years_later(&world, 6));
    assert_eq!(run_at(&world, &retention, due).await, Done::default(), "the first is at work");
    close(&world, &first).await;
    assert_eq!(run_at(&world, &retention, due).await.proposed, 2);
    assert_eq!(run_at(&world, &retention, due + TimeDelta::days(31)).await.erased, 2);
}

#[tokio::test]
async fn an_access_request_gives_everything_about_the_person_and_nothing_about_who_reported() {
    let world = World::new().await;
    let (report, persons) = submitted(&world, "ana", "export", &["Мира", "Јана"]).await;
    let note = json!({ "idempotencyKey": "note-export", "reportId": report, "text": "о њој" });
    step(&world, "sava", "addNote", note).await;
    let document =
        "mutation($input: ExportPersonInput!) { exportPerson(input: $input) { export userErrors { code field } } }";
    let input = |reason: &str| json!({ "input": { "personId": persons[0], "reason": reason } });
    let short = world.ask("sava", document, input("кратко")).await["exportPerson"].clone();
    assert_eq!(short, json!({ "export": null, "userErrors": [{ "code": "INVALID", "field": ["reason"] }] }));
    let answer = world.ask("sava", document, input("захтев за приступ")).await["exportPerson"]["export"].clone();
    assert_eq!(answer["identity"]["names"], "Мира");
    assert_eq!(answer["report"]["observations"], "export-виђено");
    assert_eq!(answer["indicators"][0]["remark"], "Мира-белешка");
    assert_eq!(answer["notes"][0]["text"], "о њој");
    assert_eq!(answer["otherPersonsInReport"], 1);
    let text = answer.to_string();
    assert!(!text.contains("Јана"), "another person: {text}");
    assert!(!text.contains("\"ana\"") && !text.contains("\"sava\""), "who wrote: {text}");
    assert_eq!(world.audited(&persons[0]).await, [Action::PersonExported]);
    for name in ["ana", "iva", "goran", "petar", "alma"] {
        assert_fault(&world.execute(name, document, input("захтев за приступ")).await, Fault::NotFound);
        assert_fault(&world.execute(name, ERASURES, json!({})).await, Fault::NotFound);
    }
}

#[tokio::test]
async fn requests_that_name_nobody_or_nonsense_are_refused() {
    let world = World::new().await;
    let (report, persons) = submitted(&world, "ana", "refused", &["Мира"]).await;
    close(&world, &report).await;
    assert_eq!(
        attempt(&world, "sava", "requestErasure", asking("ask-nobody", &[])).await,
        refused("REQUIRED", "personIds")
    );
    let unknown = persons[0].replace("person_", "report_");
    let input = asking("ask-unknown", &[&persons[0], &unknown]);
    assert_eq!(attempt(&world, "sava", "requestErasure", input).await, refused("NOT_FOUND", "personIds.1"));
    let many: Vec<&String> = std::iter::repeat_n(&persons[0], 21).collect();
    let input = asking("ask-for-many", &many);
    assert_eq!(attempt(&world, "sava", "requestErasure", input).await, refused("TOO_LONG", "personIds"));
    let decision = json!({ "erasureId": persons[0], "reason": "разлог" });
    assert_eq!(attempt(&world, "sava", "holdErasure", decision).await, refused("NOT_FOUND", "erasureId"));
    let blank = json!({ "idempotencyKey": "ask-blank-reason", "personIds": persons, "reason": "  " });
    assert_eq!(attempt(&world, "sava", "requestErasure", blank).await, refused("REQUIRED", "reason"));
}

const OPENINGS: &str =
    "{ identityOpenings { nodes { id personId exported emergency reason member { name } reviewedAt } } }";

#[tokio::test]
async fn an_identity_that_leaves_with_an_export_is_reviewed_like_one_that_was_opened() {
    let world = World::new().await;
    let (_, persons) = submitted(&world, "ana", "export-review", &["Мира"]).await;
    let input = json!({ "personId": persons[0], "reason": "захтев за приступ" });
    step(&world, "sava", "exportPerson", input.clone()).await;
    let openings = async |name: &str| world.ask(name, OPENINGS, json!({})).await["identityOpenings"]["nodes"].clone();
    let listed = openings("petar").await;
    let opening = listed[0]["id"].clone();
    let expected = json!([{ "id": opening, "personId": persons[0], "exported": true, "emergency": false,
        "reason": "захтев за приступ", "member": { "name": "sava" }, "reviewedAt": null }]);
    assert_eq!(listed, expected);
    let identity = "query($id: ID!) { node(id: $id) { ... on Person { identity { names } } } }";
    let seen = world.ask("sava", identity, json!({ "id": persons[0] })).await;
    assert_eq!(seen["node"]["identity"], Value::Null, "nothing stays open");
    assert_eq!(
        attempt(&world, "sava", "closeIdentity", json!({ "openingId": opening })).await["userErrors"][0]["code"],
        "WRONG_STATE"
    );
    let own = json!({ "openingId": opening, "review": "IN_ORDER" });
    step(&world, "petar", "reviewIdentityOpening", own).await;
    step(&world, "sava", "exportPerson", input).await;
    let each: Vec<Value> =
        openings("sava").await.as_array().expect("a list").iter().map(|one| one["reviewedAt"].clone()).collect();
    assert_eq!((each.len(), &each[0], each[1].is_string()), (2, &Value::Null, true), "each export by itself");
    use Action::{OpeningRead, OpeningReviewed, PersonExported};
    let trail = [PersonExported, OpeningRead, OpeningReviewed, PersonExported, OpeningRead];
    assert_eq!(world.audited(&persons[0]).await, trail);
}

#[tokio::test]
async fn an_export_without_an_identity_opens_none() {
    let world = World::new().await;
    let content = json!({ "observations": "виђено", "persons": [{ "pseudonym": "непозната", "child": "NO" }] });
    let input = json!({ "idempotencyKey": "nobody-knows-who", "report": { "content": content } });
    let document = "mutation($input: SubmitReportInput!) { submitReport(input: $input) { report { persons { id } } } }";
    let person =
        world.ask("ana", document, json!({ "input": input })).await["submitReport"]["report"]["persons"][0]["id"]
            .clone();
    step(&world, "sava", "exportPerson", json!({ "personId": person, "reason": "захтев за приступ" })).await;
    assert_eq!(world.ask("petar", OPENINGS, json!({})).await, json!({ "identityOpenings": { "nodes": [] } }));
}
