//! Bodies that are no request, or too much of one.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::{Client, Database, Response, Server};

async fn post(client: &Client, body: impl Into<reqwest::Body>) -> Response {
    let request = client.request(Method::POST, "/graphql").header("content-type", "application/json");
    Response::of(request.body(body)).await
}

/// The answer is an error in the form of every other one.
#[track_caller]
fn assert_refused(response: &Response, status: StatusCode) {
    assert_eq!(response.status(), status, "{:#}", response.body());
    assert!(response.errors()[0]["message"].is_string() && response.body().get("data").is_none(), "{response:?}");
    assert!(response.header("x-request-id").is_some());
}

#[tokio::test]
async fn what_is_no_single_request_is_refused() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.anonymous();
    let batch = json!(vec![json!({ "query": "{ __typename }" }); 100]).to_string();
    for body in [
        batch.as_str(),
        "",
        "{",
        "null",
        "[]",
        "7",
        "{}",
        r#"{"query":7}"#,
        r#"{"query":null}"#,
        r#"{"query":"{__typename}","variables":[]}"#,
        r#"{"query":"{__typename}","operationName":7}"#,
        r#"{"query":"{__typename}","extensions":"x"}"#,
        r#"{"query":"{__typename}"} trailing"#,
    ] {
        let response = post(&client, body.to_owned()).await;
        assert_refused(&response, StatusCode::BAD_REQUEST);
    }
    assert_refused(&post(&client, b"{\"query\":\"\xff\"}".to_vec()).await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn variables_that_nest_too_deep_are_refused() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.sign_in_as("reporter@school-01.example").await;
    for depth in [200, 100_000] {
        let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let body = format!(r#"{{"query":"query Q($x: Int) {{ __typename }}","variables":{{"x":{nested}}}}}"#);
        assert_refused(&post(&client, body).await, StatusCode::BAD_REQUEST);
    }
    client.query("{ viewer { roles } }", ()).await.expect_no_errors();
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_whether_or_not_it_says_its_length() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.anonymous();
    let body = |length: usize| json!({ "query": "{__typename}", "ignored": "x".repeat(length) }).to_string();
    assert_refused(&post(&client, body(10_000_000)).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_refused(&post(&client, body(1_000_000)).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(post(&client, body(900_000)).await.status(), 200);
    let answer = chunked(&server, &body(1_000_000)).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let (_, text) = answer.split_once("\r\n\r\n").expect("a body");
    let text: Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(text["errors"][0]["extensions"]["code"], "BAD_INPUT");
}

#[tokio::test]
async fn the_limit_is_that_of_the_settings() {
    let server = Server::with(Database::Sqlite).env("OSLONAC_HTTP__LARGEST_BODY", "4000000").start().await;
    let body = json!({ "query": "{__typename}", "ignored": "x".repeat(3_000_000) }).to_string();
    assert_eq!(post(&server.anonymous(), body).await.status(), 200);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_broken_off() {
    let server = Server::with(Database::Sqlite).env("OSLONAC_HTTP__TIME_LIMIT_SECONDS", "1").start().await;
    let mut connection = connect(&server).await;
    let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{";
    let answer = exchange(&mut connection, head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("\r\nretry-after: 5\r\n") && answer.contains("\r\nx-request-id: "), "{answer}");
    assert!(answer.ends_with("}"), "{answer}");
    assert!(answer.contains(r#""code":"UNAVAILABLE""#), "{answer}");
}

/// Sends a body in chunks, without its length, and answers the whole response.
async fn chunked(server: &Server, body: &str) -> String {
    let mut connection = connect(server).await;
    let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n";
    let request = format!("{head}\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    exchange(&mut connection, request.as_bytes()).await
}

async fn connect(server: &Server) -> tokio::net::TcpStream {
    let url = server.url("/");
    let address = (url.host_str().expect("a host"), url.port().expect("a port"));
    tokio::net::TcpStream::connect(address).await.expect("the server accepts connections")
}

/// Sends bytes and reads until a whole response of up to 64 kB, or the connection's end, is there.
async fn exchange(connection: &mut tokio::net::TcpStream, request: &[u8]) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    // The server may answer and close before it has read everything.
    let _ = connection.write_all(request).await;
    let mut answer = vec![0; 65_536];
    let read = connection.read(&mut answer).await.expect("the server answers");
    String::from_utf8_lossy(&answer[..read]).into_owned()
}
