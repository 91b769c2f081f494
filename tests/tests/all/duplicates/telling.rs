//! The Centre is told: in the notifications of those who take reports in, and at the queue.

use super::{proposed, reported_twice};
use crate::steps::{done, own_membership, submit, text};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Client, Database, Server};

/// References of the reports of which a client was told that they may be about somebody who was reported before.
async fn told(client: &Client) -> Vec<String> {
    let document = "{ notifications(unread: true, first: 100) { nodes { kind report { reference } } } }";
    let response = client.query(document, ()).await;
    let nodes = response.expect_no_errors().data()["notifications"]["nodes"].clone();
    let of_kind = nodes.as_array().expect("a list").iter().filter(|node| node["kind"] == "DUPLICATE_PROPOSED");
    of_kind.map(|node| text(&node["report"]["reference"])).collect()
}

/// Waits until a client was told of this report.
async fn hears(client: &Client, reference: &str) {
    for _ in 0..300 {
        if told(client).await.iter().any(|told| told == reference) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it is not told of {reference}: {:?}", told(client).await);
}

#[rstest]
#[tokio::test]
async fn those_who_take_reports_in_are_told_unless_they_are_barred(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let barred = server.sign_in_as("intake2@centre.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let earlier = submit(&clinic, "told-the-first-time", super::child("Марија Ветринић")).await;
    let bar = json!({ "idempotencyKey": "bars-one-officer", "reportId": earlier.id, "reason": "a relative",
        "membershipId": own_membership(&barred).await });
    done(&supervisor, "barFromReport", "bar { id }", bar).await;
    let later = submit(&school, "told-the-second-time", super::child("Vetrinic Marija")).await;
    hears(&intake, &later.reference).await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    for client in [&barred, &school, &clinic, &coordinator] {
        assert_eq!(told(client).await, Vec::<String>::new());
    }
}

#[rstest]
#[tokio::test]
async fn of_two_reports_they_are_told_once_however_many_persons_agree(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let three = || {
        let mut report = super::child("Петра Чворишанка");
        let twin = report["persons"][0].clone();
        report["persons"].as_array_mut().expect("a list").resize(3, twin);
        report
    };
    submit(&clinic, "three-for-the-first-time", three()).await;
    let later = submit(&school, "three-for-the-second-time", three()).await;
    proposed(&intake, &later.id, 9).await;
    hears(&intake, &later.reference).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(told(&intake).await.iter().filter(|told| **told == later.reference).count(), 1);
    let officer = server.sign_in_as("protection@centre.example").await;
    let document = "query($of: ID!) {
        auditEvents(filter: { objectId: $of, action: DUPLICATE_PROPOSED }, first: 0) { totalCount } }";
    let trail = officer.query(document, json!({ "of": later.id })).await;
    assert_eq!(trail.expect_no_errors().data()["auditEvents"]["totalCount"], 9, "each pair stands in the trail");
}

#[rstest]
#[tokio::test]
async fn a_decision_rings_at_the_queue(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let (_, later) = reported_twice(&clinic, &school).await;
    let found = proposed(&intake, &later.id, 1).await.remove(0);
    let mut queue = intake.socket().await;
    queue
        .subscribe("queue", "subscription { triageQueueChanged { report { id possibleDuplicates { state } } } }", ())
        .await;
    assert_eq!(queue.next("queue").await["triageQueueChanged"]["report"], Value::Null, "it begins");
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let dismiss = json!({ "possibleDuplicateId": found["id"], "reason": "another family" });
    done(&supervisor, "dismissPossibleDuplicate", "__typename", dismiss).await;
    let rings = queue.next("queue").await["triageQueueChanged"]["report"].clone();
    assert_eq!(rings, json!({ "id": later.id, "possibleDuplicates": [{ "state": "DISMISSED" }] }));
    let watching = "subscription R($id: ID!) { reportChanged(id: $id) { revision } }";
    let mut partner = school.socket().await;
    partner.subscribe("report", watching, json!({ "id": later.id })).await;
    partner.next("report").await;
    let reopen = json!({ "possibleDuplicateId": found["id"], "reason": "the same family" });
    done(&supervisor, "reopenPossibleDuplicate", "__typename", reopen).await;
    queue.next("queue").await;
    partner.expect_silence(Duration::from_millis(700)).await;
}
