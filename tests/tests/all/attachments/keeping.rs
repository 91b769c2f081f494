//! What was acknowledged stays, through the end of the process and a change of keys; what belongs to nothing goes.

use super::{announce, fetch, files, folder, objects, put, send};
use crate::steps::{content, done, submit, text};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{Client, Database, Server};

#[rstest]
#[tokio::test]
async fn what_was_acknowledged_survives_kill_9(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut server = Server::start(database).await;
    let mut reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "survives", content("survives")).await;
    let mut acknowledged = 0;
    for round in 0..3 {
        let first = announce(&reporter, &format!("survives-{round}-a"), &report.id).await;
        let second = announce(&reporter, &format!("survives-{round}-b"), &report.id).await;
        assert_eq!(put(&reporter, &first.path, format!("text {round}")).await.0, StatusCode::CREATED);
        acknowledged += 1;
        // The other one is under way when the process ends.
        let request = reporter.request(Method::PUT, &second.path).body(vec![b'a'; 3_000_000]).send();
        let under_way = tokio::spawn(request);
        tokio::time::sleep(Duration::from_millis(20 * round)).await;
        server.kill9();
        if let Ok(response) = under_way.await.expect("a task") {
            acknowledged += usize::from(response.status() == StatusCode::CREATED);
        }
        server.restart().await;
        reporter = server.sign_in_as("reporter@school-01.example").await;
    }
    let seen = files(&reporter, &report.id).await;
    let here: Vec<&Value> = crate::steps::list(&seen).iter().filter(|file| file["state"] != "EXPECTED").collect();
    assert!(here.len() >= acknowledged, "{acknowledged} were acknowledged: {seen}");
    for file in here {
        let (status, _, bytes) = fetch(&reporter, &text(&file["downloadPath"])).await;
        assert_eq!((status, json!(bytes.len())), (StatusCode::OK, file["size"].clone()));
    }
}

/// A name of an object that nothing names.
pub(super) const LEFT: &str = "0123456789abcdef0123456789abcdef01234567";

/// An instant so many days from now, and a little more.
pub(super) fn in_days(days: u64) -> String {
    let now = std::time::UNIX_EPOCH.elapsed().expect("a time").as_secs();
    (chrono::DateTime::UNIX_EPOCH + Duration::from_secs(now + days * 86_400 + 10_000)).to_rfc3339()
}

#[rstest]
#[tokio::test]
async fn what_belongs_to_nothing_goes(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let draft = json!({ "idempotencyKey": "discarded", "content": content("discarded") });
    let draft = done(&reporter, "createDraft", "report { id }", draft).await["report"]["id"].clone();
    let report = submit(&reporter, "kept-with-files", content("kept")).await;
    send(&reporter, "of-the-draft", &draft, b"of a draft").await;
    let removed = send(&reporter, "removed", &draft, b"removed").await;
    send(&reporter, "of-the-report", &report.id, b"of a report").await;
    announce(&reporter, "never-sent", &report.id).await;
    assert_eq!(objects(&server).len(), 3);
    done(&reporter, "removeAttachment", "removedId", json!({ "attachmentId": removed.id })).await;
    assert_eq!(objects(&server).len(), 2, "what is removed goes at once");
    done(&reporter, "discardDraft", "discardedId", json!({ "reportId": draft })).await;
    for name in [LEFT.to_owned(), format!("{LEFT}#1"), "of-somebody-else".to_owned()] {
        std::fs::write(folder(&server).join(name), b"left by a process that ended").expect("an object");
    }
    // Tomorrow all of this is older than what is being taken in.
    server.restart_at(&in_days(1)).await;
    let began = Instant::now();
    while objects(&server).len() > 2 {
        assert!(began.elapsed() < Duration::from_secs(20), "{:?} are left", objects(&server));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(folder(&server).join("of-somebody-else").exists(), "what is not ours stays");
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let seen = files(&reporter, &report.id).await;
    assert_eq!(seen.as_array().map(Vec::len), Some(1), "what never came is forgotten: {seen}");
    assert_eq!(fetch(&reporter, &text(&seen[0]["downloadPath"])).await.2, b"of a report");
}

#[rstest]
#[tokio::test]
async fn keys_change_and_what_was_tampered_with_does_not_open(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "keys-change", content("keys change")).await;
    send(&reporter, "sealed-1", &report.id, &vec![b'a'; 200_000]).await;
    server.stop().await;
    for command in [["keys", "rotate"], ["keys", "verify"]] {
        let output = server.storage().command(&command).run().await;
        assert!(output.success, "{command:?}: {}{}", output.stdout, output.stderr);
    }
    server.restart().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let path = text(&files(&reporter, &report.id).await[0]["downloadPath"]);
    assert_eq!(fetch(&reporter, &path).await.2.len(), 200_000);
    let object = objects(&server).remove(0);
    let mut bytes = std::fs::read(&object).expect("the object");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&object, &bytes).expect("tampered with");
    assert!(arrives(&reporter, &path).await < 200_000, "it breaks off where it was changed");
    std::fs::write(&object, &bytes[..70_000]).expect("cut off");
    assert!(arrives(&reporter, &path).await < 70_000, "it breaks off where it was cut off");
    let output = server.storage().command(&["keys", "verify"]).run().await;
    assert!(!output.success && output.stdout.contains("does not open, or is not there"), "{}", output.stdout);
}

/// Where a copy of the database is put back without the files, say.
#[rstest]
#[tokio::test]
async fn a_file_that_its_store_lost_is_told_from_a_store_that_is_away(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "lost-file", content("lost")).await;
    send(&reporter, "lost-1", &report.id, b"of a report").await;
    let path = text(&files(&reporter, &report.id).await[0]["downloadPath"]);
    std::fs::remove_file(objects(&server).remove(0)).expect("the object");
    let mut messages = Vec::new();
    for language in ["en", "sr-Cyrl", "sr-Latn"] {
        let (status, _, said) = fetch(&reporter.clone().accept_language(language), &path).await;
        let said: Value = serde_json::from_slice(&said).expect("a refusal");
        assert_eq!(status, StatusCode::GONE, "{said}");
        assert_eq!(said["userErrors"][0]["code"], "NOT_FOUND");
        messages.push(text(&said["userErrors"][0]["message"]));
    }
    messages.dedup();
    assert_eq!(messages.len(), 3, "{messages:?}");
    std::fs::remove_dir_all(folder(&server)).expect("the folder");
    let (status, _, said) = fetch(&reporter, &path).await;
    let said: Value = serde_json::from_slice(&said).expect("a refusal");
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{said}");
    assert_eq!(said["errors"][0]["extensions"]["code"], "STORE_UNAVAILABLE");
}

/// How much of a file arrives before the connection ends.
async fn arrives(client: &Client, path: &str) -> usize {
    let Ok(mut response) = client.request(Method::GET, path).send().await else { return 0 };
    let mut length = 0;
    while let Ok(Some(part)) = response.chunk().await {
        length += part.len();
    }
    length
}
