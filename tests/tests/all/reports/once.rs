//! Idempotency keys: submitting twice by accident makes one report.

use crate::steps::{act, content, done, field, refusals, step, submit};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::HashSet;
use tests::{Client, Database, Server};

async fn number_of_reports(client: &Client) -> u64 {
    let response = client.query("{ reports { totalCount } }", ()).await;
    response.expect_no_errors().data()["reports"]["totalCount"].as_u64().expect("a number")
}

fn input(key: &str, observations: &str) -> Value {
    json!({ "idempotencyKey": key, "report": { "content": content(observations) } })
}

#[rstest]
#[tokio::test]
async fn twenty_at_once_make_one_report(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let before = number_of_reports(&reporter).await;
    let attempts = (0..20).map(|_| {
        let reporter = reporter.clone();
        tokio::spawn(async move { submit(&reporter, "pressed-twenty-times", content("the same")).await })
    });
    let mut references = HashSet::new();
    for attempt in attempts.collect::<Vec<_>>() {
        references.insert(attempt.await.expect("an attempt ends").reference);
    }
    assert_eq!(references.len(), 1, "{references:?}");
    assert_eq!(number_of_reports(&reporter).await, before + 1);
}

#[rstest]
#[tokio::test]
async fn twenty_different_ones_under_one_key_make_one_report(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let before = number_of_reports(&reporter).await;
    let attempts = (0..20).map(|number| {
        let reporter = reporter.clone();
        tokio::spawn(async move {
            let input = input("one-key-for-twenty", &format!("content {number}"));
            act(&reporter, "submitReport", "report { reference }", input).await
        })
    });
    let mut done = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        let response = attempt.await.expect("an attempt ends");
        match response.expect_no_errors().user_errors("submitReport") {
            [] => done += 1,
            [error] => {
                assert_eq!((&error["code"], &error["field"]), (&json!("KEY_REUSED"), &json!(["idempotencyKey"])))
            }
            errors => panic!("{errors:?}"),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(number_of_reports(&reporter).await, before + 1);
}

#[rstest]
#[tokio::test]
async fn a_key_belongs_to_one_member_and_one_mutation(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let colleague = server.sign_in_as("reporter2@school-01.example").await;
    let stranger = server.sign_in_as("reporter@school-02.example").await;
    let one = submit(&reporter, "everybodys-key", content("one")).await;
    let two = submit(&colleague, "everybodys-key", content("two")).await;
    let three = submit(&stranger, "everybodys-key", content("one")).await;
    assert_eq!(HashSet::from([one.reference.clone(), two.reference, three.reference]).len(), 3);
    let draft = json!({ "idempotencyKey": "everybodys-key", "content": content("one") });
    let refused = refusals(&reporter, "createDraft", draft).await;
    assert_eq!(refused, [("KEY_REUSED".to_owned(), "idempotencyKey".to_owned())]);
    assert_eq!(submit(&reporter, "everybodys-key", content("one")).await.reference, one.reference);
}

#[rstest]
#[tokio::test]
async fn a_refused_submission_leaves_its_key_free(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let empty = json!({ "idempotencyKey": "mended-later", "report": { "content": {} } });
    refusals(&reporter, "submitReport", empty).await;
    submit(&reporter, "mended-later", content("now with content")).await;
}

#[rstest]
#[tokio::test]
async fn a_repeated_request_answers_with_the_report_as_it_is_now(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let report = submit(&reporter, "repeated-later", content("x")).await;
    step(&intake, "closeReport", &report.id, json!({ "reason": "no ground" })).await;
    let again =
        done(&reporter, "submitReport", "report { id status } receipt { reference }", input("repeated-later", "x"))
            .await;
    assert_eq!(again["report"], json!({ "id": report.id, "status": "CLOSED" }));
    assert_eq!(again["receipt"]["reference"], report.reference);
}

#[rstest]
#[tokio::test]
async fn messages_are_sent_once(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let report = submit(&reporter, "with-messages", content("x")).await;
    let revision = field(&intake, &report.id, "revision").await;
    let notice =
        json!({ "idempotencyKey": "notice-twice", "reportId": report.id, "revision": revision, "text": "thank you" });
    let note = json!({ "idempotencyKey": "note-twice-1", "reportId": report.id, "text": "a note" });
    let more = json!({ "idempotencyKey": "more-twice-1", "reportId": report.id, "text": "one thing more" });
    let ask =
        json!({ "idempotencyKey": "ask-twice-01", "reportId": report.id, "revision": revision, "question": "Where?" });
    let accept = json!({ "idempotencyKey": "accept-twice", "reportId": report.id, "revision": 3, "reason": "signs" });
    for _ in 0..2 {
        done(&intake, "sendNotice", "report { id }", notice.clone()).await;
        done(&intake, "addNote", "report { id }", note.clone()).await;
        done(&reporter, "addInformation", "report { id }", more.clone()).await;
        done(&intake, "requestInformation", "report { id }", ask.clone()).await;
    }
    assert_eq!(field(&reporter, &report.id, "messages { totalCount }").await["totalCount"], 3);
    assert_eq!(field(&intake, &report.id, "notes { totalCount }").await["totalCount"], 1);
    let question = field(&reporter, &report.id, "messages(last: 1) { nodes { id } }").await["nodes"][0]["id"].clone();
    let answer =
        json!({ "idempotencyKey": "answer-twice", "reportId": report.id, "messageId": question, "text": "There." });
    let withdraw = json!({ "idempotencyKey": "withdraw-one", "reportId": report.id, "reason": "a mistake" });
    for _ in 0..2 {
        done(&reporter, "answerInformationRequest", "report { id }", answer.clone()).await;
        done(&reporter, "requestWithdrawal", "report { id }", withdraw.clone()).await;
    }
    for _ in 0..2 {
        let accepted = done(&intake, "acceptReport", "report { cases { id } }", accept.clone()).await;
        assert_eq!(accepted["report"]["cases"].as_array().map(Vec::len), Some(1));
    }
    assert_eq!(field(&reporter, &report.id, "messages { totalCount }").await["totalCount"], 5);
}
