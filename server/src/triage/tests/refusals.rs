//! What is refused, and what the refusal says.

use super::*;
use crate::error::Fault;
use crate::testing::assert_fault;

#[tokio::test]
async fn of_two_officers_at_once_one_wins_and_the_other_is_told_who_did_what() {
    let world = World::new().await;
    let report = submit(&world, "ana", about(1)).await;
    let (goran, gorica) = (world.membership("goran").await, world.membership("gorica").await);
    let input = |to: &str| json!({ "reportId": report, "revision": 1, "membershipId": to });
    let (iva, ivan) = tokio::join!(
        send(&world, "iva", "assignReport", input(&goran)),
        send(&world, "ivan", "assignReport", input(&gorica)),
    );
    let (winner, lost) = if iva["report"].is_null() { ("ivan", iva) } else { ("iva", ivan) };
    let (code, field, message) = refusal(&lost);
    assert_eq!((&*code, &*field), ("STALE", "revision"));
    assert!(message.contains(&format!("{winner} assigned it")), "{message}");
    assert_eq!(read(&world, "iva", &report, "revision").await, 2);
}

#[tokio::test]
async fn a_wrong_transition_is_refused_with_what_is_possible() {
    let world = World::new().await;
    let report = submit(&world, "ana", about(1)).await;
    let question = json!({ "idempotencyKey": "a-question", "question": "Где?" });
    step(&world, "iva", "requestInformation", &report, question).await;
    let question = json!({ "idempotencyKey": "b-question", "question": "Када?" });
    let (code, field, message) = refusal(&try_step(&world, "iva", "requestInformation", &report, question).await);
    assert_eq!((&*code, &*field), ("WRONG_STATE", "reportId"));
    assert!(message.contains("waits for the partner's answer") && message.contains("close it"), "{message}");

    step(&world, "iva", "closeReport", &report, json!({ "reason": "Без основа." })).await;
    assert_eq!(read(&world, "ana", &report, "status").await, "CLOSED");
    let reason = json!({ "reason": "Још једном." });
    let (_, _, message) = refusal(&try_step(&world, "iva", "closeReport", &report, reason.clone()).await);
    assert!(message.contains("nothing that you can do"), "{message}");
    let (_, _, message) = refusal(&try_step(&world, "sava", "closeReport", &report, reason.clone()).await);
    assert!(message.contains("Possible now: reopen it."), "{message}");
    step(&world, "sava", "reopenReport", &report, reason).await;
    let rest = json!({ "authority": "Тужилаштво", "reason": "Надлежно је." });
    step(&world, "iva", "passReportOn", &report, rest).await;
    let events = read(&world, "iva", &report, "events(last: 1) { nodes { to reason } }").await;
    assert_eq!(events["nodes"], json!([{ "to": "PASSED_ON", "reason": "Тужилаштво: Надлежно је." }]));
}

#[tokio::test]
async fn reasons_and_texts_must_be_there() {
    let world = World::new().await;
    let report = submit(&world, "ana", about(1)).await;
    for (mutation, rest, code, field) in [
        ("closeReport", json!({ "reason": "  " }), "REQUIRED", "reason"),
        ("closeReport", json!({ "reason": "р".repeat(2_001) }), "TOO_LONG", "reason"),
        ("passReportOn", json!({ "authority": "", "reason": "зато" }), "REQUIRED", "authority"),
        ("acceptReport", json!({ "idempotencyKey": "a-long-key", "reason": "\0" }), "INVALID", "reason"),
        ("acceptReport", json!({ "idempotencyKey": "short", "reason": "зато" }), "INVALID", "idempotencyKey"),
        ("requestInformation", json!({ "idempotencyKey": "a-long-key", "question": "" }), "REQUIRED", "question"),
        ("sendNotice", json!({ "idempotencyKey": "a-long-key", "text": "\n" }), "REQUIRED", "text"),
        ("assignReport", json!({ "membershipId": "membership_nothing" }), "NOT_FOUND", "membershipId"),
    ] {
        let (found, path, _) = refusal(&try_step(&world, "sava", mutation, &report, rest).await);
        assert_eq!((&*found, &*path), (code, field), "{mutation}");
    }
    assert_eq!(read(&world, "iva", &report, "revision").await, 1, "nothing happened");
}

#[tokio::test]
async fn a_report_is_assigned_to_active_staff_of_the_centre_that_works_on_reports() {
    let world = World::new().await;
    let report = submit(&world, "ana", about(1)).await;
    for unfit in ["ana", "alma", "petar", "tanja"] {
        let rest = json!({ "membershipId": world.membership(unfit).await });
        let refused = try_step(&world, "iva", "assignReport", &report, rest).await;
        assert_eq!(refusal(&refused).0, "INVALID", "{unfit}");
    }
    for fit in ["iva", "sava", "goran"] {
        assert_eq!(assign(&world, "ivan", &report, fit).await["assignee"]["name"], fit);
    }
}

#[tokio::test]
async fn what_a_role_does_not_reach_does_not_exist() {
    let world = World::new().await;
    let report = submit(&world, "ana", about(1)).await;
    let close = "mutation($input: CloseReportInput!) { closeReport(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "reportId": report, "revision": 1, "reason": "зато" } });
    for name in ["ana", "aca", "alma", "petar", "tanja"] {
        assert_fault(&world.execute(name, close, input.clone()).await, Fault::NotFound);
    }
    let reopen = "mutation($input: ReopenReportInput!) { reopenReport(input: $input) { userErrors { code } } }";
    assert_fault(&world.execute("iva", reopen, input.clone()).await, Fault::NotFound);
    let found = world.ask("goran", close, input).await;
    assert_eq!(found["closeReport"]["userErrors"][0]["code"], "NOT_FOUND", "not assigned to this case worker");
}

#[tokio::test]
async fn a_case_worker_sees_what_is_assigned_to_it_and_loses_it_when_it_goes_to_another() {
    let world = World::new().await;
    let (mine, other) = (submit(&world, "ana", about(1)).await, submit(&world, "ana", about(1)).await);
    assign(&world, "iva", &mine, "goran").await;
    assign(&world, "iva", &other, "gorica").await;
    let queue = async |name: &str| {
        let answer = world.ask(name, "{ triageQueue { nodes { id } } }", json!({})).await;
        answer["triageQueue"]["nodes"]
            .as_array()
            .expect("nodes")
            .iter()
            .map(|node| text(&node["id"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(queue("goran").await, std::slice::from_ref(&mine));
    assert_eq!(read(&world, "goran", &other, "id").await, Value::Null);
    assign(&world, "sava", &mine, "gorica").await;
    assert_eq!(queue("goran").await, Vec::<String>::new());
    assert_eq!(queue("gorica").await, [mine, other]);
}
