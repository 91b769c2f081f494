//! The issuer changes its keys, or does not answer.

use super::{assert_refused, roles};
use reqwest::Method;
use serde_json::json;
use tests::{ADMINISTRATOR, Database, Installation, Server};

#[tokio::test]
async fn our_issuer_rotates_its_keys() {
    let server = Server::start(Database::Sqlite).await;
    let old = server.sign_in_as("reporter@school-01.example").await;
    assert_eq!(roles(&old).await, json!(["REPORTER"]));
    let rotate = server.anonymous().request(Method::POST, "/demonstration/issuer/rotate-keys").send();
    assert_eq!(rotate.await.expect("it answers").status(), 204);
    let new = server.sign_in_as("reporter@school-01.example").await;
    assert_eq!(roles(&new).await, json!(["REPORTER"]), "a new key is fetched when it is first seen");
    assert_eq!(roles(&old).await, json!(["REPORTER"]), "the key before is still published");
}

#[tokio::test]
async fn another_issuer_rotates_and_withdraws_its_keys() {
    let installation = Installation::start(Database::Sqlite).await;
    let old = installation.sign_in_as(ADMINISTRATOR).await;
    assert_eq!(roles(&old).await, json!(["ADMINISTRATOR"]));
    installation.issuer.rotate_keys(true).await;
    let new = installation.sign_in_as(ADMINISTRATOR).await;
    assert_eq!(roles(&new).await, json!(["ADMINISTRATOR"]));
    assert_refused(&old.query("{ viewer { roles } }", ()).await, &[]);
}

#[tokio::test]
async fn an_outage_ends_nobodys_work() {
    let mut installation = Installation::start(Database::Sqlite).await;
    let known = installation.sign_in_as(ADMINISTRATOR).await;
    assert_eq!(roles(&known).await, json!(["ADMINISTRATOR"]));
    installation.issuer.rotate_keys(false).await;
    let unknown = installation.sign_in_as(ADMINISTRATOR).await;
    installation.issuer.set_down(true).await;
    assert_eq!(roles(&known).await, json!(["ADMINISTRATOR"]));
    let refused = unknown.query("{ viewer { roles } }", ()).await;
    assert_eq!((refused.status().as_u16(), refused.error_codes()), (503, vec!["UNAVAILABLE"]));
    assert_eq!(refused.header("retry-after"), Some("5"));
    assert!(refused.body().get("data").is_none() && refused.header("www-authenticate").is_none());
    installation.server.restart().await;
    let forgotten = known.query("{ viewer { roles } }", ()).await;
    assert_eq!(forgotten.status(), 503, "a server that just started knows no key, and does not guess");
}

#[tokio::test]
async fn an_issuer_that_is_away_at_the_start_is_asked_again() {
    let installation = Installation::start(Database::Sqlite).await;
    installation.issuer.set_down(true).await;
    let client = installation.sign_in_as(ADMINISTRATOR).await;
    assert_eq!(client.query("{ viewer { roles } }", ()).await.status(), 503);
    let page = installation.server.browser().open(installation.server.url("/sign-in")).await;
    assert_eq!(page.status, 503);
    assert_eq!(page.headers["retry-after"], "5");
    installation.issuer.set_down(false).await;
    for _ in 0..100 {
        if client.query("{ viewer { roles } }", ()).await.status() == 200 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the issuer answers again, and its tokens do not count");
}

#[tokio::test]
async fn strangers_cannot_have_the_issuer_hammered() {
    let installation = Installation::start(Database::Sqlite).await;
    assert_eq!(roles(&installation.sign_in_as(ADMINISTRATOR).await).await, json!(["ADMINISTRATOR"]));
    for i in 0..20 {
        let header = json!({ "kid": format!("unknown-{i}") });
        let token = installation.issuer.mint(json!({ "sub": "stranger" }), header).await;
        assert_refused(&installation.server.anonymous().bearer(&token).query("{ __typename }", ()).await, &[]);
    }
    let asked = installation.issuer.requests("/jwks").await;
    assert!(asked <= 2, "it was asked {asked} times for its keys");
}
