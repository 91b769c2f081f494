//! The database goes away for ten seconds: requests are told to come back, and the server recovers by itself.

use crate::steps::{content, submit};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};
use std::time::{Duration, Instant};
use tests::{Client, Database, Response, Server};

const OUTAGE: Duration = Duration::from_secs(10);
const RECOVERY: Duration = Duration::from_secs(5);

async fn status(server: &Server, path: &str) -> (StatusCode, bool) {
    let response = server.anonymous().request(Method::GET, path).send().await.expect("the server answers");
    (response.status(), response.headers().contains_key("retry-after"))
}

fn submission() -> Value {
    let document = "mutation S($input: SubmitReportInput!) { submitReport(input: $input) {
        report { id reference } userErrors { code } } }";
    let input = json!({ "idempotencyKey": "during-the-outage", "report": { "content": content("outage") } });
    json!({ "query": document, "variables": { "input": input } })
}

#[track_caller]
fn expect_unavailable(response: &Response) {
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{}", response.body());
    assert_eq!(response.error_codes(), ["UNAVAILABLE"], "{}", response.body());
    let seconds: Option<u32> = response.header("retry-after").and_then(|value| value.parse().ok());
    assert!(seconds.is_some_and(|seconds| (1..=60).contains(&seconds)), "Retry-After says how many seconds");
}

/// Sends requests while the database is away, one after the other, until the time is over.
async fn while_away(server: &Server, reporter: &Client) {
    let begun = Instant::now();
    while begun.elapsed() < OUTAGE {
        expect_unavailable(&reporter.send(&submission()).await);
        let reading = "{ reports(first: 1) { nodes { observations } } }";
        expect_unavailable(&reporter.query(reading, ()).await);
        assert_eq!(status(server, "/health/ready").await, (StatusCode::SERVICE_UNAVAILABLE, true));
        assert_eq!(status(server, "/health/live").await, (StatusCode::OK, false));
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Waits until the server has found its database again; it must not take long.
async fn recover(server: &Server, reporter: &Client) {
    let begun = Instant::now();
    while status(server, "/health/ready").await.0 != StatusCode::OK {
        assert!(begun.elapsed() < RECOVERY, "not ready again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for _ in 0..20 {
        reporter.query("{ reports(first: 1) { nodes { observations } } }", ()).await.expect_no_errors();
    }
    let count = "{ reports { totalCount } }";
    let before = reporter.query(count, ()).await.data()["reports"]["totalCount"].as_u64().expect("a count");
    let first = submit(reporter, "during-the-outage", content("outage")).await;
    let again = submit(reporter, "during-the-outage", content("outage")).await;
    assert_eq!(first.id, again.id);
    let after = reporter.query(count, ()).await.data()["reports"]["totalCount"].as_u64();
    assert_eq!(after, Some(before + 1), "nothing of the refused submissions was kept");
}

async fn server(database: Database) -> (Server, Client) {
    let server = Server::with(database).env("OSLONAC_DATABASE__ACQUIRE_TIMEOUT_SECONDS", "1").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    submit(&reporter, "before-the-outage", content("x")).await;
    (server, reporter)
}

#[tokio::test]
async fn postgresql_lets_nobody_in() {
    let (server, reporter) = server(Database::Postgres).await;
    server.storage().take_away().await;
    while_away(&server, &reporter).await;
    server.storage().give_back().await;
    recover(&server, &reporter).await;
}

#[tokio::test]
async fn another_process_locks_the_sqlite_file() {
    let (server, reporter) = server(Database::Sqlite).await;
    let mut other = SqliteConnection::connect(&server.storage().url()).await.expect("another process opens the file");
    sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut other).await.expect("nobody else writes");
    while_away(&server, &reporter).await;
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("the lock goes");
    recover(&server, &reporter).await;
}

#[tokio::test]
async fn connections_that_died_while_idle_are_replaced() {
    let (server, reporter) = server(Database::Postgres).await;
    server.storage().take_away().await;
    server.storage().give_back().await;
    reporter.query("{ reports(first: 1) { nodes { observations } } }", ()).await.expect_no_errors();
    server.storage().take_away().await;
    server.storage().give_back().await;
    submit(&reporter, "on-new-connections", content("x")).await;
}
