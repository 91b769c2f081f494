//! The same with a certified provider that is not ours: nothing fits our own issuer alone.

use super::{SESSION, graphql, is_signed_in};
use reqwest::Url;
use rstest::rstest;
use serde_json::json;
use tests::{ADMINISTRATOR, Browser, Database, Installation, Page};

/// Signs in at the issuer as this person, and goes where that leads.
async fn sign_in(browser: &mut Browser, installation: &Installation, person: &str, more: &str) -> Page {
    let asked = browser.open(installation.server.url("/sign-in")).await;
    assert!(asked.url.path().starts_with("/interaction/"), "{}: {}", asked.url, asked.text);
    let mut address: Url = asked.url.clone();
    address.set_query(Some(&format!("login={person}{more}")));
    browser.open(address).await
}

#[rstest]
#[tokio::test]
async fn from_sign_in_to_sign_out(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values("RS256", "ES256")] algorithm: &str,
) {
    let installation = Installation::with_algorithm(database, algorithm).await;
    let server = &installation.server;
    let mut browser = server.browser();
    let page = sign_in(&mut browser, &installation, ADMINISTRATOR, "&amr=pwd,otp").await;
    assert_eq!((page.status.as_u16(), page.url.clone()), (200, server.url("/")), "{}", page.text);
    let viewer = graphql(&mut browser, server, "{ viewer { roles secondFactorMissing } }", json!({})).await;
    assert_eq!(viewer["data"]["viewer"], json!({ "roles": ["ADMINISTRATOR"], "secondFactorMissing": false }));
    let register = "mutation R($input: RegisterOrganisationInput!) { registerOrganisation(input: $input) {
        organisation { name } userErrors { code } } }";
    let input =
        json!({ "idempotencyKey": "register-1", "kind": "SCHOOL", "municipality": "novi-sad", "name": "Школа" });
    let registered = graphql(&mut browser, server, register, json!({ "input": input })).await;
    assert_eq!(registered["data"]["registerOrganisation"]["organisation"]["name"], "Школа", "{registered}");

    let stolen = browser.cookie(&server.url("/"), SESSION).expect("a session").to_owned();
    let request =
        server.anonymous().request(reqwest::Method::POST, "/sign-out").header("sec-fetch-site", "same-origin");
    let leaving = browser.send(server.url("/sign-out"), request).await;
    let at_the_issuer = leaving.location().expect("the issuer's sign-out");
    assert!(at_the_issuer.as_str().starts_with(&installation.issuer.identifier()), "{at_the_issuer}");
    let asked = browser.open(at_the_issuer).await;
    assert_eq!(asked.status, 200, "the issuer knows our client and the address to come back to: {}", asked.text);
    browser.set_cookie(&server.url("/"), SESSION, &stolen);
    assert!(!is_signed_in(&mut browser, server).await);
}

#[tokio::test]
async fn who_was_not_invited_or_has_no_verified_address_stays_outside() {
    let installation = Installation::start(Database::Sqlite).await;
    let server = &installation.server;
    for (person, claims) in [
        ("stranger@elsewhere.example", json!({})),
        ("unverified", json!({ "email": ADMINISTRATOR, "email_verified": false })),
        ("unsaid", json!({ "email": ADMINISTRATOR })),
    ] {
        installation.issuer.set_claims(person, claims).await;
        let mut browser = server.browser();
        let page = sign_in(&mut browser, &installation, person, "&amr=otp").await;
        assert_eq!(page.status, 403, "{person}: {}", page.text);
        assert!(!is_signed_in(&mut browser, server).await, "{person}");
    }
    let mut browser = server.browser();
    let page = sign_in(&mut browser, &installation, ADMINISTRATOR, "").await;
    assert_eq!(page.status, 200, "{}", page.text);
    let viewer = graphql(&mut browser, server, "{ viewer { roles secondFactorMissing } }", json!({})).await;
    assert_eq!(viewer["data"]["viewer"], json!({ "roles": [], "secondFactorMissing": true }));
}

#[tokio::test]
async fn an_outage_of_the_issuer_stops_signing_in_and_nothing_else() {
    let installation = Installation::start(Database::Sqlite).await;
    let server = &installation.server;
    let mut browser = server.browser();
    sign_in(&mut browser, &installation, ADMINISTRATOR, "&amr=otp").await;
    let mut late = server.browser();
    let asked = late.open(server.url("/sign-in")).await;
    installation.issuer.set_down(true).await;
    assert!(is_signed_in(&mut browser, server).await, "sessions are ours");
    let left = browser.submit(server.url("/sign-out"), &[]).await;
    assert!(left.status == 503 || left.status == 200, "{}: the issuer does not answer", left.status);
    assert_eq!(browser.cookie(&server.url("/"), SESSION), None);
    installation.issuer.set_down(false).await;
    let mut address = asked.url.clone();
    address.set_query(Some(&format!("login={ADMINISTRATOR}&amr=otp")));
    let page = late.open(address).await;
    assert_eq!(page.status, 200, "a sign-in that was under way can be finished: {}", page.text);
}

#[tokio::test]
async fn keys_may_change_between_two_sign_ins() {
    let installation = Installation::start(Database::Sqlite).await;
    for _ in 0..2 {
        let mut browser = installation.server.browser();
        let page = sign_in(&mut browser, &installation, ADMINISTRATOR, "&amr=otp").await;
        assert_eq!(page.status, 200, "{}", page.text);
        installation.issuer.rotate_keys(true).await;
    }
}
