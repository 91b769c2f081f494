//! Tokens that do not count.

use super::{assert_refused, roles};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::process::Stdio;
use tests::{ADMINISTRATOR, Database, Installation, Server, http};

const DOCUMENT: &str = "{ viewer { roles } }";

#[tokio::test]
async fn what_the_issuer_signed_must_be_for_us_and_for_now() {
    let installation = Installation::start(Database::Sqlite).await;
    let anonymous = installation.server.anonymous();
    let now = issued_at(&installation.token(ADMINISTRATOR).await);
    let good = json!({ "sub": ADMINISTRATOR, "email": ADMINISTRATOR, "email_verified": true, "acr": "2" });
    for (what, claims, header) in [
        ("expired", json!({ "exp": now - 60 }), json!({})),
        ("never expires", json!({ "exp": null }), json!({})),
        ("not yet", json!({ "nbf": now + 3_600 }), json!({})),
        ("another audience", json!({ "aud": "somebody-else" }), json!({})),
        ("other audiences", json!({ "aud": ["somebody", "else"] }), json!({})),
        ("no audience", json!({ "aud": null }), json!({})),
        ("another issuer", json!({ "iss": "https://elsewhere.example" }), json!({})),
        ("nearly the issuer", json!({ "iss": format!("{}/", installation.issuer.identifier()) }), json!({})),
        ("no subject", json!({ "sub": null }), json!({})),
        ("an empty subject", json!({ "sub": "" }), json!({})),
        ("a subject with a NUL", json!({ "sub": "a\u{0}b" }), json!({})),
        ("an ID token", json!({}), json!({ "typ": "JWT" })),
        ("no type", json!({}), json!({ "typ": null })),
        ("unsigned", json!({}), json!({ "alg": "none" })),
        ("an algorithm we do not accept", json!({}), json!({ "alg": "ES256" })),
        ("an unknown key", json!({}), json!({ "kid": "unknown" })),
    ] {
        let mut all = good.clone();
        for (name, value) in claims.as_object().expect("claims") {
            all[name] = value.clone();
        }
        let token = installation.issuer.mint(all, header).await;
        let response = anonymous.clone().bearer(&token).query(DOCUMENT, ()).await;
        assert_eq!(response.status(), 401, "{what}: {:#}", response.body());
        assert_refused(&response, &token.split('.').collect::<Vec<_>>());
    }
    let forger = tests::Issuer::start(&[]).await;
    let mut forged = good.clone();
    forged["iss"] = json!(installation.issuer.identifier());
    let forged = forger.mint(forged, json!({})).await;
    assert_refused(&anonymous.clone().bearer(&forged).query(DOCUMENT, ()).await, &[]);
    let token = installation.issuer.mint(good, json!({})).await;
    assert_eq!(roles(&anonymous.bearer(&token)).await, json!(["ADMINISTRATOR"]), "the same without a fault counts");
}

/// When a token was issued, in seconds: just now.
pub(crate) fn issued_at(token: &str) -> i64 {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).expect("claims")).expect("base64");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    claims["iat"].as_i64().expect("a time")
}

#[tokio::test]
async fn a_token_that_was_touched_or_made_up() {
    let installation = Installation::start(Database::Sqlite).await;
    let anonymous = installation.server.anonymous();
    let token = installation.token(ADMINISTRATOR).await;
    let parts: Vec<&str> = token.split('.').collect();
    let stronger =
        json!({ "iss": installation.issuer.identifier(), "aud": "oslonac", "sub": "boss", "exp": 4_000_000_000_i64 });
    let stronger = URL_SAFE_NO_PAD.encode(stronger.to_string());
    for made_up in [
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{stronger}.{}", parts[0], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], URL_SAFE_NO_PAD.encode([7; 256])),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}.{}", parts[2]),
        format!("{}.{stronger}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#)),
        format!("{}.{stronger}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"None","typ":"at+jwt"}"#)),
        with_the_public_key_as_secret(&installation, &stronger).await,
        "garbage".to_owned(),
        "..".to_owned(),
        "%00".to_owned(),
        "a".repeat(20_000),
    ] {
        let response = anonymous.clone().bearer(&made_up).query(DOCUMENT, ()).await;
        assert_refused(&response, &made_up.split('.').collect::<Vec<_>>());
    }
    for header in ["Bearer", "Bearer ", "bearer   x y"] {
        assert_refused(&anonymous.clone().header("authorization", header).query(DOCUMENT, ()).await, &[]);
    }
    for header in ["Basic YTpi", "Digest x", &token] {
        let response = anonymous.clone().header("authorization", header).query(DOCUMENT, ()).await;
        assert_eq!(response.header("www-authenticate"), Some("Bearer"), "{header} is no token of ours, so nobody asks");
    }
}

/// The classic confusion: HS256, with the bytes of the RSA public key as the shared secret.
async fn with_the_public_key_as_secret(installation: &Installation, claims: &str) -> String {
    let keys = http().get(installation.issuer.url("/jwks")).send().await.expect("the issuer answers");
    let keys: Value = keys.json().await.expect("JSON");
    let key = keys["keys"].as_array().expect("keys").iter().find(|key| key["alg"] == "RS256").expect("a key").clone();
    let header = json!({ "alg": "HS256", "typ": "at+jwt", "kid": key["kid"] }).to_string();
    let text = format!("{}.{claims}", URL_SAFE_NO_PAD.encode(header));
    let modulus = URL_SAFE_NO_PAD.decode(key["n"].as_str().expect("a modulus")).expect("base64");
    let signature = hmac_sha256(&modulus, &text).await;
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// `openssl` computes it: no test needs a crate for this.
async fn hmac_sha256(key: &[u8], text: &str) -> Vec<u8> {
    use tokio::io::AsyncWriteExt as _;
    let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut child = tokio::process::Command::new("openssl")
        .args(["dgst", "-sha256", "-binary", "-mac", "HMAC", "-macopt", &format!("hexkey:{key}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("openssl runs");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).await.expect("openssl reads");
    let output = child.wait_with_output().await.expect("openssl ends");
    assert_eq!(output.stdout.len(), 32, "an HMAC");
    output.stdout
}

#[tokio::test]
async fn an_account_that_nobody_invited() {
    let installation = Installation::start(Database::Sqlite).await;
    for (person, claims) in [
        ("stranger@elsewhere.example", json!({})),
        ("unverified", json!({ "email": ADMINISTRATOR, "email_verified": false })),
        ("said-in-words", json!({ "email": ADMINISTRATOR, "email_verified": "true" })),
        ("with-roles", json!({ "roles": ["administrator"], "realm_access": { "roles": ["administrator"] } })),
        ("software", json!({ "sub": "oslonac", "client_id": "oslonac" })),
    ] {
        let token = installation.token_with(person, claims).await;
        let response = installation.server.anonymous().bearer(&token).query(DOCUMENT, ()).await;
        assert_refused(&response, &[person]);
    }
    assert_eq!(roles(&installation.sign_in_as(ADMINISTRATOR).await).await, json!(["ADMINISTRATOR"]));
    let again = installation.token_with("another-subject", json!({ "email": ADMINISTRATOR })).await;
    let response = installation.server.anonymous().bearer(&again).query(DOCUMENT, ()).await;
    assert_refused(&response, &[]);
}

#[tokio::test]
async fn a_token_expires_while_the_server_runs() {
    let mut server = Server::with(Database::Sqlite).clock("2026-03-02T08:00:00Z").start().await;
    let token = server.sign_in_as("reporter@school-01.example").await;
    assert_eq!(roles(&token).await, json!(["REPORTER"]));
    server.restart_at("2026-03-02T09:30:00Z").await;
    assert_refused(&token.query(DOCUMENT, ()).await, &[]);
}

#[tokio::test]
async fn a_bad_token_is_refused_even_where_a_session_or_nobody_would_do() {
    let server = Server::start(Database::Sqlite).await;
    let mut browser = crate::sign_in::sign_in(&server, "reporter@school-01.example", true).await;
    let request = server.anonymous().bearer("garbage").request(reqwest::Method::POST, "/graphql");
    let request = request.header("sec-fetch-site", "same-origin").json(&json!({ "query": DOCUMENT }));
    assert_eq!(browser.send(server.url("/graphql"), request).await.status, 401);
    assert_eq!(server.anonymous().bearer("garbage").query("{ __typename }", ()).await.status(), 401);
    let two = server.anonymous().request(reqwest::Method::POST, "/graphql").json(&json!({ "query": DOCUMENT }));
    let two = two.header("authorization", "Bearer a").header("authorization", "Bearer b");
    assert_eq!(two.send().await.expect("the server answers").status(), 401);
}
