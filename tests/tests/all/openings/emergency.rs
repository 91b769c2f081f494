//! Emergency access: a case worker reads a report that is not assigned to it, for half an hour, and everybody who must know does.

use super::{OPENING, after, emergencies, listed, reads_identity, refused};
use crate::steps::{act, content, done, field, own_membership, refusals, step, submit};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

const NAME: &str = "openIdentityInEmergency";

fn emergency(key: &str, reference: &str) -> Value {
    json!({ "idempotencyKey": key, "reportReference": reference, "reason": "the police found her and asks" })
}

/// The reasons of what the protection officer reads of this action.
async fn reasons(server: &Server, action: &str) -> Vec<Value> {
    let officer = server.sign_in_as("protection@centre.example").await;
    let document =
        "query T($action: AuditAction) { auditEvents(first: 50, filter: { action: $action }) { nodes { reason } } }";
    let response = officer.query(document, json!({ "action": action })).await;
    let rows = crate::steps::list(&response.expect_no_errors().data()["auditEvents"]["nodes"]).to_vec();
    rows.into_iter().map(|row| row["reason"].clone()).collect()
}

async fn sees(client: &Client, report: &Value) -> bool {
    field(client, report, "observations").await.is_string()
}

#[rstest]
#[tokio::test]
async fn a_case_worker_reads_a_report_that_is_not_its_own(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    let report = submit(&reporter, "told-by-telephone", content("seen at the station")).await;
    let other = submit(&reporter, "of-no-emergency", content("another")).await;
    assert!(!sees(&worker, &report.id).await);
    let sloppy = report.reference.to_lowercase().replace('-', " ");
    let opened = done(&worker, NAME, &format!("opening {{ {OPENING} }}"), emergency("in-an-emergency", &sloppy)).await;
    let opened = opened["opening"].clone();
    assert_eq!((&opened["emergency"], &opened["personId"]), (&json!(true), &Value::Null));
    assert!(sees(&worker, &report.id).await && reads_identity(&worker, &report.id).await);
    assert!(!sees(&worker, &other.id).await);
    assert!(!sees(&server.sign_in_as("caseworker2@centre.example").await, &report.id).await);
    let list = "{ reports(first: 100) { nodes { id } totalCount } triageQueue(first: 100) { nodes { id } } }";
    let listed_now = worker.query(list, ()).await.expect_no_errors().data().to_string();
    assert!(listed_now.contains(&crate::steps::text(&report.id)));

    // It reads, and does nothing.
    let revision = field(&worker, &report.id, "revision").await;
    for (name, more) in [
        ("addNote", json!({ "idempotencyKey": "emergency-note", "text": "mine?" })),
        ("acceptReport", json!({ "idempotencyKey": "emergency-accept", "revision": revision, "reason": "signs" })),
        ("closeReport", json!({ "revision": revision, "reason": "closed" })),
        ("requestInformation", json!({ "idempotencyKey": "emergency-asks", "revision": revision, "question": "?" })),
    ] {
        let mut input = more;
        input["reportId"] = report.id.clone();
        assert_eq!(refusals(&worker, name, input).await, refused("NOT_FOUND", "reportId"), "{name}");
    }
    server.restart_at(&after(&opened["openedAt"], 30, 0)).await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    assert!(!sees(&worker, &report.id).await, "half an hour is over");
    let again = done(&worker, NAME, "opening { id expiresAt }", emergency("in-an-emergency", &sloppy)).await;
    assert_eq!(again["opening"]["id"], opened["id"], "the same key opens nothing anew");
    assert!(!sees(&worker, &report.id).await);
    server.restart_at(&after(&opened["openedAt"], -120, 0)).await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    assert!(!sees(&worker, &report.id).await, "set back, the clock opens nothing again");
}

#[rstest]
#[tokio::test]
async fn the_supervisor_and_the_protection_officer_see_it_first(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let (worker, intake) =
        (server.sign_in_as("caseworker@centre.example").await, server.sign_in_as("intake@centre.example").await);
    let report = submit(&reporter, "an-alarm-is-raised", content("x")).await;
    done(&worker, NAME, "opening { id }", emergency("in-an-emergency", &report.reference)).await;
    super::open(&intake, "a-later-opening", &report.person).await;
    let officer = server.sign_in_as("protection@centre.example").await;
    for email in ["supervisor@centre.example", "protection@centre.example"] {
        let client = server.sign_in_as(email).await;
        assert_eq!(emergencies(&client).await, 1, "{email}");
        let all = listed(&client, json!({})).await;
        assert_eq!((all.len(), &all[0]["emergency"]), (2, &json!(true)), "{email}: what cannot wait comes first");
        assert_eq!(all[0]["member"]["id"], own_membership(&worker).await);
    }
    assert_eq!((emergencies(&worker).await, emergencies(&intake).await), (json!(1), json!(0)), "one's own");
    assert_eq!(reasons(&server, "EMERGENCY_OPENED").await, [json!("the police found her and asks")]);
    let first = listed(&officer, json!({ "emergency": true })).await[0].clone();
    let review = json!({ "openingId": first["id"], "review": "IN_ORDER" });
    done(&officer, "reviewIdentityOpening", "opening { id }", review).await;
    assert_eq!(emergencies(&officer).await, 0);
    let all = listed(&officer, json!({})).await;
    assert_eq!((&all[0]["emergency"], &all[1]["emergency"]), (&json!(false), &json!(true)), "reviewed ones come last");
}

#[rstest]
#[tokio::test]
async fn a_wrong_reference_is_answered_alike_and_written_down(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let worker = server.sign_in_as("caseworker@centre.example").await.accept_language("en");
    let report = submit(&reporter, "barred-for-one", content("x")).await;
    let bar = json!({ "idempotencyKey": "bars-the-worker", "reportId": report.id,
        "membershipId": own_membership(&worker).await, "reason": "a cousin" });
    done(&supervisor, "barFromReport", "bar { id }", bar).await;
    let mut answers = Vec::new();
    for (key, reference) in [
        ("of-nothing-1", "PI-0000-0000-0"),
        ("of-nothing-2", "not a reference at all"),
        ("of-nothing-3", "PR-0000-0000-0"),
        ("barred-from", &report.reference),
    ] {
        let response = act(&worker, NAME, "opening { id }", emergency(key, reference)).await;
        let again = act(&worker, NAME, "opening { id }", emergency(key, reference)).await;
        assert_eq!(response.body(), again.body());
        answers.push(response.expect_no_errors().data().clone());
    }
    assert_eq!(answers[0][NAME]["userErrors"][0]["code"], "NOT_FOUND");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    // A key that was used for one reference tells nothing of another.
    for reference in ["PI-0000-0000-0", &report.reference, "nonsense"] {
        let other = refusals(&worker, NAME, emergency("of-nothing-3", reference)).await;
        assert_eq!(other, refused("KEY_REUSED", "idempotencyKey"));
    }
    let written = reasons(&server, "EMERGENCY_REFUSED").await;
    assert_eq!(written.len(), 4);
    assert!(written[0].as_str().expect("a reason").contains(&report.reference), "{written:?}");
    assert_eq!(emergencies(&supervisor).await, 0);
    for bad in ["", " \t"] {
        assert_eq!(refusals(&worker, NAME, emergency("empty-ones", bad)).await, refused("REQUIRED", "reportReference"));
    }
    let long = refusals(&worker, NAME, emergency("too-long-1", &"P".repeat(201))).await;
    assert_eq!(long, refused("TOO_LONG", "reportReference"));
}

#[rstest]
#[tokio::test]
async fn it_is_for_case_workers_and_counts_for_nothing_else(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    let report = submit(&reporter, "counted-by-nobody", content("x")).await;
    for email in [
        "reporter@school-01.example",
        "coordinator@school-01.example",
        "intake@centre.example",
        "supervisor@centre.example",
        "protection@centre.example",
        "analyst@centre.example",
    ] {
        let client = server.sign_in_as(email).await;
        let refused = act(&client, NAME, "__typename", emergency("not-for-you", &report.reference)).await;
        assert_eq!(refused.error_codes(), ["NOT_FOUND"], "{email}");
    }
    let submitted = field(&reporter, &report.id, "submittedAt").await;
    let year: i64 = crate::steps::text(&submitted)[..4].parse().expect("a year");
    let count = "query C($year: Int!) { yearlyCounts(year: $year) { reports { total } } }";
    let counted = async || worker.query(count, json!({ "year": year })).await.expect_no_errors().data().clone();
    let before = counted().await;
    done(&worker, NAME, "opening { id }", emergency("in-an-emergency", &report.reference)).await;
    assert_eq!(counted().await, before, "a caseload is what is assigned");
    let intake = server.sign_in_as("intake@centre.example").await;
    step(&intake, "assignReport", &report.id, json!({ "membershipId": own_membership(&worker).await })).await;
    assert_ne!(counted().await, before);
}
