//! Joining reports about the same events, and taking that back.

use crate::steps::{act, content, field, refusals, step, submit};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

async fn join(client: &Client, report: &Value, into: &Value) -> Value {
    step(client, "joinReport", report, json!({ "intoReportId": into, "reason": "the same events" })).await
}

async fn refused(client: &Client, report: &Value, into: &Value) -> Vec<(String, String)> {
    let revision = field(client, report, "revision").await;
    let input = json!({ "reportId": report, "revision": revision, "intoReportId": into, "reason": "the same events" });
    refusals(client, "joinReport", input).await
}

#[rstest]
#[tokio::test]
async fn joined_and_taken_back(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let (one, two) =
        (server.sign_in_as("reporter@school-01.example").await, server.sign_in_as("reporter@school-02.example").await);
    let intake = server.sign_in_as("intake@centre.example").await;
    let (first, second) =
        (submit(&one, "joined-first", content("x")).await, submit(&two, "joined-second", content("y")).await);
    assert_eq!(join(&intake, &second.id, &first.id).await, "JOINED");
    assert_eq!(field(&intake, &second.id, "joinedTo { id }").await["id"], first.id);
    assert_eq!(field(&intake, &first.id, "joinedReports { id }").await, json!([{ "id": second.id }]));
    for (partner, report) in [(&one, &first), (&two, &second)] {
        assert_eq!(field(partner, &report.id, "joinedTo { id }").await, Value::Null);
        assert_eq!(field(partner, &report.id, "joinedReports { id }").await, Value::Null, "not that another exists");
    }
    assert_eq!(step(&intake, "undoJoin", &second.id, json!({ "reason": "other people" })).await, "IN_TRIAGE");
    assert_eq!(field(&intake, &second.id, "joinedTo { id }").await, Value::Null);
    assert_eq!(field(&intake, &first.id, "joinedReports { id }").await, json!([]));
}

#[rstest]
#[tokio::test]
async fn joining_never_goes_in_a_circle(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let mut ids = Vec::new();
    for key in ["circle-one", "circle-two", "circle-three"] {
        ids.push(submit(&reporter, key, content(key)).await.id);
    }
    let at = |code: &str| vec![(code.to_owned(), "intoReportId".to_owned())];
    assert_eq!(refused(&intake, &ids[0], &ids[0]).await, at("INVALID"));
    join(&intake, &ids[0], &ids[1]).await;
    assert_eq!(refused(&intake, &ids[1], &ids[0]).await, at("WRONG_STATE"));
    assert_eq!(refused(&intake, &ids[2], &ids[0]).await, at("WRONG_STATE"), "to what is joined nothing is joined");
    join(&intake, &ids[1], &ids[2]).await;
    assert_eq!(refused(&intake, &ids[2], &ids[1]).await, at("WRONG_STATE"));
    assert_eq!(refused(&intake, &ids[2], &ids[0]).await, at("WRONG_STATE"));
    // What is taken back may be joined to again.
    step(&intake, "undoJoin", &ids[0], json!({ "reason": "a slip" })).await;
    assert_eq!(join(&intake, &ids[2], &ids[0]).await, "JOINED");
    assert_eq!(refused(&intake, &ids[0], &ids[2]).await, at("WRONG_STATE"));
}

#[rstest]
#[tokio::test]
async fn two_that_are_joined_to_each_other_at_once(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let (intake, other) =
        (server.sign_in_as("intake@centre.example").await, server.sign_in_as("intake2@centre.example").await);
    for round in 0..5 {
        let one = submit(&reporter, &format!("crossing-{round}-a"), content("a")).await.id;
        let two = submit(&reporter, &format!("crossing-{round}-b"), content("b")).await.id;
        let attempt = |client: &Client, report: &Value, into: &Value| {
            let input = json!({ "reportId": report, "revision": 1, "intoReportId": into, "reason": "the same" });
            let client = client.clone();
            tokio::spawn(async move { act(&client, "joinReport", "report { id }", input).await })
        };
        let (first, second) = (attempt(&intake, &one, &two), attempt(&other, &two, &one));
        let answers = [first.await.expect("it ends"), second.await.expect("it ends")];
        let joined =
            answers.iter().filter(|answer| answer.expect_no_errors().user_errors("joinReport").is_empty()).count();
        assert_eq!(joined, 1, "{answers:?}");
    }
}
