//! With a real scanner: what it finds nothing in is handed out, what it finds something in is kept and handed to nobody, and what
//! it has not answered for waits.

use super::{File, announce, fetch, files, objects, put, send};
use crate::steps::{content, list, submit, text};
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{Client, Database, Options, Scanner, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const PATIENCE: Duration = Duration::from_secs(20);

/// A server that asks this scanner, and looks every second for what waits.
fn scanned_by(database: Database, address: &str) -> Options {
    Server::with(database)
        .env("OSLONAC_ATTACHMENTS__SCANNER", address)
        .env("OSLONAC_ATTACHMENTS__KEEP_EVERY_SECONDS", "1")
}

/// A file as somebody sees it.
async fn seen(client: &Client, report: &Value, file: &File) -> Value {
    let seen = files(client, report).await;
    list(&seen).iter().find(|seen| seen["id"] == file.id).expect("the file").clone()
}

/// Waits until a file stands here.
async fn until(client: &Client, report: &Value, file: &File, state: &str) -> Value {
    let began = Instant::now();
    loop {
        let seen = seen(client, report, file).await;
        if seen["state"] == state {
            return seen;
        }
        assert!(began.elapsed() < PATIENCE, "it does not come to be {state}: {seen}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[rstest]
#[tokio::test]
async fn what_is_clean_is_handed_out_and_what_is_not_is_kept(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let scanner = Scanner::start().await;
    let server = scanned_by(database, &scanner.address()).start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let report = submit(&reporter, "with-scanned-files", content("scanned")).await;
    let clean = send(&reporter, "a-clean-one", &report.id, b"nothing but words").await;
    let infected = format!("words, and {} within", Scanner::KNOWN);
    let infected = send(&reporter, "an-infected-one", &report.id, infected.as_bytes()).await;
    for client in [&reporter, &officer] {
        let found = seen(client, &report.id, &clean).await;
        assert_eq!(found["state"], json!("CLEAN"));
        assert_eq!(fetch(client, &text(&found["downloadPath"])).await.2, b"nothing but words");
        let found = seen(client, &report.id, &infected).await;
        assert_eq!((&found["state"], &found["downloadPath"]), (&json!("INFECTED"), &Value::Null));
    }
    assert_eq!(objects(&server).len(), 2, "it is evidence: it is kept");
}

#[rstest]
#[tokio::test]
async fn what_nobody_scanned_is_scanned_once_there_is_a_scanner(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "scanned-later", content("scanned later")).await;
    let clean = send(&reporter, "clean-later", &report.id, b"nothing but words").await;
    let infected = send(&reporter, "infected-later", &report.id, Scanner::KNOWN.as_bytes()).await;
    let given = text(&seen(&reporter, &report.id, &infected).await["downloadPath"]);
    assert_eq!(fetch(&reporter, &given).await.0, StatusCode::OK, "here is no scanner, and the API says so");

    let scanner = Scanner::start().await;
    server.restart_with(scanned_by(database, &scanner.address())).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    assert_eq!(fetch(&reporter, &given).await.0, StatusCode::NOT_FOUND, "a link from before opens it no more");
    until(&reporter, &report.id, &infected, "INFECTED").await;
    until(&reporter, &report.id, &clean, "CLEAN").await;
    let protection = server.sign_in_as("protection@centre.example").await;
    let trail = "query T($id: ID) { auditEvents(first: 100, filter: { objectId: $id }) { nodes { action } } }";
    let trail = protection.query(trail, json!({ "id": report.id })).await.expect_no_errors().data().to_string();
    for action in ["ATTACHMENT_FOUND_INFECTED", "ATTACHMENT_FOUND_CLEAN"] {
        assert_eq!(trail.matches(action).count(), 1, "{action}: {trail}");
    }
}

#[rstest]
#[tokio::test]
async fn what_comes_while_the_scanner_is_away_waits_for_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut scanner = Scanner::prepared();
    let server = scanned_by(database, &scanner.address()).start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "scanner-away", content("away")).await;
    let clean = send(&reporter, "clean-and-waiting", &report.id, b"nothing but words").await;
    let infected = send(&reporter, "infected-and-waiting", &report.id, Scanner::KNOWN.as_bytes()).await;
    // The job has looked for the scanner more than once by then.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    for file in [&clean, &infected] {
        let found = seen(&reporter, &report.id, file).await;
        assert_eq!((&found["state"], &found["downloadPath"]), (&json!("WAITING"), &Value::Null));
    }
    let document = "subscription R($id: ID!) { reportChanged(id: $id) { attachments { state } } }";
    let mut partner = reporter.socket().await;
    partner.subscribe("report", document, json!({ "id": report.id })).await;
    scanner.come().await;
    let of = |state: &str| json!({ "state": state });
    loop {
        let told = partner.next("report").await["reportChanged"]["attachments"].clone();
        if told == json!([of("CLEAN"), of("INFECTED")]) {
            break;
        }
    }
    let found = until(&reporter, &report.id, &clean, "CLEAN").await;
    assert_eq!(fetch(&reporter, &text(&found["downloadPath"])).await.2, b"nothing but words");
    assert_eq!(until(&reporter, &report.id, &infected, "INFECTED").await["downloadPath"], Value::Null);
    scanner.go();
    let again = send(&reporter, "away-again", &report.id, b"more words").await;
    assert_eq!(seen(&reporter, &report.id, &again).await["state"], json!("WAITING"), "and gone again");
}

#[rstest]
#[tokio::test]
async fn a_scanner_that_hangs_holds_up_nobody(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let hangs = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = hangs.local_addr().expect("an address");
    // Connections are taken in, read by nobody, and stay open.
    let taken = tokio::spawn(async move {
        let mut taken = Vec::new();
        while let Ok((stream, _)) = hangs.accept().await {
            taken.push(stream);
        }
    });
    let server =
        scanned_by(database, &format!("tcp:{address}")).env("OSLONAC_ATTACHMENTS__SCANNER_SECONDS", "3").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "scanner-hangs", content("hangs")).await;
    let first = send(&reporter, "it-hangs-first", &report.id, b"nothing but words").await;
    let began = Instant::now();
    for number in 0..6 {
        let file = send(&reporter, &format!("it-hangs-{number}"), &report.id, b"more words").await;
        let found = seen(&reporter, &report.id, &file).await;
        assert_eq!((&found["state"], &found["downloadPath"]), (&json!("WAITING"), &Value::Null));
    }
    assert!(began.elapsed() < Duration::from_secs(9), "each of them waited: {:?}", began.elapsed());
    taken.abort();
    let _ = taken.await;
    assert_eq!(seen(&reporter, &report.id, &first).await["state"], json!("WAITING"));
}

#[rstest]
#[tokio::test]
async fn a_file_that_the_scanner_does_not_take_holds_up_no_other(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "too-much-for-it", content("too much")).await;
    let large = send(&reporter, "more-than-it-takes", &report.id, &vec![b'a'; Scanner::LARGEST + 1_000_000]).await;
    let small = send(&reporter, "behind-the-large-one", &report.id, b"nothing but words").await;
    let scanner = Scanner::start().await;
    server.restart_with(scanned_by(database, &scanner.address())).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    until(&reporter, &report.id, &small, "CLEAN").await;
    assert_eq!(seen(&reporter, &report.id, &large).await["state"], json!("WAITING"));
    let another = announce(&reporter, "as-large-as-that", &report.id).await;
    let (status, said) = put(&reporter, &another.path, vec![b'b'; Scanner::LARGEST + 1_000_000]).await;
    assert_eq!(status, StatusCode::CREATED, "{said}");
    assert_eq!(seen(&reporter, &report.id, &another).await["state"], json!("WAITING"), "no answer is no good one");
}

/// A scanner that answers, but for whatever calls itself slow. Files end with words.
async fn slow_for_some(mut stream: TcpStream) {
    let mut heard = Vec::new();
    while !heard.ends_with(b"zPING\0") && !heard.ends_with(b"words\0\0\0\0") {
        if !matches!(stream.read_buf(&mut heard).await, Ok(1..)) {
            return;
        }
    }
    let answer = if heard == b"zPING\0" { "PONG\0" } else { "stream: OK\0" };
    if heard.windows(4).any(|part| part == b"slow") {
        // Until nobody waits any more.
        let _ = stream.read_buf(&mut heard).await;
    } else {
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}

#[rstest]
#[tokio::test]
async fn files_that_the_scanner_is_too_slow_for_hold_up_the_others_for_one_run_only(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "slow-ones-first", content("slow ones")).await;
    let mut slow = Vec::new();
    for number in 0..3 {
        slow.push(send(&reporter, &format!("too-slow-{number}"), &report.id, b"slow words").await);
    }
    let quick = send(&reporter, "behind-the-slow-ones", &report.id, b"nothing but words").await;
    let scanner = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("tcp:{}", scanner.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = scanner.accept().await {
            tokio::spawn(slow_for_some(stream));
        }
    });
    let options = scanned_by(database, &address).env("OSLONAC_ATTACHMENTS__SCANNER_SECONDS", "1");
    server.restart_with(options).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    until(&reporter, &report.id, &quick, "CLEAN").await;
    for file in &slow {
        assert_eq!(seen(&reporter, &report.id, file).await["state"], json!("WAITING"));
    }
}
