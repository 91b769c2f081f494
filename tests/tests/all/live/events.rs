//! Server-sent events, one operation a request.

use crate::steps::{content, submit};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Database, Server};

const QUEUE: &str = "subscription { triageQueueChanged { report { id } } }";

fn data(event: Option<(String, String)>) -> Value {
    let (name, data) = event.expect("an event");
    assert_eq!(name, "next");
    serde_json::from_str::<Value>(&data).expect("JSON")
}

#[rstest]
#[tokio::test]
async fn changes_come_as_events(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let mut events = officer.listen(QUEUE, ()).await;
    assert_eq!(events.media_type(), "text/event-stream");
    assert_eq!(data(events.next().await)["data"]["triageQueueChanged"]["report"], Value::Null);
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let submitted = submit(&reporter, "as-an-event", content("something")).await;
    assert_eq!(data(events.next().await)["data"]["triageQueueChanged"]["report"]["id"], submitted.id);
}

#[tokio::test]
async fn a_query_or_a_refusal_is_one_event_and_the_end() {
    let server = Server::start(Database::Sqlite).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    for (document, expected) in [
        ("{ viewer { membership { roles } } }", json!(["REPORTER"])),
        (QUEUE, Value::Null),
        ("subscription { reportChanged(id: \"report_1\") { id } }", Value::Null),
    ] {
        let mut events = reporter.listen(document, ()).await;
        let answer = data(events.next().await);
        assert_eq!(answer["data"]["viewer"]["membership"]["roles"], expected);
        let refused = if expected.is_null() { json!("NOT_FOUND") } else { Value::Null };
        assert_eq!(answer["errors"][0]["extensions"]["code"], refused);
        assert_eq!(events.next().await, Some(("complete".to_owned(), String::new())));
        assert_eq!(events.next().await, None);
    }
}

#[tokio::test]
async fn events_may_be_asked_for_by_get_unless_something_would_change() {
    let server = Server::start(Database::Sqlite).await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let get = |query: &str| officer.get(&[("query", query)]).header("accept", "text/event-stream").send();
    let answer = get(QUEUE).await.expect("an answer");
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"text/event-stream".parse().unwrap())
    );
    let change = "mutation { endMembership(input: { membershipId: \"x\", revision: 1 }) { __typename } }";
    assert_eq!(get(change).await.expect("an answer").status().as_u16(), 405);
}

#[tokio::test]
async fn nobody_gets_no_events() {
    let server = Server::start(Database::Sqlite).await;
    let answer = server.anonymous().listen(QUEUE, ()).await.first().await;
    assert_eq!((answer.status().as_u16(), answer.error_codes()), (401, vec!["UNAUTHENTICATED"]));
}

#[tokio::test]
async fn a_stream_of_events_counts_as_one_request() {
    let server = Server::with(Database::Sqlite).env("OSLONAC_HTTP__RATE_LIMITS__ACCOUNT", "2").start().await;
    let officer = server.sign_in_as("intake@centre.example").await;
    for _ in 0..2 {
        let answer = officer.listen(QUEUE, ()).await.first().await;
        assert_eq!(answer.error_codes(), Vec::<&str>::new());
    }
    assert_eq!(officer.listen(QUEUE, ()).await.first().await.status().as_u16(), 429);
}
