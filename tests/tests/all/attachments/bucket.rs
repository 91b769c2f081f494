//! Files in a bucket of a real S3 server, which checks signatures: kept, fetched and removed there, and nowhere else; and what
//! becomes of them when it is away, or does not know us.

use super::keeping::{LEFT, in_days};
use super::{announce, fetch, files, folder, put, send};
use crate::steps::{content, done, submit, text};
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{Bucket, Database, Server, Storage};

/// Waits until so many objects lie in the bucket.
async fn until(bucket: &Bucket, most: usize) {
    let began = Instant::now();
    while bucket.objects().len() > most {
        assert!(began.elapsed() < Duration::from_secs(20), "{:?} are left", bucket.objects());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[rstest]
#[tokio::test]
async fn files_are_kept_and_removed_in_a_bucket(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let bucket = Bucket::start().await;
    let mut server = bucket.of(Server::with(database)).start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let draft = json!({ "idempotencyKey": "in-the-bucket", "content": content("in the bucket") });
    let draft = done(&reporter, "createDraft", "report { id }", draft).await["report"]["id"].clone();
    let report = submit(&reporter, "stays-in-the-bucket", content("stays")).await;
    let large = vec![b'a'; 3_000_000];
    send(&reporter, "it-stays", &report.id, &large).await;
    let removed = send(&reporter, "it-is-removed", &draft, b"taken back").await;
    send(&reporter, "it-is-discarded", &draft, b"of a draft").await;
    assert_eq!((bucket.objects().len(), folder(&server).exists()), (3, false), "all there, nothing here");
    for object in bucket.objects() {
        let bytes = std::fs::read(object).expect("the object");
        assert!(!bytes.windows(10).any(|part| part == [b'a'; 10]), "it is sealed");
    }
    let path = text(&files(&reporter, &report.id).await[0]["downloadPath"]);
    assert_eq!(fetch(&reporter, &path).await.2, large);

    done(&reporter, "removeAttachment", "removedId", json!({ "attachmentId": removed.id })).await;
    assert_eq!(bucket.objects().len(), 2, "what is removed goes at once");
    done(&reporter, "discardDraft", "discardedId", json!({ "reportId": draft })).await;
    for name in [LEFT, "of-somebody-else"] {
        bucket.place(name, b"left by a process that ended");
    }
    server.restart_at(&in_days(1)).await;
    until(&bucket, 2).await;
    assert!(bucket.objects().iter().any(|object| object.ends_with("of-somebody-else")), "what is not ours stays");
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let path = text(&files(&reporter, &report.id).await[0]["downloadPath"]);
    assert_eq!(fetch(&reporter, &path).await.2, large);
    server.stop().await;
    let verify = server.storage().command(&["keys", "verify"]);
    let verify = bucket.environment().into_iter().fold(verify, |verify, (key, value)| verify.env(key, value));
    let verified = verify.run().await;
    assert!(verified.success, "{}{}", verified.stdout, verified.stderr);
}

#[rstest]
#[tokio::test]
async fn whom_the_store_does_not_know_keeps_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let bucket = Bucket::start().await;
    let stranger =
        bucket.of(Server::with(database)).env("OSLONAC_ATTACHMENTS__S3__SECRET_ACCESS_KEY", "another-secret");
    let mut server = stranger.start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "unknown-to-the-store", content("unknown")).await;
    let file = announce(&reporter, "not-taken", &report.id).await;
    let (status, said) = put(&reporter, &file.path, "words").await;
    let code = said["errors"][0]["extensions"]["code"].as_str();
    assert_eq!((status, code), (StatusCode::SERVICE_UNAVAILABLE, Some("STORE_UNAVAILABLE")), "{said}");
    assert!(server.log().contains("SignatureDoesNotMatch"), "the log says why");
    assert!(!server.log().contains("another-secret"), "and does not tell the secret");
    assert_eq!(bucket.objects().len(), 0);
    assert_eq!(files(&reporter, &report.id).await[0]["state"], json!("EXPECTED"));
    server.restart_with(bucket.of(Server::with(database))).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let path = text(&files(&reporter, &report.id).await[0]["uploadPath"]);
    assert_eq!(put(&reporter, &path, "words").await.0, StatusCode::CREATED, "with the right one it is taken");
}

#[rstest]
#[tokio::test]
async fn nothing_is_acknowledged_while_the_store_is_away(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut bucket = Bucket::start().await;
    let server = bucket.of(Server::with(database)).env("OSLONAC_ATTACHMENTS__S3__PATIENCE_SECONDS", "2").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "the-store-is-away", content("away")).await;
    send(&reporter, "it-was-there", &report.id, b"from before").await;
    let file = announce(&reporter, "it-is-away", &report.id).await;
    let download = text(&files(&reporter, &report.id).await[0]["downloadPath"]);
    bucket.go().await;
    let (status, said) = put(&reporter, &file.path, "words").await;
    let code = said["errors"][0]["extensions"]["code"].as_str();
    assert_eq!((status, code), (StatusCode::SERVICE_UNAVAILABLE, Some("STORE_UNAVAILABLE")), "{said}");
    assert_eq!(fetch(&reporter, &download).await.0, StatusCode::SERVICE_UNAVAILABLE);
    let seen = files(&reporter, &report.id).await;
    assert_eq!((&seen[1]["state"], &seen[1]["size"]), (&json!("EXPECTED"), &Value::Null), "{seen}");
    bucket.come_back().await;
    assert_eq!(put(&reporter, &file.path, "words").await.0, StatusCode::CREATED, "the same link still counts");
    assert_eq!(fetch(&reporter, &download).await.2, b"from before");
    assert_eq!(bucket.objects().len(), 2);
}

#[tokio::test]
async fn two_servers_share_a_bucket() {
    let bucket = Bucket::start().await;
    let first = bucket.of(Server::with(Database::Postgres)).start().await;
    let issuer = format!(
        "[[sign_in.issuers]]\nurl = \"{}\"\nclient_id = \"oslonac\"\naudience = \"oslonac\"\nalgorithms = [\"ES256\"]\n",
        first.url("/demonstration/issuer")
    );
    let key = first.storage().master_key().to_str().expect("a path").to_owned();
    let second = bucket.of(Server::with(Database::Postgres).serve().settings(&issuer));
    let second = second.env("OSLONAC_DATABASE__URL", first.storage().url());
    let second = second.env("OSLONAC_DATABASE__MASTER_KEY__FILE", key);
    let second = second.start_on(Storage::empty(Database::Sqlite).await).await;
    let here = first.sign_in_as("reporter@school-01.example").await;
    let there = first.sign_in_as("reporter@school-01.example").await.of_server(&second);
    let draft = json!({ "idempotencyKey": "of-two-servers", "content": content("of two servers") });
    let draft = done(&here, "createDraft", "report { id }", draft).await["report"]["id"].clone();
    // Announced here, sent there, fetched here by a link from there, taken back there.
    let file = announce(&here, "of-two-servers", &draft).await;
    let (first, second) = tokio::join!(put(&there, &file.path, "words"), put(&here, &file.path, "words"));
    let mut statuses = [first.0.as_u16(), second.0.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201]);
    assert_eq!(bucket.objects().len(), 1, "one object a file");
    let path = text(&files(&there, &draft).await[0]["downloadPath"]);
    assert_eq!(fetch(&here, &path).await.2, b"words");
    done(&there, "removeAttachment", "removedId", json!({ "attachmentId": file.id })).await;
    assert_eq!(bucket.objects().len(), 0);
    assert_eq!(fetch(&here, &path).await.0, StatusCode::NOT_FOUND);
}
