//! Files of an erased report are gone: their rows, with the secrets that open them, and their objects.

use super::keeping::in_days;
use super::{fetch, files, objects, send};
use crate::steps::{content, done, step, submit, text};
use rstest::rstest;
use serde_json::json;
use std::time::{Duration, Instant};
use tests::{Database, Server};

/// Rows of files, with their secrets.
async fn rows(server: &Server) -> u64 {
    server.storage().tamper("UPDATE attachment SET size = size").await
}

#[rstest]
#[tokio::test]
async fn nothing_of_its_files_is_left(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let options = Server::with(database).env("OSLONAC_ATTACHMENTS__KEEP_EVERY_SECONDS", "1");
    let mut server = options.start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let erased = submit(&reporter, "erased-with-files", content("erased")).await;
    send(&reporter, "of-the-erased", &erased.id, b"from the school").await;
    send(&officer, "of-the-erased-too", &erased.id, b"from the Centre").await;
    let names: Vec<_> = objects(&server).iter().map(|object| object.file_name().expect("a name").to_owned()).collect();
    let stays = submit(&reporter, "stays-with-files", content("stays")).await;
    send(&reporter, "of-what-stays", &stays.id, b"this stays").await;
    assert_eq!((names.len(), objects(&server).len(), rows(&server).await), (2, 3, 3));
    step(&supervisor, "closeReport", &erased.id, json!({ "reason": "no sign" })).await;
    let ask = json!({ "idempotencyKey": "erase-with-files", "personIds": [erased.person], "reason": "asked for it" });
    done(&supervisor, "requestErasure", "erasures { id }", ask).await;

    server.restart_at(&in_days(40)).await;
    let began = Instant::now();
    while objects(&server).len() > 1 {
        assert!(began.elapsed() < Duration::from_secs(30), "{:?} are left", objects(&server));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(rows(&server).await, 1);
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    assert_eq!(files(&reporter, &erased.id).await, json!([]));
    let path = text(&files(&reporter, &stays.id).await[0]["downloadPath"]);
    assert_eq!(fetch(&reporter, &path).await.2, b"this stays");
    server.stop().await;
    let stolen = server.storage().stolen().await;
    for name in names {
        let name = name.to_str().expect("a name in ASCII").as_bytes();
        assert!(!stolen.windows(name.len()).any(|part| part == name), "a copy of the database still names it");
    }
}
