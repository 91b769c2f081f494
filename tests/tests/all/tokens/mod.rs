//! Access tokens: which ones count, whom they act for, and what becomes of them when the issuer changes or is away.

mod issuer;
mod organisation;
mod refused;
mod software;

use serde_json::Value;
use tests::Response;

pub(crate) use refused::issued_at;

/// The answer is the refusal of a token (RFC 6750, section 3.1) in the form of every other answer, and says no more.
#[track_caller]
pub fn assert_refused(response: &Response, secrets: &[&str]) {
    assert_eq!(response.status(), 401, "{:#}", response.body());
    let challenge = response.header("www-authenticate").expect("a challenge");
    assert!(challenge.starts_with("Bearer error=\"invalid_token\""), "{challenge}");
    assert!(response.header("content-type").is_some_and(|kind| kind.starts_with("application/graphql-response+json")));
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert!(response.header("x-request-id").is_some() && response.header("set-cookie").is_none());
    let members: Vec<&String> = response.body().as_object().expect("an object").keys().collect();
    assert_eq!(members, ["errors"]);
    assert_eq!(response.error_codes(), ["UNAUTHENTICATED"]);
    let error: Vec<&String> = response.errors()[0].as_object().expect("an object").keys().collect();
    assert_eq!(error, ["extensions", "message"]);
    let told = format!("{challenge}{}", response.body());
    for secret in secrets.iter().filter(|secret| secret.len() > 8) {
        assert!(!told.contains(secret), "the answer repeats what it was sent: {told}");
    }
}

/// The roles of a client; it must be signed in.
pub async fn roles(client: &tests::Client) -> Value {
    let response = client.query("{ viewer { roles } }", ()).await;
    response.expect_no_errors().data()["viewer"]["roles"].clone()
}
