//! What is sent and must not be taken: each is refused in words, and leaves nothing.

use super::{TYPES, announce, files, objects, packed, put, send};
use crate::steps::{content, list, refusals, step, submit};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[rstest]
#[tokio::test]
async fn what_lies_about_itself_is_refused(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    // Packing takes longer than a connection stays open without use.
    let zeros = vec![0; 40_000_000];
    let bomb = packed(&[
        ("[Content_Types].xml", TYPES),
        ("word/document.xml", &zeros),
        ("word/more.xml", &zeros),
        ("word/most.xml", &zeros),
    ]);
    let macros =
        packed(&[("[Content_Types].xml", TYPES), ("word/document.xml", b"<w/>"), ("word/vbaProject.bin", b"x")]);
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await.accept_language("en");
    let report = submit(&reporter, "with-lies", content("lies")).await;
    let file = announce(&reporter, "a-lie", &report.id).await;
    for (what, bytes, words) in [
        ("nothing", Vec::new(), "empty"),
        ("a program", b"MZ\x90\0\x03\0\0\0\x04".to_vec(), "kind"),
        ("a page", b"<html>\0<script>".to_vec(), "kind"),
        ("a picture's beginning", vec![0xff, 0xd8, 0xff, 0xe0, 0, 16], "damaged"),
        ("a PDF's beginning", b"%PDF-1.7 and then something else".to_vec(), "damaged"),
        ("another packed folder", packed(&[("a.txt", b"x")]), "kind"),
        ("a bomb in a text's clothes", bomb, "unpacks"),
        ("a text with programs", macros, "programs"),
    ] {
        let (status, said) = put(&reporter, &file.path, bytes).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {said}");
        let message = said["userErrors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains(words), "{what}: {said}");
    }
    assert_eq!(objects(&server), Vec::<std::path::PathBuf>::new(), "nothing was kept");
    assert_eq!(put(&reporter, &file.path, "the truth").await.0, StatusCode::CREATED, "and the link still counts");
}

#[rstest]
#[tokio::test]
async fn what_is_too_large_is_refused(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "too-large", content("too large")).await;
    let file = announce(&reporter, "a-large-one", &report.id).await;
    let (status, said) = put(&reporter, &file.path, vec![b'a'; 25_000_001]).await;
    assert_eq!((status, &said["userErrors"][0]["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("TOO_LONG")), "{said}");
    // Without a length in the head, it shows only as it comes.
    let part = [&b"f4240\r\n"[..], &vec![b'a'; 1_000_000], b"\r\n"].concat();
    let mut stream = begin(&server, &reporter, &file.path, "transfer-encoding: chunked").await;
    for _ in 0..26 {
        stream.write_all(&part).await.expect("it is read to its end");
    }
    stream.write_all(b"0\r\n\r\n").await.expect("its end");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 413");
    assert_eq!(put(&reporter, &file.path, vec![b'a'; 25_000_000]).await.0, StatusCode::CREATED, "the largest there is");
}

/// Sends the head of an upload, by hand.
async fn begin(server: &Server, client: &Client, path: &str, length: &str) -> TcpStream {
    let request = client.request(Method::PUT, path).build().expect("a request");
    let authorization = request.headers()["authorization"].to_str().expect("a token");
    let head = format!("PUT {path} HTTP/1.1\r\nhost: x\r\nauthorization: {authorization}\r\n{length}\r\n\r\n");
    let address = format!("127.0.0.1:{}", server.url(path).port().expect("a port"));
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    stream.write_all(head.as_bytes()).await.expect("the head");
    stream
}

#[rstest]
#[tokio::test]
async fn what_breaks_off_leaves_nothing(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "breaks-off", content("breaks off")).await;
    let file = announce(&reporter, "a-broken-one", &report.id).await;
    let mut stream = begin(&server, &reporter, &file.path, "content-length: 1000").await;
    stream.write_all(b"half").await.expect("half of it");
    drop(stream);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(files(&reporter, &report.id).await[0]["state"], json!("EXPECTED"));
    assert_eq!(objects(&server), Vec::<std::path::PathBuf>::new());
    assert_eq!(put(&reporter, &file.path, "whole").await.0, StatusCode::CREATED);
}

#[rstest]
#[tokio::test]
async fn whoever_sends_slowly_keeps_nobody_else_waiting(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "sent-slowly", content("slowly")).await;
    let mut slow = Vec::new();
    for number in 0..6 {
        let file = announce(&reporter, &format!("a-slow-one-{number}"), &report.id).await;
        let mut stream = begin(&server, &reporter, &file.path, "content-length: 1000").await;
        stream.write_all(b"a little").await.expect("a little of it");
        slow.push(stream);
    }
    let officer = server.sign_in_as("intake@centre.example").await;
    let file = announce(&officer, "a-quick-one", &report.id).await;
    let sent = tokio::time::timeout(std::time::Duration::from_secs(10), put(&officer, &file.path, "quick")).await;
    assert_eq!(sent.expect("its turn comes before any of the slow ones ends").0, StatusCode::CREATED);
}

#[rstest]
#[tokio::test]
async fn a_report_never_has_more_than_it_takes(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let report = submit(&reporter, "with-many", content("many files")).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..24 {
        let client = if number % 2 == 0 { reporter.clone() } else { coordinator.clone() };
        let input = json!({ "input": { "idempotencyKey": format!("one-of-many-{number}"), "reportId": report.id } });
        tasks.spawn(async move {
            let document = "mutation A($input: AddAttachmentInput!) { addAttachment(input: $input) {
                attachment { id number } userErrors { code } } }";
            client.query(document, input).await.expect_no_errors().data()["addAttachment"].clone()
        });
    }
    let answers: Vec<Value> = tasks.join_all().await;
    let mut numbers: Vec<i64> = answers.iter().filter_map(|answer| answer["attachment"]["number"].as_i64()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>(), "{answers:?}");
    let refused = answers.iter().filter(|answer| answer["userErrors"][0]["code"] == "TOO_LONG").count();
    assert_eq!(refused, 4, "{answers:?}");
    let seen = files(&reporter, &report.id).await;
    let own = json!({ "attachmentId": list(&seen)[0]["id"] });
    crate::steps::done(&reporter, "removeAttachment", "removedId", own).await;
    announce(&reporter, "in-its-place", &report.id).await;
    let input = json!({ "idempotencyKey": "the-21st", "reportId": report.id });
    assert_eq!(refusals(&reporter, "addAttachment", input).await, [("TOO_LONG".to_owned(), "reportId".to_owned())]);
    let officer = server.sign_in_as("intake@centre.example").await;
    announce(&officer, "the-centres-first", &report.id).await;
}

#[rstest]
#[tokio::test]
async fn two_at_once_are_one(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "two-at-once", content("at once")).await;
    for round in 0..5 {
        let file = announce(&reporter, &format!("at-once-{round}"), &report.id).await;
        let same = format!("the same of round {round}");
        let other = format!("another of round {round}");
        let (first, second, third) = tokio::join!(
            put(&reporter, &file.path, same.clone()),
            put(&reporter, &file.path, same.clone()),
            put(&reporter, &file.path, other)
        );
        let mut statuses = [first.0.as_u16(), second.0.as_u16(), third.0.as_u16()];
        statuses.sort_unstable();
        assert!(matches!(statuses, [200, 201, 409] | [201, 409, 409]), "{statuses:?}");
    }
    assert_eq!(objects(&server).len(), 5, "one object a file");
}

#[rstest]
#[tokio::test]
async fn an_ended_report_takes_nothing_more(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let report = submit(&reporter, "will-end", content("it ends")).await;
    let kept = send(&reporter, "before-the-end", &report.id, b"a text").await;
    let late = announce(&reporter, "in-between", &report.id).await;
    step(&supervisor, "closeReport", &report.id, json!({ "reason": "no sign" })).await;
    let (status, said) = put(&reporter, &late.path, "too late").await;
    assert_eq!((status, &said["userErrors"][0]["code"]), (StatusCode::CONFLICT, &json!("WRONG_STATE")), "{said}");
    for client in [&reporter, &supervisor] {
        let input = json!({ "idempotencyKey": "after-the-end", "reportId": report.id });
        assert_eq!(refusals(client, "addAttachment", input).await[0].0, "WRONG_STATE");
    }
    assert_eq!(objects(&server).len(), 1, "what came too late is gone");
    let own = json!({ "attachmentId": kept.id });
    assert_eq!(refusals(&reporter, "removeAttachment", own).await[0].0, "WRONG_STATE", "what was handed in stays");
}
