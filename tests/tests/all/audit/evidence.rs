//! What shows that the audit trail is what it was: a server that has linked and signed, somebody who changes the database
//! behind its back, and `oslonac audit verify`.

use crate::steps::{content, submit};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tests::{Command, Database, Options, Output, Server, Storage};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(60);

/// A server that links every second and signs each time.
pub(super) fn eager(database: Database) -> Options {
    Server::with(database).env("OSLONAC_AUDIT__LINK_EVERY_SECONDS", "1").env("OSLONAC_AUDIT__CHECKPOINT_ROWS", "1")
}

/// The key that signs what a storage holds.
pub(super) fn key_file(storage: &Storage) -> PathBuf {
    storage.data_folder().join("audit-key.pem")
}

/// A command of `oslonac audit` with the installation's key.
pub(super) fn audit(storage: &Storage, arguments: &[&str]) -> Command {
    storage.command(&[&["audit"], arguments].concat()).env("OSLONAC_AUDIT__SIGNING_KEY_FILE", key_file(storage))
}

/// The lines with which verifying says what is not as it was.
pub(super) fn findings(output: &Output) -> Vec<&str> {
    let lines: Vec<&str> = output.stdout.lines().collect();
    let Some((summary, findings)) = lines.split_last() else { panic!("nothing was said: {}", output.stderr) };
    assert!(summary.contains(" rows in the chain, "), "{summary}");
    assert_eq!(output.success, findings.is_empty(), "{}{}", output.stdout, output.stderr);
    findings.to_vec()
}

/// Waits until every row is linked and the newest link is signed.
pub(super) async fn settled(storage: &Storage) {
    let begun = Instant::now();
    loop {
        let output = audit(storage, &["verify"]).run().await;
        let summary = output.stdout.lines().last().unwrap_or_else(|| panic!("nothing was said: {}", output.stderr));
        let (rows, rest) = summary.split_once(" rows in the chain, ").expect("a summary");
        if output.success && rest.contains(&format!("signed up to position {rows}; 0 new rows")) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{}", output.stdout);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Submits so many reports.
pub(super) async fn submit_some(server: &Server, number: usize) {
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    for index in 0..number {
        let key = format!("evidence-{index:04}");
        submit(&reporter, &key, content(&key)).await;
    }
}

/// Runs SQL past every right, as somebody with the database in hand can.
pub(super) async fn tamper(database: Database, storage: &Storage, sql: &str) {
    let url = storage.superuser_url();
    match database {
        Database::Sqlite => {
            let mut connection = SqliteConnection::connect(&url).await.expect("the file opens");
            let mut past = String::new();
            for table in ["audit_event", "audit_link", "audit_checkpoint"] {
                past += &format!("DROP TRIGGER IF EXISTS {table}_no_update; DROP TRIGGER IF EXISTS {table}_no_delete;");
            }
            let sql = AssertSqlSafe(past + sql);
            sqlx::raw_sql(sql).execute(&mut connection).await.expect("nothing is in the way");
            connection.close().await.expect("the file closes");
        }
        Database::Postgres => {
            let mut connection = PgConnection::connect(&url).await.expect("a superuser connects");
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("nothing is in the way");
        }
    }
}

/// Rows by their position in the chain, the first one at index 0.
pub(super) async fn rows(database: Database, storage: &Storage) -> Vec<Uuid> {
    let (url, sql) = (storage.superuser_url(), "SELECT event_id FROM audit_link ORDER BY position");
    match database {
        Database::Sqlite => {
            let mut connection = SqliteConnection::connect(&url).await.expect("the file opens");
            sqlx::query_scalar(sql).fetch_all(&mut connection).await.expect("keys")
        }
        Database::Postgres => {
            let mut connection = PgConnection::connect(&url).await.expect("a superuser connects");
            sqlx::query_scalar(sql).fetch_all(&mut connection).await.expect("keys")
        }
    }
}

/// A key as SQL.
pub(super) fn literal(database: Database, key: Uuid) -> String {
    match database {
        Database::Sqlite => format!("x'{}'", key.simple()),
        Database::Postgres => format!("'{key}'"),
    }
}

/// Puts so many rows into the trail, as a service before this version left them: in no link.
pub(super) async fn put_in(database: Database, storage: &Storage, number: usize) {
    let (numbers, key) = match database {
        Database::Sqlite => (
            format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number})"),
            "randomblob(16)",
        ),
        Database::Postgres => (format!("WITH n(i) AS (SELECT generate_series(1, {number}))"), "gen_random_uuid()"),
    };
    let sql = format!(
        "INSERT INTO audit_event (id, occurred_at, action, object_type, request_id)
         {numbers} SELECT {key}, '2024-01-01T00:00:00+00:00', 'report.read', 'report', {key} FROM n"
    );
    tamper(database, storage, &sql).await;
}
