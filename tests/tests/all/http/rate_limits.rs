//! How much anybody may ask, and that nobody locks out anybody else.

use crate::sign_in::{is_signed_in, pick, sign_in};
use reqwest::{Method, StatusCode};
use sqlx::Connection as _;
use tests::{Client, Database, Response, Server};

const ASK: &str = "{ viewer { roles } }";
/// An address of a documentation network, as the proxy in front writes it.
const STRANGER: &str = "203.0.113.9";

fn limit(name: &str) -> String {
    format!("OSLONAC_HTTP__RATE_LIMITS__{name}")
}

/// The answer says when to come back, in the form of every other error of the API.
#[track_caller]
fn assert_limited(response: &Response) {
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS, "{:#}", response.body());
    assert_eq!(response.error_codes(), ["RATE_LIMITED"]);
    let wait: u64 = response.header("retry-after").expect("Retry-After").parse().expect("seconds");
    assert!((1..=61).contains(&wait), "{wait}");
    assert_eq!(response.errors()[0]["extensions"]["retryAfterSeconds"], wait);
    assert!(response.header("x-request-id").is_some());
}

async fn ask(client: &Client, times: usize) {
    for _ in 0..times {
        client.query(ASK, ()).await.expect_no_errors();
    }
}

#[tokio::test]
async fn an_account_has_its_own() {
    let server = Server::with(Database::Sqlite).env(&limit("ACCOUNT"), "5").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    ask(&reporter, 5).await;
    assert_limited(&reporter.query(ASK, ()).await);
    let another_token = server.sign_in_as("reporter@school-01.example").await;
    assert_limited(&another_token.query(ASK, ()).await);
    ask(&server.sign_in_as("coordinator@school-01.example").await, 5).await;
}

#[tokio::test]
async fn an_organisation_has_one_for_all_its_accounts() {
    let server = Server::with(Database::Sqlite).env(&limit("ORGANISATION"), "5").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    ask(&reporter, 3).await;
    ask(&coordinator, 2).await;
    assert_limited(&reporter.query(ASK, ()).await);
    assert_limited(&coordinator.query(ASK, ()).await);
    ask(&server.sign_in_as("reporter@school-02.example").await, 5).await;
}

#[tokio::test]
async fn who_is_not_known_is_limited_by_address_and_forges_none() {
    let server = Server::with(Database::Sqlite).env(&limit("ADDRESS"), "5").start().await;
    for number in 0..5 {
        let client = server.anonymous().header("x-forwarded-for", &format!("198.51.100.{number}"));
        assert_eq!(client.query("{ __typename }", ()).await.status(), 200);
    }
    let client = server.anonymous().header("x-forwarded-for", "198.51.100.77");
    assert_limited(&client.query("{ __typename }", ()).await);
    ask(&server.sign_in_as("reporter@school-01.example").await, 20).await;
    let alive = server.anonymous().request(Method::GET, "/health/ready").send().await.expect("it answers");
    assert_eq!(alive.status(), 200, "who watches the service is not limited");
}

#[tokio::test]
async fn behind_a_proxy_the_address_is_what_the_proxy_adds() {
    let server = Server::with(Database::Sqlite)
        .env(&limit("ADDRESS"), "5")
        .env("OSLONAC_HTTP__BEHIND_PROXY", "true")
        .start()
        .await;
    let from = |forwarded: &str| server.anonymous().header("x-forwarded-for", forwarded);
    for number in 0..5 {
        let forged = format!("198.51.100.{number}, {STRANGER}");
        assert_eq!(from(&forged).query("{ __typename }", ()).await.status(), 200);
    }
    assert_limited(&from(&format!("198.51.100.77, {STRANGER}")).query("{ __typename }", ()).await);
    assert_eq!(from("198.51.100.77").query("{ __typename }", ()).await.status(), 200);
}

#[tokio::test]
async fn credentials_that_do_not_count_lock_out_none_that_does() {
    let server = Server::with(Database::Sqlite).env(&limit("CREDENTIALS"), "20").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    ask(&reporter, 1).await;
    let mut browser = sign_in(&server, "coordinator@school-01.example", true).await;
    assert!(is_signed_in(&mut browser, &server).await);
    let mut statuses = Vec::new();
    for number in 0..30 {
        let client = match number % 2 {
            0 => server.anonymous().bearer(&format!("a{number}.b.c")),
            _ => server
                .anonymous()
                .header("cookie", &format!("__Host-oslonac={number:A<43}"))
                .header("sec-fetch-site", "none"),
        };
        statuses.push(client.query(ASK, ()).await.status().as_u16());
    }
    assert!(statuses[..15].iter().all(|status| *status == 401), "{statuses:?}");
    // One comes back every three seconds, which is a few where the machine is busy.
    assert!(statuses.iter().filter(|status| **status == 429).count() >= 3, "{statuses:?}");
    ask(&reporter, 3).await;
    assert!(is_signed_in(&mut browser, &server).await);
}

#[tokio::test]
async fn who_began_to_sign_in_arrives_whatever_others_use_up_at_the_address() {
    let server = Server::with(Database::Sqlite).env(&limit("CREDENTIALS"), "2").start().await;
    let mut browser = server.browser();
    let issuer = browser.open(server.url("/sign-in")).await;
    let mut limited = false;
    for number in 0..20 {
        let stranger = server.anonymous().bearer(&format!("a{number}.b.c"));
        limited = stranger.query(ASK, ()).await.status() == StatusCode::TOO_MANY_REQUESTS;
    }
    assert!(limited, "the address has nothing left");
    let home = pick(&mut browser, &issuer, "reporter@school-01.example", true).await;
    assert_eq!((home.status, home.url.path()), (StatusCode::OK, "/"), "{}", home.text);
    assert!(is_signed_in(&mut browser, &server).await);
}

#[tokio::test]
async fn a_browser_is_told_on_a_page() {
    let server = Server::with(Database::Sqlite).env(&limit("ADDRESS"), "2").start().await;
    let home = async || {
        let request = server.anonymous().request(Method::GET, "/").header("accept-language", "en");
        request.send().await.expect("it answers")
    };
    for _ in 0..2 {
        assert_eq!(home().await.status(), StatusCode::OK);
    }
    let refused = home().await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    for name in ["retry-after", "content-security-policy"] {
        assert!(refused.headers().contains_key(name), "{name}");
    }
    let text = refused.text().await.expect("a page");
    assert!(text.contains("<html lang=\"en\">") && text.contains("Wait a minute"), "{text}");
}

async fn attempts(server: &Server) -> i64 {
    let mut database = sqlx::SqliteConnection::connect(&server.storage().superuser_url()).await.expect("a database");
    sqlx::query_scalar("SELECT count(*) FROM sign_in_attempt").fetch_one(&mut database).await.expect("a count")
}

#[tokio::test]
async fn ten_thousand_sign_ins_from_one_address_leave_few_traces_and_hinder_nobody() {
    let server = Server::with(Database::Sqlite)
        .env(&limit("SIGN_INS"), "50")
        .env("OSLONAC_HTTP__BEHIND_PROXY", "true")
        .start()
        .await;
    let mut under_way = server.browser();
    let begun = server.anonymous().request(Method::GET, "/sign-in").header("x-forwarded-for", STRANGER);
    let issuer = under_way.send(server.url("/sign-in"), begun).await;
    let issuer = under_way.open(issuer.location().expect("it leads to the issuer")).await;
    let mut refused = 0;
    for _ in 0..100 {
        let stranger = server.anonymous().header("x-forwarded-for", STRANGER).header("accept-language", "en");
        let requests = (0..100).map(|_| tokio::spawn(stranger.request(Method::GET, "/sign-in").send()));
        for request in requests.collect::<Vec<_>>() {
            let answer = request.await.expect("a task").expect("it answers");
            match answer.status() {
                StatusCode::SEE_OTHER => {}
                status => {
                    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
                    assert!(answer.headers().contains_key("retry-after"));
                    assert!(answer.text().await.expect("a page").contains("Wait a minute"));
                    refused += 1;
                }
            }
        }
    }
    let (left, begun) = (attempts(&server).await, 10_000 - refused);
    assert!((49..600).contains(&begun) && left <= begun + 1, "{begun} were begun, {left} are under way");
    let back = pick(&mut under_way, &issuer, "reporter@school-01.example", true).await;
    assert_eq!(back.status, 200, "one that was begun at that address before is finished: {}", back.text);
    assert!(is_signed_in(&mut under_way, &server).await);
    assert!(is_signed_in(&mut sign_in(&server, "intake@centre.example", true).await, &server).await);
}
