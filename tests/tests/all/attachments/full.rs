//! A disc without room: whoever sends a file is told, nothing of it is left, and it is taken once there is room.

use super::{announce, fetch, files, objects, put, send};
use crate::steps::{content, submit, text};
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Database, Server};

/// What the largest file may be from now on that the server writes, in bytes. Whoever owns a process may say so, root or not.
async fn let_it_write(server: &Server, bytes: &str) {
    let process = server.id().to_string();
    let set = ["--pid", &process, &format!("--fsize={bytes}:")];
    let set = tokio::process::Command::new("prlimit").args(set).status().await.expect("prlimit, of util-linux");
    assert!(set.success());
}

#[rstest]
#[tokio::test]
async fn a_full_disc_is_told_and_leaves_nothing(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    // Such a write is to fail, as it does on a full disc, and not to end the process.
    let server = Server::with(database).prepared_by("trap '' XFSZ").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "on-a-full-disc", content("a full disc")).await;
    let file = announce(&reporter, "more-than-there-is-room", &report.id).await;
    // The embedded database is smaller than what may be written.
    let large = vec![b'a'; 8_000_000];
    let_it_write(&server, "7000000").await;
    let (status, said) = put(&reporter, &file.path, large.clone()).await;
    let code = said["errors"][0]["extensions"]["code"].as_str();
    assert_eq!((status, code), (StatusCode::INSUFFICIENT_STORAGE, Some("STORAGE_FULL")), "{said}");
    assert_eq!(objects(&server), Vec::<std::path::PathBuf>::new(), "not even half of it");
    let seen = files(&reporter, &report.id).await;
    assert_eq!((&seen[0]["state"], &seen[0]["size"]), (&json!("EXPECTED"), &Value::Null), "{seen}");
    send(&reporter, "there-is-room-for-this", &report.id, b"words").await;
    let_it_write(&server, "unlimited").await;
    assert_eq!(put(&reporter, &file.path, large).await.0, StatusCode::CREATED, "the same link still counts");
    let path = text(&files(&reporter, &report.id).await[0]["downloadPath"]);
    assert_eq!(fetch(&reporter, &path).await.2.len(), 8_000_000);
    assert_eq!(objects(&server).len(), 2);
}
