//! Indicator sets: a newer version is imported while the server runs, and what was made with the older one keeps it.

use crate::steps::{content, done, field, list, refusals, submit};
use rstest::rstest;
use serde_json::{Value, json};
use std::path::Path;
use tests::{Client, Database, Output, Server};

/// A newer version of the general signs, with one indicator of the older one and one of its own.
const NEWER: &str = r#"
code = "unodc-general"
version = "2019"
valid_from = 2019-03-01
sector = "GENERAL"
audience = "ANY"
source = "Invented for a test"
title = { sr = "Општи знакови, новији", en = "General signs, newer" }

[[dimension]]
code = "general"
name = { sr = "Општи знакови", en = "General signs" }

[[dimension.indicator]]
code = "UN-G-01"
sr = "Друге речи."
en = "Other words."
confirmed = true
translation = "DRAFT"

[[dimension.indicator]]
code = "NEW-01"
sr = "Нов знак."
en = "A new sign."
confirmed = false
translation = "DRAFT"
"#;

async fn import(server: &Server, folder: &Path, clock: &str) -> Output {
    let command = server.storage().command(&["indicators", "import", "--from"]).argument(folder);
    command.env("OSLONAC_DEMONSTRATION__CLOCK_STARTS_AT", clock).run().await
}

/// The versions that a draft's ticks come from, and their codes.
async fn versions(client: &Client, id: &Value) -> Vec<(String, String)> {
    let persons = field(client, id, "persons { indicators { indicator { code set { version } } } }").await;
    let ticks = list(&persons[0]["indicators"]).iter();
    let of = |tick: &Value| {
        let indicator = &tick["indicator"];
        (crate::steps::text(&indicator["set"]["version"]), crate::steps::text(&indicator["code"]))
    };
    ticks.map(of).collect()
}

async fn in_use(client: &Client) -> Value {
    let sets = client.query("{ indicatorSets(sector: GENERAL) { set version } }", ()).await;
    let sets = sets.expect_no_errors().data()["indicatorSets"].clone();
    let found = list(&sets).iter().find(|found| found["set"] == "unodc-general").cloned();
    found.expect("the general signs")["version"].clone()
}

#[rstest]
#[tokio::test]
async fn a_draft_keeps_the_version_it_was_made_with(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let clock = "2019-02-28T12:00:00Z";
    let mut server = Server::with(database).clock(clock).start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await.accept_language("en");
    let create = |key: &str| json!({ "idempotencyKey": key, "content": content("x") });
    let draft = done(&reporter, "createDraft", "report { id }", create("before-newer")).await["report"]["id"].clone();
    let report = submit(&reporter, "sent-before-newer", content("x")).await;
    let old = [("leaflet".to_owned(), "UN-G-01".to_owned())];

    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("newer.toml"), NEWER).expect("a file");
    let imported = import(&server, folder.path(), clock).await;
    assert!(imported.success, "{}{}", imported.stdout, imported.stderr);
    assert!(imported.stdout.contains("unodc-general 2019: added, 2 indicators"), "{}", imported.stdout);
    let again = import(&server, folder.path(), clock).await;
    assert!(again.stdout.contains("0 changed, 1 as before"), "{}", again.stdout);
    assert_eq!(in_use(&reporter).await, "leaflet", "not valid before March");

    // The day comes: the newer version is the one in use, the draft and the report keep theirs.
    server.restart_at("2019-03-01T12:00:00Z").await;
    let reporter = server.sign_in_as("reporter@school-01.example").await.accept_language("en");
    assert_eq!(in_use(&reporter).await, "2019");
    assert_eq!(versions(&reporter, &draft).await, old);
    assert_eq!(versions(&reporter, &report.id).await, old);
    let update = json!({ "reportId": draft, "revision": 1, "content": content("changed in March") });
    done(&reporter, "updateDraft", "report { id }", update).await;
    assert_eq!(versions(&reporter, &draft).await, old, "the version it was made with stays in use for it");
    let sent =
        json!({ "idempotencyKey": "sent-in-march", "report": { "draft": { "reportId": draft, "revision": 2 } } });
    done(&reporter, "submitReport", "report { id }", sent).await;
    assert_eq!(versions(&reporter, &draft).await, old);

    let new = done(&reporter, "createDraft", "report { id }", create("after-newer")).await["report"]["id"].clone();
    assert_eq!(versions(&reporter, &new).await, [("2019".to_owned(), "UN-G-01".to_owned())]);
    let mut ended = content("x");
    ended["persons"][0]["indicators"] = json!([{ "set": "unodc-general", "version": "leaflet", "code": "UN-G-01" }]);
    let refused = refusals(&reporter, "createDraft", json!({ "idempotencyKey": "with-ended", "content": ended })).await;
    assert_eq!(refused[0].0, "INVALID", "{refused:?}");
}

#[tokio::test]
async fn a_running_server_learns_of_an_import_in_half_a_minute() {
    let server = Server::start(Database::Postgres).await;
    let (one, another) =
        (server.sign_in_as("reporter@school-01.example").await, server.sign_in_as("reporter@school-02.example").await);
    assert_eq!(in_use(&one).await, "leaflet");
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("newer.toml"), NEWER).expect("a file");
    let imported = import(&server, folder.path(), "").await;
    assert!(imported.success, "{}{}", imported.stdout, imported.stderr);
    let begun = std::time::Instant::now();
    while in_use(&another).await != "2019" {
        assert!(begun.elapsed().as_secs() < 40, "the catalogue is never older than thirty seconds");
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    let mut newer = content("x");
    newer["persons"][0]["indicators"] = json!([{ "set": "unodc-general", "code": "NEW-01" }]);
    let report = submit(&one, "with-a-new-sign", newer).await;
    assert_eq!(versions(&one, &report.id).await, [("2019".to_owned(), "NEW-01".to_owned())]);
}

#[rstest]
#[tokio::test]
async fn a_version_never_changes(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("newer.toml");
    std::fs::write(&file, NEWER).expect("a file");
    assert!(import(&server, folder.path(), "").await.success);
    std::fs::write(&file, NEWER.replace("A new sign.", "Changed.")).expect("a file");
    let refused = import(&server, folder.path(), "").await;
    assert!(!refused.success && refused.stderr.contains("newer.toml"), "{}", refused.stderr);
    assert_eq!(refused.stderr.trim().lines().count(), 1, "{}", refused.stderr);
}
