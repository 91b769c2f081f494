//! The protocol `graphql-transport-ws`, and the codes with which a connection ends.

use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Client, Database, PROTOCOL, Server, Socket};

const QUEUE: &str = "subscription { triageQueueChanged { report { id } } }";
/// More answers than fit into any buffer on their way.
const MANY: usize = 100;

async fn server() -> Server {
    Server::with(Database::Sqlite).env("OSLONAC_LIVE__INIT_SECONDS", "1").start().await
}

async fn opened(client: &Client) -> Socket {
    client.open_socket(PROTOCOL).await.expect("the server opens a WebSocket")
}

async fn token(server: &Server, email: &str) -> String {
    let form = [("grant_type", "password"), ("username", email), ("client_id", "demonstration-script")];
    server.token(&form).await["access_token"].as_str().expect("a token").to_owned()
}

#[tokio::test]
async fn a_token_may_come_with_the_greeting() {
    let server = server().await;
    let token = token(&server, "intake@centre.example").await;
    let mut socket = opened(&server.anonymous()).await;
    socket.greet(&json!({ "authorization": format!("Bearer {token}"), "accept-language": "en" })).await;
    socket.subscribe("1", QUEUE, ()).await;
    assert_eq!(socket.next("1").await["triageQueueChanged"]["report"], Value::Null);
    socket.subscribe("2", "{ viewer { membership { roles } } }", ()).await;
    assert_eq!(socket.next("2").await["viewer"]["membership"]["roles"], json!(["INTAKE_OFFICER"]));
    assert_eq!(socket.hear().await, Ok(json!({ "type": "complete", "id": "2" })), "a query has one answer");
    socket.say(&json!({ "type": "complete", "id": "1" })).await;
    socket.subscribe("1", QUEUE, ()).await;
    socket.next("1").await;
    socket.say(&json!({ "type": "ping", "payload": { "any": "thing" } })).await;
    assert_eq!(socket.hear().await, Ok(json!({ "type": "pong" })));
}

#[rstest]
#[case::nobody(json!({}), 4403)]
#[case::a_stale_or_forged_token(json!({ "authorization": "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c3RhbGU" }), 4403)]
#[case::another_scheme(json!({ "authorization": "Basic YTpi" }), 4403)]
#[case::no_header_at_all(json!({ "authorization": "Bearer a\nb" }), 4403)]
#[case::no_object(json!("hello"), 4400)]
#[tokio::test]
async fn whoever_is_not_known_is_shown_out(#[case] payload: Value, #[case] code: u16) {
    let server = server().await;
    let mut socket = opened(&server.anonymous()).await;
    socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(socket.closed().await, code);
}

#[tokio::test]
async fn whoever_asks_too_much_is_told_when_to_go_on() {
    let server = Server::with(Database::Sqlite).env("OSLONAC_HTTP__RATE_LIMITS__ACCOUNT", "2").start().await;
    let mut socket = server.sign_in_as("intake@centre.example").await.socket().await;
    for id in 0..9 {
        socket.subscribe(&id.to_string(), "{ viewer { roles } }", ()).await;
        let told = socket.hear().await.expect("an answer");
        if told["type"] == "error" {
            let extensions = &told["payload"][0]["extensions"];
            assert_eq!(extensions["code"], "RATE_LIMITED", "{told}");
            assert!(extensions["retryAfterSeconds"].as_u64().is_some_and(|wait| (1..=61).contains(&wait)), "{told}");
            return;
        }
        assert_eq!((&told["type"], socket.hear().await.is_ok()), (&json!("next"), true));
    }
    panic!("it is never too much");
}

#[tokio::test]
async fn a_token_that_has_expired_does_not_count() {
    let mut server = Server::with(Database::Sqlite).clock("2026-03-02T08:00:00Z").start().await;
    let token = token(&server, "intake@centre.example").await;
    server.restart_at("2026-03-02T09:30:00Z").await;
    let mut socket = opened(&server.anonymous()).await;
    socket.say(&json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } })).await;
    assert_eq!(socket.closed().await, 4403);
}

#[tokio::test]
async fn whoever_says_nothing_is_shown_out_in_time() {
    let server = server().await;
    assert_eq!(opened(&server.anonymous()).await.closed().await, 4408);
}

#[rstest]
#[case::before_the_greeting(
    "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"{ viewer { name } }\"}}",
    4401
)]
#[case::no_json("hello", 4400)]
#[case::an_unknown_type("{\"type\":\"start\"}", 4400)]
#[case::no_type("{}", 4400)]
#[tokio::test]
async fn what_does_not_belong_before_the_greeting(#[case] text: &str, #[case] code: u16) {
    let server = server().await;
    let mut socket = opened(&server.anonymous()).await;
    socket.send(text).await;
    assert_eq!(socket.closed().await, code);
}

#[rstest]
#[case::greeting_again("{\"type\":\"connection_init\"}", 4429)]
#[case::no_query("{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{}}", 4400)]
#[case::no_id("{\"type\":\"subscribe\",\"payload\":{\"query\":\"{ viewer { name } }\"}}", 4400)]
#[case::the_same_id("{\"type\":\"subscribe\",\"id\":\"open\",\"payload\":{\"query\":\"{ viewer { name } }\"}}", 4409)]
#[tokio::test]
async fn what_does_not_belong_after_the_greeting(#[case] text: &str, #[case] code: u16) {
    let server = server().await;
    let mut socket = server.sign_in_as("intake@centre.example").await.socket().await;
    socket.subscribe("open", QUEUE, ()).await;
    socket.next("open").await;
    socket.send(text).await;
    assert_eq!(socket.closed().await, code);
}

#[tokio::test]
async fn what_is_too_much() {
    let options = Server::with(Database::Sqlite).env("OSLONAC_LIVE__SUBSCRIPTIONS_PER_CONNECTION", "2");
    let options = options.env("OSLONAC_LIVE__CONNECTIONS_PER_ACCOUNT", "2");
    let server = options.env("OSLONAC_LIVE__LARGEST_MESSAGE", "20000").start().await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let mut first = officer.socket().await;
    let mut second = officer.socket().await;
    let mut third = opened(&officer).await;
    third.say(&json!({ "type": "connection_init" })).await;
    assert_eq!(third.closed().await, 4429);
    let events = officer.listen(QUEUE, ()).await;
    assert!(!events.media_type().starts_with("text/event-stream"), "streams count as well");
    for id in ["1", "2", "3"] {
        first.subscribe(id, QUEUE, ()).await;
    }
    let mut code = first.hear().await;
    while code.is_ok() {
        code = first.hear().await;
    }
    assert_eq!(code.map_err(|(code, _)| code), Err(4429));
    let mut another = officer.socket().await;
    another.send(&format!("{{\"type\":\"ping\",\"payload\":\"{}\"}}", "x".repeat(30_000))).await;
    assert_ne!(another.hear().await.map_err(|_| ()), Ok(json!({ "type": "pong" })));
    second.expect_silence(Duration::ZERO).await;
}

#[tokio::test]
async fn documents_are_held_to_the_same_limits_as_elsewhere() {
    let server = server().await;
    let mut socket = server.sign_in_as("intake@centre.example").await.socket().await;
    for (document, code) in [
        ("subscription { triageQueueChanged { report { id } } a: triageQueueChanged { report { id } } }", "BAD_INPUT"),
        ("subscription { triageQueueChanged { nothing } }", "BAD_INPUT"),
        ("subscription {", "BAD_INPUT"),
        ("subscription { auditEvents }", "BAD_INPUT"),
        ("{ auditEvents(first: 1) { totalCount } }", "NOT_FOUND"),
    ] {
        socket.subscribe("it", document, ()).await;
        assert_eq!(socket.error("it").await, [code], "{document}");
    }
    let response = server.sign_in_as("intake@centre.example").await.query(QUEUE, ()).await;
    assert_eq!(response.error_codes(), ["BAD_INPUT"], "a single answer is no place for it: {}", response.body());
}

#[tokio::test]
async fn another_protocol_is_not_spoken() {
    let server = server().await;
    let mut socket = server.anonymous().open_socket("").await.expect("a WebSocket without a protocol");
    assert_eq!(socket.closed().await, 4406);
}

#[tokio::test]
async fn another_sites_page_opens_nothing_with_our_cookie() {
    let server = server().await;
    let cookie = format!("__Host-oslonac={}", "A".repeat(43));
    let foreign = server.anonymous().header("cookie", &cookie).header("origin", "https://elsewhere.example");
    assert_eq!(foreign.open_socket(PROTOCOL).await.err(), Some(403));
    let own = server.url("/").origin().ascii_serialization();
    let own = server.anonymous().header("cookie", &cookie).header("origin", &own);
    let mut socket = own.open_socket(PROTOCOL).await.expect("our own page may");
    socket.say(&json!({ "type": "connection_init" })).await;
    assert_eq!(socket.closed().await, 4403, "but nobody has that session");
}

#[tokio::test]
async fn a_slow_reader_is_disconnected_and_told_so() {
    let options = Server::with(Database::Sqlite).env("OSLONAC_LIVE__SLOW_SECONDS", "1");
    let server = options.env("OSLONAC_LIVE__SUBSCRIPTIONS_PER_CONNECTION", "1000").start().await;
    let mut socket = server.sign_in_as("intake@centre.example").await.socket().await;
    // Each answer has about half a megabyte, so that a dozen fills whatever the machine keeps for a connection.
    let texts = (0..40).map(|number| format!("t{number}: observations ")).collect::<String>();
    let document = format!("{{ reports(first: 100) {{ nodes {{ id {texts} }} }} }}");
    for number in 0..MANY {
        socket.subscribe(&number.to_string(), &document, ()).await;
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    let mut answers = 0;
    let end = loop {
        match socket.hear().await {
            Ok(_) => answers += 1,
            Err(end) => break end,
        }
    };
    assert_eq!(end.0, 1013, "{end:?} after {answers} messages");
    assert!(answers < MANY, "the rest was never kept for it");
}

#[tokio::test]
async fn a_client_that_gives_no_sign_of_life_is_cut_off() {
    let server = Server::with(Database::Sqlite).env("OSLONAC_LIVE__PING_SECONDS", "1").start().await;
    let mut socket = server.sign_in_as("intake@centre.example").await.socket().await;
    // Nothing is read, and so no ping answered.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(socket.closed().await, 1013);
    let mut lively = server.sign_in_as("intake@centre.example").await.socket().await;
    for _ in 0..5 {
        lively.expect_silence(Duration::from_millis(900)).await;
    }
}

#[tokio::test]
async fn a_server_that_stops_says_goodbye() {
    let mut server = server().await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let mut socket = officer.socket().await;
    socket.subscribe("1", QUEUE, ()).await;
    socket.next("1").await;
    let mut events = officer.listen(QUEUE, ()).await;
    assert_eq!(events.next().await.map(|(name, _)| name).as_deref(), Some("next"));
    let begun = std::time::Instant::now();
    server.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(5), "nobody is waited for: {:?}", begun.elapsed());
    assert_eq!(socket.closed().await, 1001);
    assert_eq!(events.next().await, None);
}
