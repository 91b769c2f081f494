//! An orderly end: what was begun is finished and answered.

use crate::steps::content;
use rstest::rstest;
use serde_json::json;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use std::time::Duration;
use tests::{Client, Database, Server};

const SUBMIT: &str = "mutation S($input: SubmitReportInput!) { submitReport(input: $input) {
    receipt { reference } userErrors { code } } }";

/// Holds up every submission until it is dropped.
enum Held {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Held {
    async fn up(server: &Server, database: Database) -> Self {
        let url = server.storage().superuser_url();
        match database {
            Database::Sqlite => {
                let mut connection = SqliteConnection::connect(&url).await.expect("a connection");
                sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await.expect("nobody else writes");
                Self::Sqlite(connection)
            }
            Database::Postgres => {
                let mut connection = PgConnection::connect(&url).await.expect("a connection");
                let lock = "BEGIN; LOCK TABLE report IN EXCLUSIVE MODE";
                sqlx::raw_sql(lock).execute(&mut connection).await.expect("nobody else writes");
                Self::Postgres(connection)
            }
        }
    }

    async fn let_go(self) {
        match self {
            Self::Sqlite(connection) => connection.close().await.expect("it closes"),
            Self::Postgres(connection) => connection.close().await.expect("it closes"),
        }
    }
}

async fn submit(client: Client, key: &str) -> String {
    let input = json!({ "idempotencyKey": key, "report": { "content": content(key) } });
    let response = client.query(SUBMIT, json!({ "input": input })).await;
    let reference = response.payload("submitReport")["receipt"]["reference"].as_str().expect("a reference");
    reference.to_owned()
}

#[rstest]
#[tokio::test]
async fn a_submission_under_way_is_answered_and_kept(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    reporter.query("{ viewer { roles } }", ()).await.expect_no_errors();
    let held = Held::up(&server, database).await;
    let submission = tokio::spawn(submit(reporter, "slow-submission"));
    tokio::time::sleep(Duration::from_millis(700)).await;
    server.terminate().await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!submission.is_finished(), "it was too fast to prove anything");
    held.let_go().await;
    let reference = submission.await.expect("it was answered");
    server.ended().await;
    server.restart().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    assert_eq!(submit(reporter, "slow-submission").await, reference, "it is there once");
}
