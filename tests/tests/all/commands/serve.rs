//! `oslonac serve`: what it refuses, and an orderly end.

use super::assert_one_line;
use rstest::rstest;
use std::time::{Duration, Instant};
use tests::{Database, Installation, Output, Storage};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Runs `serve` with settings that it must refuse.
pub(super) async fn refused(settings: &str, environment: &[(&str, &str)]) -> Output {
    let storage = Storage::empty(Database::Sqlite).await;
    std::fs::write(storage.settings_file(), settings).expect("a file in a temporary folder");
    let command = storage.command(&["serve", "--config"]).argument(storage.settings_file());
    let command = environment.iter().fold(command, |command, (key, value)| command.env(key, value));
    tokio::time::timeout(Duration::from_secs(20), command.run()).await.expect("it serves, and must not")
}

pub(super) const ISSUER: &str = "[[sign_in.issuers]]\nurl = \"https://login.example.rs\"\nclient_id = \"oslonac\"\n\
    audience = \"oslonac\"\nalgorithms = [\"RS256\"]\n";

#[rstest]
#[case::beyond_this_machine_in_the_clear("OSLONAC_HTTP__LISTEN", "0.0.0.0:0", &["http.listen", "http.tls", "behind_proxy"])]
#[case::the_same_by_ipv6("OSLONAC_HTTP__LISTEN", "[::]:0", &["http.listen"])]
#[case::a_clock_of_the_demonstration("OSLONAC_DEMONSTRATION__CLOCK_STARTS_AT", "2026-01-01T00:00:00Z", &["demonstration.clock_starts_at"])]
#[case::a_proxy_without_an_address("OSLONAC_HTTP__BEHIND_PROXY", "true", &["http.public_url"])]
#[case::an_address_with_a_path("OSLONAC_HTTP__PUBLIC_URL", "https://a.example/b", &["http.public_url"])]
#[case::no_address("OSLONAC_HTTP__PUBLIC_URL", "reports.example.rs", &["http.public_url"])]
#[case::a_certificate_that_is_not_there("OSLONAC_HTTP__TLS__CERTIFICATE", "/nowhere/a.pem", &["http.tls", "/nowhere/a.pem"])]
#[case::a_signing_key_that_is_not_there("OSLONAC_AUDIT__SIGNING_KEY_FILE", "/nowhere/a.pem", &["audit.signing_key_file", "/nowhere/a.pem"])]
#[case::no_database("OSLONAC_DATABASE__URL", "sqlite:/nowhere/a.db", &["/nowhere/a.db"])]
#[tokio::test]
async fn settings_that_are_not_safe(#[case] key: &str, #[case] value: &str, #[case] words: &[&str]) {
    assert_one_line(&refused(ISSUER, &[("OSLONAC_HTTP__LISTEN", "127.0.0.1:0"), (key, value)]).await, words);
}

#[tokio::test]
async fn an_installation_where_nobody_could_sign_in() {
    assert_one_line(&refused("", &[]).await, &["sign_in.issuers", "[[sign_in.issuers]]"]);
    for (wrong, words) in [
        (ISSUER.replace("https://", "http://"), ["sign_in.issuers", "https"]),
        (ISSUER.replace("RS256", "HS256"), ["sign_in.issuers", "asymmetric"]),
        (ISSUER.replace("[\"RS256\"]", "[]"), ["sign_in.issuers", "algorithms"]),
        (ISSUER.replace("audience = \"oslonac\"", "audience = \"\""), ["sign_in.issuers", "audience"]),
    ] {
        assert_one_line(&refused(&wrong, &[("OSLONAC_HTTP__LISTEN", "127.0.0.1:0")]).await, &words);
    }
}

#[tokio::test]
async fn a_database_that_is_not_ready() {
    let storage = Storage::empty(Database::Postgres).await;
    std::fs::write(storage.settings_file(), ISSUER).expect("a file in a temporary folder");
    let serve = storage.command(&["serve", "--config"]).argument(storage.settings_file());
    assert_one_line(&serve.run().await, &["oslonac migrate up"]);
    assert!(storage.command(&["migrate", "up"]).run().await.success);
    let as_owner = serve.env("OSLONAC_DATABASE__URL", storage.owner_url());
    assert_one_line(&as_owner.run().await, &["oslonac_owner", "owns tables", "oslonac_server"]);
}

#[rstest]
#[tokio::test]
async fn a_request_under_way_is_answered_before_the_end(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut installation = Installation::start(database).await;
    let server = &mut installation.server;
    // A client that keeps its connection for later does not hold up the end.
    let idle = server.anonymous();
    assert_eq!(idle.query("{ __typename }", ()).await.status(), 200);
    let url = server.url("/graphql");
    let address = (url.host_str().expect("a host").to_owned(), url.port().expect("a port"));
    let mut connection = tokio::net::TcpStream::connect(&address).await.expect("it accepts connections");
    let (first, second) = ("{\"query\":", "\"{__typename}\"}");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        first.len() + second.len()
    );
    connection.write_all(format!("{head}{first}").as_bytes()).await.expect("it reads");
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.terminate().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(tokio::net::TcpStream::connect(&address).await.is_err(), "nothing new is begun");
    connection.write_all(second.as_bytes()).await.expect("it reads on");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.expect("it answers");
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("{\"data\":{\"__typename\":\"Query\"}}"),
        "{answer}"
    );
    let begun = Instant::now();
    server.ended().await;
    assert!(begun.elapsed() < Duration::from_secs(3), "it took {:?} to end", begun.elapsed());
    assert!(server.log().contains("stopped"), "{}", server.log());
}
