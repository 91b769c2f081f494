//! Clients that take their time, by nature or to hold up others.

use std::time::{Duration, Instant};
use tests::{Database, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What the limits of these tests come to, at the most, on a busy machine.
const SOON: Duration = Duration::from_secs(8);

async fn connect(server: &Server) -> TcpStream {
    let url = server.url("/");
    let address = (url.host_str().expect("a host"), url.port().expect("a port"));
    TcpStream::connect(address).await.expect("the server accepts connections")
}

/// Sends a byte a second until the server ends the connection; answers what it said.
async fn trickle(mut connection: TcpStream, bytes: &[u8]) -> String {
    let begun = Instant::now();
    let mut answer = Vec::new();
    for byte in bytes {
        let mut part = [0; 4_096];
        tokio::select! {
            read = connection.read(&mut part) => match read {
                Ok(0) | Err(_) => return String::from_utf8_lossy(&answer).into_owned(),
                Ok(count) => answer.extend_from_slice(&part[..count]),
            },
            () = tokio::time::sleep(Duration::from_secs(1)) => {
                // The end of the connection shows with the next reading.
                let _ = connection.write_all(&[*byte]).await;
            }
        }
        assert!(begun.elapsed() < SOON, "still open after {:?}: {}", begun.elapsed(), String::from_utf8_lossy(&answer));
    }
    panic!("everything could be sent");
}

#[tokio::test]
async fn a_head_of_one_byte_a_second_is_cut_off() {
    let server = Server::with(Database::Sqlite).env("OSLONAC_HTTP__HEADER_SECONDS", "3").start().await;
    let answer = trickle(connect(&server).await, b"GET /health/live HTTP/1.1\r\nhost: x\r\n").await;
    assert!(!answer.contains(" 200 "), "{answer}");
}

#[tokio::test]
async fn a_body_of_one_byte_a_second_is_cut_off_and_told_so() {
    let server = Server::with(Database::Sqlite).env("OSLONAC_HTTP__BODY_SECONDS", "3").start().await;
    let mut connection = connect(&server).await;
    let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n";
    connection.write_all(head.as_bytes()).await.expect("it reads");
    let answer = trickle(connection, b"{\"query\":\"{__typename}\"                                ").await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(answer.contains(r#""code":"BAD_REQUEST""#) && answer.contains("\r\nx-request-id: "), "{answer}");
}

#[tokio::test]
async fn a_connection_without_requests_is_closed() {
    let server = Server::with(Database::Sqlite).env("OSLONAC_HTTP__HEADER_SECONDS", "2").start().await;
    for request in ["GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n", ""] {
        let mut connection = connect(&server).await;
        connection.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        let end = tokio::time::timeout(SOON, connection.read_to_string(&mut answer)).await;
        assert!(end.is_ok(), "still open: {answer}");
        assert_eq!(answer.contains(" 200 OK"), !request.is_empty(), "{answer}");
    }
}

#[tokio::test]
async fn one_address_holds_so_many_connections_and_no_more() {
    let server = Server::with(Database::Sqlite).env("OSLONAC_HTTP__CONNECTIONS_PER_ADDRESS", "3").start().await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(answered(connect(&server).await).await.expect("there is room"));
    }
    assert!(answered(connect(&server).await).await.is_none(), "a fourth is closed");
    held.pop();
    assert!(eventually(&server).await, "who leaves makes room");
}

#[tokio::test]
async fn who_takes_nothing_of_the_answer_is_cut_off() {
    let (server, connection) = asked_for_much().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(answered(connect(&server).await).await.is_none(), "it is at work on the answer");
    assert!(eventually(&server).await, "it waits for it in vain, and gives up");
    drop(connection);
}

#[tokio::test]
async fn who_takes_a_byte_at_a_time_is_cut_off() {
    let (server, mut connection) = asked_for_much().await;
    let taking = tokio::spawn(async move {
        let mut byte = [0];
        while connection.read_exact(&mut byte).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    assert!(eventually(&server).await, "a byte now and then keeps no connection");
    taking.abort();
}

/// The only connection that its address may hold, which asks for many megabytes: more than the system keeps for one.
async fn asked_for_much() -> (Server, TcpStream) {
    let server = Server::with(Database::Sqlite)
        .env("OSLONAC_HTTP__CONNECTIONS_PER_ADDRESS", "1")
        .env("OSLONAC_HTTP__WRITE_SECONDS", "2")
        .start()
        .await;
    let mut connection = connect(&server).await;
    let requests = "GET /graphiql/graphiql.js HTTP/1.1\r\nhost: x\r\n\r\n".repeat(50);
    connection.write_all(requests.as_bytes()).await.expect("it reads");
    (server, connection)
}

/// The connection, where a request on it is answered.
async fn answered(mut connection: TcpStream) -> Option<TcpStream> {
    let mut answer = [0; 12];
    // A connection that is not let in may be gone already.
    connection.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").await.ok()?;
    connection.read_exact(&mut answer).await.ok()?;
    (&answer == b"HTTP/1.1 200").then_some(connection)
}

/// Whether there is room for a connection before long.
async fn eventually(server: &Server) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < SOON {
        if answered(connect(server).await).await.is_some() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    false
}
