//! Who has read a message, as each side learns it; and messages of members who left.

use crate::steps::{content, done, field, list, own_membership, submit, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

const READINGS: &str = "messages { nodes { id author { name endedAt } readBy { byCentre reader { id } readAt } } }";

async fn messages(client: &Client, report: &Value) -> Vec<Value> {
    list(&field(client, report, READINGS).await["nodes"]).to_vec()
}

async fn mark(client: &Client, report: &Value, until: &Value) {
    let input = json!({ "reportId": report, "messageId": until });
    done(client, "markMessagesRead", "report { id }", input).await;
}

#[rstest]
#[tokio::test]
async fn each_side_learns_of_the_other_what_it_may(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let report = submit(&reporter, "a-report-to-talk-of", content("Види се.")).await.id;
    let told = json!({ "idempotencyKey": "what-is-new", "reportId": report, "text": "Није дошла." });
    done(&reporter, "addInformation", "report { id }", told).await;
    let message = messages(&officer, &report).await[0]["id"].clone();
    assert_eq!(field(&officer, &report, "unreadMessageCount").await, 1);
    for client in [&officer, &supervisor, &coordinator, &officer] {
        mark(client, &report, &message).await;
    }
    assert_eq!(field(&officer, &report, "unreadMessageCount").await, 0);

    let by = |message: &Value| {
        let readings = list(&message["readBy"]).iter();
        readings.map(|one| (one["byCentre"].clone(), one["reader"]["id"].clone())).collect::<Vec<_>>()
    };
    let (of_officer, of_supervisor) = (own_membership(&officer).await, own_membership(&supervisor).await);
    let of_coordinator = own_membership(&coordinator).await;
    let seen = messages(&reporter, &report).await;
    assert_eq!(by(&seen[0]), [(json!(true), Value::Null), (json!(false), of_coordinator.clone())]);
    let whole = json!(seen).to_string();
    assert!(!whole.contains(&text(&of_officer)) && !whole.contains(&text(&of_supervisor)));
    let seen = messages(&supervisor, &report).await;
    let expected = [(json!(true), of_officer), (json!(true), of_supervisor), (json!(false), of_coordinator)];
    assert_eq!(by(&seen[0]), expected);
}

#[rstest]
#[tokio::test]
async fn messages_keep_their_authors_when_these_leave(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let report = submit(&reporter, "a-report-to-leave", content("Види се.")).await.id;
    let told = json!({ "idempotencyKey": "what-is-new", "reportId": report, "text": "Није дошла." });
    done(&reporter, "addInformation", "report { id }", told).await;
    let name = messages(&coordinator, &report).await[0]["author"]["name"].clone();
    let member = own_membership(&reporter).await;
    let revision = coordinator
        .query("query R($id: ID!) { node(id: $id) { ... on Membership { revision } } }", json!({ "id": member }))
        .await;
    let revision = revision.expect_no_errors().data()["node"]["revision"].clone();
    let end = json!({ "membershipId": member, "revision": revision, "reason": "left" });
    done(&coordinator, "endMembership", "membership { id }", end).await;
    for client in [&coordinator, &server.sign_in_as("supervisor@centre.example").await] {
        let left = &messages(client, &report).await[0]["author"];
        assert_eq!(left["name"], name);
        assert!(left["endedAt"].is_string(), "{left}");
    }
}
