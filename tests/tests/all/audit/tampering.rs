//! Whoever changes the trail in the database is found, and what was changed is named.

use super::evidence::{audit, eager, findings, key_file, literal, rows, settled, submit_some, tamper};
use crate::commands::assert_one_line;
use rstest::rstest;
use std::fs;
use tests::{Database, Output, Server, Storage};
use uuid::Uuid;

const TABLES: [&str; 3] = ["audit_event", "audit_link", "audit_checkpoint"];

/// A trail at rest that can be put back to what it was.
struct Trail {
    database: Database,
    server: Server,
    rows: Vec<Uuid>,
}

impl Trail {
    async fn begin(database: Database) -> Trail {
        let mut server = eager(database).start().await;
        submit_some(&server, 6).await;
        settled(server.storage()).await;
        server.stop().await;
        let trail = Trail { database, rows: rows(database, server.storage()).await, server };
        assert!(trail.rows.len() > 6);
        for table in TABLES {
            trail.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
        }
        trail
    }

    fn storage(&self) -> &Storage {
        self.server.storage()
    }

    async fn run(&self, sql: &str) {
        tamper(self.database, self.storage(), sql).await;
    }

    async fn put_back(&self) {
        for table in TABLES {
            self.run(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}")).await;
        }
    }

    async fn verify(&self, arguments: &[&str]) -> Output {
        audit(self.storage(), &[&["verify"], arguments].concat()).run().await
    }

    fn key(&self, position: usize) -> String {
        literal(self.database, self.rows[position - 1])
    }

    /// After this SQL verifying finds exactly this: a list of words a finding. Afterwards all is as it was.
    async fn expect(&self, sql: &str, arguments: &[&str], expected: &[&[&str]]) {
        self.run(sql).await;
        let output = self.verify(arguments).await;
        let found = findings(&output);
        assert_eq!(found.len(), expected.len(), "after {sql}: {found:#?}");
        for (line, words) in found.iter().zip(expected) {
            for word in *words {
                assert!(line.contains(word), "after {sql}: {word} is missing: {line}");
            }
        }
        self.put_back().await;
        assert_eq!(findings(&self.verify(arguments).await), [""; 0], "all is as it was");
    }
}

#[rstest]
#[tokio::test]
async fn every_row_that_was_touched_is_named(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let trail = Trail::begin(database).await;
    let name = |position: usize| trail.rows[position - 1].to_string();
    let key = |position| trail.key(position);

    let change = format!("UPDATE audit_event SET reason = 'another' WHERE id = {}", key(3));
    trail.expect(&change, &[], &[&["position 3:", &name(3), "was changed"]]).await;
    let remove = format!("DELETE FROM audit_event WHERE id = {}", key(4));
    trail.expect(&remove, &[], &[&["position 4:", &name(4), "is missing"]]).await;

    let links = "UPDATE audit_link SET position = -1 WHERE position = 2; \
                 UPDATE audit_link SET position = 2 WHERE position = 5; \
                 UPDATE audit_link SET position = 5 WHERE position = -1";
    let moved: [&[&str]; 2] =
        [&["position 2:", &name(5), "reordered", "position 5"], &["position 5:", &name(2), "reordered", "position 2"]];
    let signed_links = format!("DELETE FROM audit_checkpoint WHERE position IN (2, 5); {links}");
    trail.expect(&signed_links, &[], &moved).await;
    let nil = literal(database, Uuid::nil());
    let two_rows = format!(
        "UPDATE audit_link SET event_id = {nil} WHERE position = 2; \
         UPDATE audit_link SET event_id = {} WHERE position = 5; \
         UPDATE audit_link SET event_id = {} WHERE position = 2",
        key(2),
        key(5)
    );
    trail.expect(&two_rows, &[], &moved).await;

    let cut = "DELETE FROM audit_checkpoint WHERE position = 3; DELETE FROM audit_link WHERE position = 3";
    let both = format!("{cut}; DELETE FROM audit_event WHERE id = {}", key(3));
    trail.expect(&both, &[], &[&["position 3:", "link is missing"]]).await;
    let hash = literal(database, Uuid::nil());
    let hash = if database == Database::Postgres { format!("decode({}, 'hex')", hash.replace('-', "")) } else { hash };
    let checkpoints = "DELETE FROM audit_checkpoint WHERE position = 3";
    let link = format!("{checkpoints}; UPDATE audit_link SET hash = {hash} WHERE position = 3");
    trail.expect(&link, &[], &[&["position 3:", &name(3), "does not follow"]]).await;
}

#[rstest]
#[tokio::test]
async fn the_end_that_was_cut_off_is_missed(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut trail = Trail::begin(database).await;
    let (end, last) = (trail.rows.len(), trail.key(trail.rows.len()));
    let links = format!("DELETE FROM audit_link WHERE position = {end}");
    let rows = format!("{links}; DELETE FROM audit_event WHERE id = {last}");
    let (position, shorter) = (format!("position {end}:"), format!("ends at {}", end - 1));
    trail.expect(&rows, &[], &[&[&position, "cut off at the end", "in the database", &shorter]]).await;

    let file = trail.storage().data_folder().join("checkpoints.jsonl");
    let file = file.to_str().expect("a path");
    let exported = audit(trail.storage(), &["export-checkpoints", file]).run().await;
    assert!(exported.success, "{}", exported.stderr);
    let all = format!("{rows}; DELETE FROM audit_checkpoint WHERE position = {end}");
    trail.expect(&all, &[], &[]).await;
    let expected: [&[&str]; 2] = [
        &[&position, "checkpoints.jsonl", "missing in the database"],
        &[&position, "cut off at the end", "checkpoints.jsonl", &shorter],
    ];
    trail.expect(&all, &["--checkpoints", file], &expected).await;

    // A server that goes on sees it too.
    trail.run(&rows).await;
    trail.server.restart().await;
    while !trail.server.log().contains("THE AUDIT TRAIL WAS TAMPERED WITH") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    trail.server.stop().await;
    trail.put_back().await;

    // The row is still there, and its link is not: seen once it can no longer be a new one.
    trail.run(&format!("{links}; DELETE FROM audit_checkpoint WHERE position = {end}")).await;
    let later =
        audit(trail.storage(), &["verify"]).env("OSLONAC_DEMONSTRATION__CLOCK_STARTS_AT", "2100-01-01T00:00:00Z");
    let output = later.run().await;
    let name = trail.rows[end - 1].to_string();
    assert!(matches!(&findings(&output)[..], [line] if line.contains(&name) && line.contains("in no link")));
}

#[rstest]
#[tokio::test]
async fn a_checkpoint_that_was_touched_is_named(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let trail = Trail::begin(database).await;
    let end = trail.rows.len();
    let position = format!("position {end}:");
    let of_it = format!("WHERE position = {end}");
    let replaced =
        format!("UPDATE audit_checkpoint SET hash = (SELECT hash FROM audit_link WHERE position = 1) {of_it}");
    trail.expect(&replaced, &[], &[&[&position, "in the database", "bad signature"]]).await;
    let replayed = format!("UPDATE audit_checkpoint SET position = 1 {of_it}");
    trail.expect(&replayed, &[], &[&["position 1:", "bad signature"]]).await;
    let renamed = format!("UPDATE audit_checkpoint SET key_id = 'another' {of_it}");
    trail.expect(&renamed, &[], &[&[&position, "key another"]]).await;

    let folder = trail.storage().data_folder();
    let path = |name: &str| folder.join(name).to_str().expect("a path").to_owned();
    let lines = audit(trail.storage(), &["export-checkpoints"]).run().await.stdout;
    let last = lines.lines().last().expect("a checkpoint");
    fs::write(path("truncated"), &last[..last.len() - 9]).expect("a file");
    let truncated = trail.verify(&["--checkpoints", &path("truncated")]).await;
    assert_one_line(&truncated, &[&path("truncated"), "line 1 is no checkpoint"]);
    fs::write(path("empty"), "").expect("a file");
    assert_one_line(&trail.verify(&["--checkpoints", &path("empty")]).await, &[&path("empty"), "proves nothing"]);
    let nowhere = path("no folder/checkpoints");
    assert_one_line(&audit(trail.storage(), &["export-checkpoints", &nowhere]).run().await, &[&nowhere]);
    let forged = last.replacen(&format!("\"position\":{end}"), "\"position\":1", 1);
    fs::write(path("forged"), forged).expect("a file");
    let output = trail.verify(&["--checkpoints", &path("forged")]).await;
    assert!(findings(&output).iter().any(|line| line.contains("forged has a bad signature")), "{}", output.stdout);
}

/// Somebody has the database, the program and time: everything is linked and signed anew.
#[rstest]
#[tokio::test]
async fn a_trail_that_was_written_anew_is_not_that_of_the_exported_checkpoints(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut trail = Trail::begin(database).await;
    let folder = trail.storage().data_folder();
    let path = |name: &str| folder.join(name).to_str().expect("a path").to_owned();
    let (checkpoints, public) = (path("checkpoints.jsonl"), path("public.pem"));
    assert!(audit(trail.storage(), &["export-checkpoints", &checkpoints]).run().await.success);
    fs::write(&public, audit(trail.storage(), &["public-key"]).run().await.stdout).expect("a file");
    let elsewhere = ["--checkpoints", &*checkpoints, "--public-key", &*public];
    assert_eq!(findings(&trail.verify(&elsewhere).await), [""; 0]);

    trail.run(&format!("UPDATE audit_event SET reason = 'another' WHERE id = {}", trail.key(1))).await;
    trail.run("DELETE FROM audit_link; DELETE FROM audit_checkpoint").await;
    fs::remove_file(key_file(trail.storage())).expect("the key was there");
    trail.server.restart().await;
    settled(trail.storage()).await;
    trail.server.stop().await;
    assert_eq!(findings(&trail.verify(&[]).await), [""; 0], "by itself it is in order");

    let output = trail.verify(&elsewhere).await;
    let found = findings(&output);
    for words in ["none of those given", "not of this chain"] {
        assert!(found.iter().any(|line| line.contains(words)), "{words}: {found:#?}");
    }
}

/// No column of PostgreSQL takes such values.
#[tokio::test]
async fn what_no_column_can_hold_hides_nothing() {
    let trail = Trail::begin(Database::Sqlite).await;
    let (change, end) =
        (|table: &str, what: &str, row: &str| format!("UPDATE {table} SET {what} WHERE {row}"), trail.rows.len());
    let name = trail.rows[2].to_string();
    let time = change("audit_event", "occurred_at = 'once upon a time'", &format!("id = {}", trail.key(3)));
    trail.expect(&time, &[], &[&["position 3:", &name, "was changed"]]).await;

    let other = change("audit_event", "reason = 'another'", &format!("id = {}", trail.key(5)));
    let link = change("audit_link", "event_id = x'010203'", "position = 3");
    let expected: &[&[&str]] =
        &[&["position 3:", "the link holds"], &["position 5:", "was changed"], &[&name, "is in no link"]];
    trail.expect(&format!("{link};{other}"), &[], expected).await;
    let signed = change("audit_checkpoint", "signed_at = 'soon'", &format!("position = {end}"));
    let expected: &[&[&str]] =
        &[&[&format!("position {end}:"), "the checkpoint holds"], &["position 5:", "was changed"]];
    trail.expect(&format!("{signed};{other}"), &[], expected).await;
}

#[rstest]
#[tokio::test]
async fn a_row_that_was_put_in_is_named(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let trail = Trail::begin(database).await;
    let key = literal(database, Uuid::from_u128(7));
    for time in ["2019-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00"] {
        let put_in = format!(
            "INSERT INTO audit_event (id, occurred_at, action, object_type, request_id)
             VALUES ({key}, '{time}', 'report.read', 'report', {key})"
        );
        trail.expect(&put_in, &[], &[&["is in no link", "put in"]]).await;
    }
}
