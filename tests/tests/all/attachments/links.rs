//! Links count for one member, one file, one use and a few minutes.

use super::{announce, fetch, files, put, send};
use crate::steps::{content, submit, text};
use reqwest::StatusCode;
use rstest::rstest;
use tests::{Database, Server};

#[rstest]
#[tokio::test]
async fn a_link_is_of_use_to_nobody_else(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "with-links", content("links")).await;
    let expected = announce(&reporter, "expected-1", &report.id).await;
    send(&reporter, "sent-1", &report.id, b"a text").await;
    let seen = files(&reporter, &report.id).await;
    let download = text(&seen[1]["downloadPath"]);
    for who in ["coordinator@school-01.example", "intake@centre.example", "reporter@school-02.example"] {
        let other = server.sign_in_as(who).await;
        assert_eq!(fetch(&other, &download).await.0, StatusCode::NOT_FOUND, "{who} fetches");
        assert_eq!(put(&other, &expected.path, "x").await.0, StatusCode::NOT_FOUND, "{who} sends");
    }
    assert_eq!(fetch(&server.anonymous(), &download).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(put(&server.anonymous(), &expected.path, "x").await.0, StatusCode::UNAUTHORIZED);
    let changed = [
        download.replace("until=", "until=9"),
        download.replace("signature=", "signature=A"),
        format!("{download}&more=1"),
        download.split('?').next().expect("a path").to_owned(),
        expected.path.clone(),
        download.replacen(&text(&seen[1]["id"]), &text(&expected.id), 1),
    ];
    for path in changed {
        assert_eq!(fetch(&reporter, &path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(put(&reporter, &download, "x").await.0, StatusCode::NOT_FOUND, "a link to fetch takes nothing");
    assert_eq!(fetch(&reporter, &download).await.0, StatusCode::OK, "and yet it counts");
}

#[rstest]
#[tokio::test]
async fn a_link_ends(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut server = Server::with(database).clock("2026-04-20T08:00:00Z").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "links-that-end", content("links")).await;
    let expected = announce(&reporter, "expected-2", &report.id).await;
    send(&reporter, "sent-2", &report.id, b"a text").await;
    let download = text(&files(&reporter, &report.id).await[1]["downloadPath"]);
    server.restart_at("2026-04-20T08:20:00Z").await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    assert_eq!(fetch(&reporter, &download).await.0, StatusCode::GONE);
    let (status, said) = put(&reporter, &expected.path, "a text").await;
    assert_eq!((status, said["errors"][0]["extensions"]["code"].as_str()), (StatusCode::GONE, Some("LINK_ENDED")));
    let seen = files(&reporter, &report.id).await;
    assert_eq!(put(&reporter, &text(&seen[0]["uploadPath"]), "a text").await.0, StatusCode::CREATED, "a new link");
    assert_eq!(fetch(&reporter, &text(&seen[1]["downloadPath"])).await.0, StatusCode::OK);
}
