//! Sign-ins that go no further, and the pages that say so.

use super::{is_signed_in, pick, sign_in};
use reqwest::{Method, Url};
use tests::{Browser, Database, Page, Server};

/// Begins to sign in, picks somebody, and stops before the callback.
async fn callback(browser: &mut Browser, server: &Server) -> Url {
    let issuer = browser.open(server.url("/sign-in")).await;
    let form = super::choice(&issuer.url, "reporter@school-01.example", true);
    let mut address = issuer.url.clone();
    address.set_query(None);
    let request = tests::http().request(Method::POST, address.clone()).form(&form);
    browser.send(address, request).await.location().expect("the callback")
}

/// The same address with one parameter changed, or left out.
fn with(address: &Url, name: &str, value: Option<&str>) -> Url {
    let mut changed = address.clone();
    let pairs = address.query_pairs().filter(|(found, _)| found != name);
    changed.query_pairs_mut().clear().extend_pairs(pairs);
    if let Some(value) = value {
        changed.query_pairs_mut().append_pair(name, value);
    }
    changed
}

#[track_caller]
fn assert_page(page: &Page, status: u16) {
    assert_eq!(page.status, status, "{}", page.text);
    assert!(page.headers["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")), "{page:?}");
    assert!(page.headers.contains_key("content-security-policy"));
    let request = page.headers["x-request-id"].to_str().expect("ASCII");
    assert!(page.text.contains(request), "the page names its request: {}", page.text);
}

#[tokio::test]
async fn a_callback_that_this_browser_did_not_ask_for() {
    let server = Server::start(Database::Sqlite).await;
    for (name, value) in [
        ("state", Some("another")),
        ("state", None),
        ("code", Some("another")),
        ("code", None),
        ("iss", Some("https://elsewhere.example")),
    ] {
        let mut browser = server.browser();
        let address = callback(&mut browser, &server).await;
        let page = browser.open(with(&address, name, value)).await;
        assert_page(&page, 400);
        assert!(!is_signed_in(&mut browser, &server).await, "{name} {value:?}");
    }
    let mut mine = server.browser();
    let address = callback(&mut mine, &server).await;
    let mut yours = server.browser();
    callback(&mut yours, &server).await;
    assert_page(&yours.open(address.clone()).await, 400);
    assert!(!is_signed_in(&mut yours, &server).await, "nobody is signed in to somebody else's account");
    assert_page(&server.browser().open(address).await, 400);
}

#[tokio::test]
async fn a_callback_counts_once() {
    let server = Server::start(Database::Sqlite).await;
    let mut browser = server.browser();
    let address = callback(&mut browser, &server).await;
    let attempt = browser.cookie(&server.url("/"), "__Host-oslonac-sign-in").expect("a cookie").to_owned();
    assert_eq!(browser.open(address.clone()).await.status, 200);
    assert!(is_signed_in(&mut browser, &server).await);
    let mut thief = server.browser();
    thief.set_cookie(&server.url("/"), "__Host-oslonac-sign-in", &attempt);
    assert_page(&thief.open(address).await, 400);
    assert!(!is_signed_in(&mut thief, &server).await);
}

#[tokio::test]
async fn a_sign_in_may_take_ten_minutes() {
    let mut server = Server::with(Database::Sqlite).clock("2026-03-02T08:00:00Z").start().await;
    let mut browser = server.browser();
    let address = callback(&mut browser, &server).await;
    server.restart_at("2026-03-02T08:11:00Z").await;
    let page = browser.open(address).await;
    assert_page(&page, 400);
}

#[tokio::test]
async fn who_turns_back_is_told_so() {
    let server = Server::start(Database::Sqlite).await;
    let mut browser = server.browser();
    let issuer = browser.open(server.url("/sign-in?return_to=/graphiql")).await;
    let page = pick(&mut browser, &issuer, "", false).await;
    assert_page(&page, 403);
    assert!(page.text.contains("href=\"/sign-in?return_to=%2Fgraphiql\""), "it leads back: {}", page.text);
}

#[tokio::test]
async fn who_has_no_membership_any_more_reads_why_in_each_language() {
    let server = Server::start(Database::Sqlite).await;
    for (language, tag, words) in [
        ("en", "en", "Your account is not a member of any organisation here."),
        ("sr-Latn", "sr-Latn", "Vaš nalog nije član nijedne organizacije ovde."),
        ("sr", "sr-Cyrl", "Ваш налог није члан ниједне организације овде."),
        ("sr-Cyrl-RS, en;q=0.5", "sr-Cyrl", "Ваш налог није члан ниједне организације овде."),
    ] {
        let mut browser = server.browser();
        let issuer = browser.open(server.url("/sign-in")).await;
        let form = super::choice(&issuer.url, "former@school-02.example", true);
        let mut address = issuer.url.clone();
        address.set_query(None);
        let request = tests::http().request(Method::POST, address.clone()).form(&form);
        let callback = browser.send(address, request).await.location().expect("the callback");
        let request = tests::http().request(Method::GET, callback.clone()).header("accept-language", language);
        let page = browser.send(callback, request).await;
        assert_page(&page, 403);
        assert!(page.text.contains(words), "{language}: {}", page.text);
        assert!(page.text.contains(&format!("<html lang=\"{tag}\">")), "{language}: {}", page.text);
        assert!(page.text.contains("prompt=login"), "one may be somebody else: {}", page.text);
        assert!(!is_signed_in(&mut browser, &server).await);
    }
    sign_in(&server, "reporter@school-02.example", true).await;
}
