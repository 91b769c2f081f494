//! Other sites: they cannot act with our cookie, and cannot use sign-in to send people elsewhere.

use super::{SESSION, graphql, is_signed_in, pick, send, sign_in};
use reqwest::Method;
use serde_json::json;
use tests::{Browser, Database, Page, Server};

const CREATE: &str =
    "mutation C($input: CreateDraftInput!) { createDraft(input: $input) { report { id } userErrors { code } } }";

async fn drafts(browser: &mut Browser, server: &Server) -> i64 {
    let answer = graphql(browser, server, "{ reports(first: 1) { totalCount } }", json!({})).await;
    answer["data"]["reports"]["totalCount"].as_i64().unwrap_or_else(|| panic!("{answer}"))
}

/// Posts a mutation with the cookie and exactly these headers.
async fn post(browser: &mut Browser, server: &Server, headers: &[(&str, &str)]) -> Page {
    let body = json!({ "query": CREATE, "variables": { "input": { "idempotencyKey": "cross-site", "content": {} } } });
    let mut request = server.anonymous().request(Method::POST, "/graphql").json(&body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(server.url("/graphql"), request).await
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let server = Server::start(Database::Sqlite).await;
    let mut browser = sign_in(&server, "reporter@school-01.example", true).await;
    let before = drafts(&mut browser, &server).await;
    let own = server.url("/").origin().ascii_serialization();
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own)],
        &[("origin", "https://elsewhere.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:1")],
        &[],
    ] {
        let refused = post(&mut browser, &server, headers).await;
        assert_eq!(refused.status, 403, "{headers:?}: {}", refused.text);
        assert!(refused.text.contains("\"code\":\"FORBIDDEN\""), "{}", refused.text);
    }
    assert_eq!(drafts(&mut browser, &server).await, before);
    for headers in [&[("sec-fetch-site", "same-origin")][..], &[("origin", &own)]] {
        let done = post(&mut browser, &server, headers).await;
        assert!(done.status == 200 && done.text.contains("\"userErrors\":[]"), "{headers:?}: {}", done.text);
    }
    assert_eq!(drafts(&mut browser, &server).await, before + 1);
}

#[tokio::test]
async fn a_page_of_another_site_signs_nobody_out() {
    let server = Server::start(Database::Sqlite).await;
    let mut browser = sign_in(&server, "reporter@school-01.example", true).await;
    for headers in [&[("sec-fetch-site", "cross-site")][..], &[("origin", "https://elsewhere.example")], &[]] {
        let mut request = server.anonymous().request(Method::POST, "/sign-out").header("accept-language", "en");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let page = browser.send(server.url("/sign-out"), request).await;
        assert_eq!(page.status, 403);
        assert!(page.text.contains("You are still signed in"), "{}", page.text);
    }
    assert_eq!(browser.open(server.url("/sign-out")).await.status, 405, "a link signs nobody out");
    assert!(is_signed_in(&mut browser, &server).await);
}

#[tokio::test]
async fn another_origin_gets_no_permission_to_read() {
    let server = Server::start(Database::Sqlite).await;
    let mut browser = sign_in(&server, "reporter@school-01.example", true).await;
    let page = send(&mut browser, &server, "cross-site", "{ viewer { roles } }", json!({})).await;
    assert_eq!(page.status, 403, "even a query, for a POST may do anything");
    let preflight =
        server.anonymous().request(Method::OPTIONS, "/graphql").header("origin", "https://elsewhere.example");
    let preflight = browser.send(server.url("/graphql"), preflight).await;
    assert!(preflight.headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{preflight:?}");
}

#[tokio::test]
async fn sign_in_leads_nowhere_else() {
    let server = Server::start(Database::Sqlite).await;
    for return_to in [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "/\t/elsewhere.example",
        "\\\\elsewhere.example",
        "javascript:alert(1)",
        "http:elsewhere.example",
        "/ok\r\nset-cookie: a=b",
    ] {
        let mut address = server.url("/sign-in");
        address.query_pairs_mut().append_pair("return_to", return_to);
        let mut browser = server.browser();
        let issuer = browser.open(address).await;
        let page = pick(&mut browser, &issuer, "reporter@school-01.example", true).await;
        assert_eq!(page.url, server.url("/"), "{return_to:?}");
        assert!(browser.cookie(&server.url("/"), SESSION).is_some());
    }
    let mut browser = server.browser();
    let issuer = browser.open(server.url("/sign-in?return_to=/health/live%3Fa=b")).await;
    let page = pick(&mut browser, &issuer, "reporter@school-01.example", true).await;
    assert_eq!(page.url, server.url("/health/live?a=b"));
}
