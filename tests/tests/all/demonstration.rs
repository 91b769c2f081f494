//! The demonstration network over several starts: kept, or begun anew where that is asked for.

use crate::steps::{content, field, submit};
use serde_json::{Value, json};
use tests::{Client, Database, Server, Storage};

async fn count(client: &Client) -> Value {
    client.query("{ reports { totalCount } }", ()).await.expect_no_errors().data()["reports"]["totalCount"].clone()
}

#[tokio::test]
async fn a_second_start_keeps_what_was_done_and_fresh_begins_anew() {
    let options = || Server::with(Database::Sqlite).embedded();
    let mut server = options().start_on(Storage::empty(Database::Sqlite).await).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let before = count(&reporter).await;
    let report = submit(&reporter, "over-two-starts", content("kept")).await;
    server.restart().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    assert_eq!(field(&reporter, &report.id, "observations").await, "kept");

    server.restart_with(options().argument("--fresh")).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    assert_eq!(field(&reporter, &report.id, "id").await, Value::Null);
    assert_eq!(count(&reporter).await, before);
    let analyst = server.sign_in_as("analyst@centre.example").await;
    let counts = analyst.query("{ yearlyCounts(year: 2018) { reports { total } } }", ()).await;
    assert_eq!(counts.expect_no_errors().data()["yearlyCounts"]["reports"]["total"], json!(193));
}

#[tokio::test]
async fn every_installation_has_the_same_network() {
    let document = "{ reports(first: 100) { nodes { id reference submittedAt persons { id pseudonym } } } }";
    let mut seen = Vec::new();
    for _ in 0..2 {
        let server = Server::with(Database::Sqlite).embedded().start_on(Storage::empty(Database::Sqlite).await).await;
        let intake = server.sign_in_as("intake@centre.example").await;
        seen.push(intake.query(document, ()).await.expect_no_errors().data().clone());
    }
    let kept = Server::start(Database::Postgres).await;
    let intake = kept.sign_in_as("intake@centre.example").await;
    seen.push(intake.query(document, ()).await.expect_no_errors().data().clone());
    assert!(seen[0]["reports"]["nodes"].as_array().is_some_and(|reports| reports.len() == 100));
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}
