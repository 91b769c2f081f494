//! A session: how it begins, what its cookie is, how it ends.

use super::{SESSION, graphql, is_signed_in, pick, sign_in};
use reqwest::Method;
use reqwest::header::{LOCATION, SET_COOKIE};
use rstest::rstest;
use serde_json::json;
use tests::{Browser, Database, Page, Server};

/// The cookies that a page sets, without their values.
fn cookies(page: &Page) -> Vec<String> {
    let cookies = page.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("ASCII"));
    let without_value = |cookie: &str| {
        let (pair, attributes) = cookie.split_once(';').expect("attributes");
        format!("{};{attributes}", pair.split_once('=').expect("a name").0)
    };
    cookies.map(without_value).collect()
}

#[rstest]
#[tokio::test]
async fn from_sign_in_to_sign_out(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let mut browser = server.browser();
    assert!(!is_signed_in(&mut browser, &server).await);
    let leaving = browser.open_once(server.url("/sign-in")).await;
    assert_eq!(cookies(&leaving), ["__Host-oslonac-sign-in; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600"]);
    let issuer = browser.open(leaving.location().expect("the issuer")).await;
    assert_eq!(issuer.url.path(), "/demonstration/issuer/authorize");
    let page = pick(&mut browser, &issuer, "reporter@school-01.example", true).await;
    assert_eq!((page.status.as_u16(), page.url.clone()), (200, server.url("/")));
    assert!(page.text.contains("action=\"/sign-out\""), "the front page says how to sign out: {}", page.text);
    assert_eq!(page.headers["cache-control"], "no-store");

    let answer = graphql(&mut browser, &server, "{ viewer { roles membership { email } } }", json!({})).await;
    let expected = json!({ "roles": ["REPORTER"], "membership": { "email": "reporter@school-01.example" } });
    assert_eq!(answer["data"]["viewer"], expected);

    let stolen = browser.cookie(&server.url("/"), SESSION).expect("a session").to_owned();
    let left = browser.submit(server.url("/sign-out"), &[]).await;
    assert_eq!((left.status.as_u16(), left.url.clone()), (200, server.url("/")));
    assert!(left.text.contains("href=\"/sign-in\""), "the front page says how to sign in: {}", left.text);
    assert_eq!(browser.cookie(&server.url("/"), SESSION), None);
    browser.set_cookie(&server.url("/"), SESSION, &stolen);
    assert!(!is_signed_in(&mut browser, &server).await, "the session has ended, and not just its cookie");
}

#[tokio::test]
async fn the_cookie_is_for_this_host_alone_and_hidden_from_scripts() {
    let server = Server::start(Database::Sqlite).await;
    let mut browser = server.browser();
    let issuer = browser.open(server.url("/sign-in")).await;
    let callback = callback_of(&mut browser, &issuer).await;
    let arrived = browser.open_once(callback).await;
    let set = cookies(&arrived);
    assert_eq!(
        set,
        [
            "__Host-oslonac-sign-in; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
            "__Host-oslonac; Path=/; Secure; HttpOnly; SameSite=Lax"
        ]
    );
    let first = browser.cookie(&server.url("/"), SESSION).expect("a session").to_owned();
    assert_eq!(first.len(), 43, "32 random bytes");
    let issuer = browser.open(server.url("/sign-in")).await;
    pick(&mut browser, &issuer, "reporter@school-01.example", true).await;
    let second = browser.cookie(&server.url("/"), SESSION).expect("a session").to_owned();
    assert_ne!(first, second, "every sign-in has a secret of its own");
    let mut old = server.browser();
    old.set_cookie(&server.url("/"), SESSION, &first);
    assert!(!is_signed_in(&mut old, &server).await, "signing in anew ends the session before");
    let mut made_up = server.browser();
    made_up.set_cookie(&server.url("/"), SESSION, &"A".repeat(43));
    assert!(!is_signed_in(&mut made_up, &server).await);
}

/// The callback to which picking somebody leads, not opened yet.
async fn callback_of(browser: &mut Browser, issuer: &Page) -> reqwest::Url {
    let form = super::choice(&issuer.url, "reporter@school-01.example", true);
    let mut address = issuer.url.clone();
    address.set_query(None);
    let request = tests::http().request(Method::POST, address.clone()).form(&form);
    let page = browser.send(address, request).await;
    assert!(page.headers.contains_key(LOCATION), "{}", page.text);
    page.location().expect("the callback")
}

#[rstest]
#[tokio::test]
async fn it_ends_without_use_and_at_the_latest_after_twelve_hours(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::with(database).clock("2026-03-02T08:00:00Z").start().await;
    let mut used = sign_in(&server, "reporter@school-01.example", true).await;
    let mut unused = sign_in(&server, "reporter@school-02.example", true).await;
    server.restart_at("2026-03-02T08:55:00Z").await;
    assert!(is_signed_in(&mut used, &server).await);
    server.restart_at("2026-03-02T09:05:00Z").await;
    assert!(is_signed_in(&mut used, &server).await, "it was used ten minutes ago");
    assert!(!is_signed_in(&mut unused, &server).await, "nobody used it for an hour");
    for minutes in (600..=1_190).step_by(50).chain([1_195]) {
        let time = format!("{:02}:{:02}", minutes / 60, minutes % 60);
        server.restart_at(&format!("2026-03-02T{time}:00Z")).await;
        assert!(is_signed_in(&mut used, &server).await, "{time}");
    }
    server.restart_at("2026-03-02T20:01:00Z").await;
    assert!(!is_signed_in(&mut used, &server).await, "twelve hours are over, used or not");
}
