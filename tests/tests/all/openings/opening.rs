//! An identity is open for whoever opened it, for half an hour.

use super::{OPENING, after, listed, open, opening, reads_identity, refused};
use crate::steps::{act, content, done, list, own_membership, refusals, step, submit};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Database, Server};

#[rstest]
#[tokio::test]
async fn it_is_open_for_whoever_opened_it_and_for_nobody_else(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let (one, two) =
        (server.sign_in_as("intake@centre.example").await, server.sign_in_as("intake2@centre.example").await);
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let report = submit(&reporter, "opened-by-one", content("x")).await;
    let other = submit(&reporter, "opened-by-nobody", content("y")).await;
    assert!(!reads_identity(&one, &report.id).await);
    let opened = open(&one, "first-opening", &report.person).await;
    assert!(reads_identity(&one, &report.id).await);
    for stranger in [&two, &supervisor] {
        assert!(!reads_identity(stranger, &report.id).await);
    }
    assert!(!reads_identity(&one, &other.id).await, "one identity was opened, not two");
    assert_eq!(opened["expiresAt"], json!(after(&opened["openedAt"], 30, 0)));
    let told = [&opened["reportId"], &opened["personId"], &opened["emergency"], &opened["member"]["id"]];
    assert_eq!(told, [&report.id, &report.person, &json!(false), &own_membership(&one).await]);
    assert_eq!((&opened["reportReference"], &opened["review"]), (&json!(report.reference), &Value::Null));

    assert_eq!(listed(&one, json!({ "open": true })).await, std::slice::from_ref(&opened), "its own");
    assert_eq!(listed(&two, json!({})).await, Vec::<Value>::new(), "nobody else's");
    let close = json!({ "openingId": opened["id"] });
    assert_eq!(refusals(&two, "closeIdentity", close.clone()).await, refused("NOT_FOUND", "openingId"));
    done(&one, "closeIdentity", "opening { id }", close.clone()).await;
    assert!(!reads_identity(&one, &report.id).await);
    assert_eq!(refusals(&one, "closeIdentity", close).await, refused("WRONG_STATE", "openingId"));
    assert_eq!(listed(&one, json!({ "open": true })).await, Vec::<Value>::new());
}

#[rstest]
#[tokio::test]
async fn it_ends_after_half_an_hour(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "opened-for-a-while", content("x")).await;
    let opened = open(&server.sign_in_as("intake@centre.example").await, "first-opening", &report.person).await;
    // Set back behind what it has seen, the clock opens nothing again.
    for (seconds, still_open) in [(-20, true), (0, false), (-32 * 60, false), (-150 * 60, false), (0, false)] {
        server.restart_at(&after(&opened["openedAt"], 30, seconds)).await;
        let intake = server.sign_in_as("intake@centre.example").await;
        assert_eq!(reads_identity(&intake, &report.id).await, still_open, "{seconds} s from the end");
    }
    let intake = server.sign_in_as("intake@centre.example").await;
    let close = json!({ "openingId": opened["id"] });
    assert_eq!(refusals(&intake, "closeIdentity", close).await, refused("WRONG_STATE", "openingId"));
    // The same key answers the same opening, which shows nothing any more; a new one opens anew.
    let selection = "opening { id } identity { names }";
    let again = done(&intake, "openIdentity", selection, opening("first-opening", &report.person)).await;
    assert_eq!((&again["opening"]["id"], &again["identity"]), (&opened["id"], &Value::Null));
    open(&intake, "second-opening", &report.person).await;
    assert!(reads_identity(&intake, &report.id).await);
    assert_eq!(listed(&intake, json!({})).await.len(), 2);
    assert_eq!(listed(&intake, json!({ "open": false })).await[0]["id"], opened["id"]);
}

#[rstest]
#[tokio::test]
async fn the_settings_say_how_long(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::with(database).env("OSLONAC_IDENTITY__OPEN_MINUTES", "5").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "opened-for-less", content("x")).await;
    let opened = open(&server.sign_in_as("intake@centre.example").await, "first-opening", &report.person).await;
    assert_eq!(opened["expiresAt"], json!(after(&opened["openedAt"], 5, 0)));
}

#[rstest]
#[tokio::test]
async fn it_is_of_no_use_once_the_report_is_somebody_elses(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let (one, two) =
        (server.sign_in_as("caseworker@centre.example").await, server.sign_in_as("caseworker2@centre.example").await);
    let report = submit(&reporter, "taken-from-one", content("x")).await;
    step(&intake, "assignReport", &report.id, json!({ "membershipId": own_membership(&one).await })).await;
    open(&one, "opened-by-one", &report.person).await;
    assert!(reads_identity(&one, &report.id).await);
    step(&intake, "assignReport", &report.id, json!({ "membershipId": own_membership(&two).await })).await;
    let nodes = "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let gone = one.query(nodes, json!({ "ids": [report.id, report.person] })).await;
    assert_eq!(gone.expect_no_errors().data()["nodes"], json!([null, null]));
    let opening = opening("opened-by-one", &report.person);
    assert_eq!(refusals(&one, "openIdentity", opening).await, refused("NOT_FOUND", "personId"), "not even again");
    assert!(!reads_identity(&two, &report.id).await);
}

#[rstest]
#[tokio::test]
async fn twice_at_once_with_one_key_is_once(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let report = submit(&reporter, "opened-at-once", content("x")).await;
    let attempts: Vec<_> = (0..4)
        .map(|_| {
            let (intake, input) = (intake.clone(), opening("the-same-key", &report.person));
            tokio::spawn(async move { act(&intake, "openIdentity", "opening { id } identity { names }", input).await })
        })
        .collect();
    let mut ids = Vec::new();
    for attempt in attempts {
        let response = attempt.await.expect("it ends");
        let payload = response.payload("openIdentity");
        assert!(payload["identity"]["names"].is_string());
        ids.push(payload["opening"]["id"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(listed(&intake, json!({})).await.len(), 1);
    let mut other = opening("the-same-key", &report.person);
    other["reason"] = json!("for another reason");
    assert_eq!(refusals(&intake, "openIdentity", other).await, refused("KEY_REUSED", "idempotencyKey"));
}

#[rstest]
#[tokio::test]
async fn a_reason_says_something(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    let report = submit(&reporter, "without-a-reason", content("x")).await;
    for (reason, code) in [
        ("".to_owned(), "REQUIRED"),
        ("   ".to_owned(), "REQUIRED"),
        ("\t\n  \u{a0}".to_owned(), "REQUIRED"),
        ("\u{200b}\u{2060}\u{ad}".repeat(10), "REQUIRED"),
        (".".repeat(20), "REQUIRED"),
        ("а            б".to_owned(), "INVALID"),
        (format!("провера{}", "\u{200b}".repeat(10)), "INVALID"),
        ("провера  ".to_owned(), "INVALID"),
        ("a\u{0}long enough reason".to_owned(), "INVALID"),
        ("ш".repeat(2_001), "TOO_LONG"),
    ] {
        let mut input = opening("with-a-bad-reason", &report.person);
        input["reason"] = json!(reason);
        assert_eq!(refusals(&intake, "openIdentity", input.clone()).await, refused(code, "reason"), "{reason:?}");
        let input = json!({ "idempotencyKey": "bad-emergency", "reportReference": report.reference, "reason": reason });
        assert_eq!(refusals(&worker, "openIdentityInEmergency", input).await, refused(code, "reason"), "{reason:?}");
    }
    let mut longest = opening("with-a-long-reason", &report.person);
    longest["reason"] = json!("ш".repeat(2_000));
    done(&intake, "openIdentity", "opening { id }", longest).await;
    assert_eq!(listed(&intake, json!({})).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn partners_and_those_without_reports_open_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "opened-by-nobody", content("x")).await;
    for email in [
        "reporter@school-01.example",
        "coordinator@school-01.example",
        "analyst@centre.example",
        "trainer@centre.example",
        "protection@centre.example",
        "administrator@centre.example",
    ] {
        let client = server.sign_in_as(email).await;
        let refused = act(&client, "openIdentity", "__typename", opening("not-for-you", &report.person)).await;
        assert_eq!(refused.error_codes(), ["NOT_FOUND"], "{email}");
    }
    for email in ["reporter@school-01.example", "coordinator@school-01.example", "analyst@centre.example"] {
        let client = server.sign_in_as(email).await;
        let document =
            format!("{{ identityOpenings(first: 1) {{ nodes {{ {OPENING} }} }} unreviewedEmergencyOpenings }}");
        assert_eq!(client.query(&document, ()).await.error_codes(), ["NOT_FOUND"], "{email}");
    }
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let draft = json!({ "idempotencyKey": "a-draft-of-one", "content": content("x") });
    let draft = done(&reporter, "createDraft", "report { persons { id } }", draft).await;
    let person = &list(&draft["report"]["persons"])[0]["id"];
    let refusal = refusals(&supervisor, "openIdentity", opening("of-a-draft-1", person)).await;
    assert_eq!(refusal, refused("NOT_FOUND", "personId"));
}
