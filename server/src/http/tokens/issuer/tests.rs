use super::*;

const ISSUER: &str = "https://login.example.rs";

fn published(key_id: &str, at: Instant) -> Published {
    let metadata = serde_json::json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://login.example.rs/authorize",
        "jwks_uri": "https://login.example.rs/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    let key = jsonwebtoken::jwk::Jwk {
        common: jsonwebtoken::jwk::CommonParameters { key_id: Some(key_id.to_owned()), ..Default::default() },
        ..jsonwebtoken::jwk::Jwk::from_encoding_key(
            &jsonwebtoken::EncodingKey::from_ec_der(&crate::demo::issuer::new_key_der()),
            jsonwebtoken::Algorithm::ES256,
        )
        .unwrap()
    };
    Published {
        metadata: serde_json::from_value(metadata).unwrap(),
        keys: Keys::read(&serde_json::to_vec(&serde_json::json!({ "keys": [key] })).unwrap()).unwrap(),
        at,
    }
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Use(_) => "use",
        Step::UseAndRenew(_) => "use and renew",
        Step::Ask => "ask",
        Step::GiveUp(NoKey::Unavailable) => "unavailable",
        Step::GiveUp(NoKey::Unknown) => "unknown",
    }
}

#[test]
fn nothing_known_is_asked_for_and_an_outage_is_no_reason_to_hammer() {
    let start = Instant::now();
    let mut known = Known::default();
    assert_eq!(name(known.step(Some("a"), start)), "ask");
    known.note(None, start);
    assert_eq!(name(known.step(Some("a"), start + Duration::from_secs(1))), "unavailable");
    assert_eq!(name(known.step(Some("a"), start + RETRY_AFTER)), "ask");
}

#[test]
fn an_unknown_key_is_asked_for_once_in_thirty_seconds() {
    let start = Instant::now();
    let mut known = Known::default();
    known.note(Some(published("a", start)), start);
    assert_eq!(name(known.step(Some("a"), start)), "use");
    assert_eq!(name(known.step(None, start)), "use");
    assert_eq!(name(known.step(Some("b"), start)), "ask");
    known.note(Some(published("a", start)), start);
    let almost = start + Duration::from_secs(29);
    assert_eq!(name(known.step(Some("b"), almost)), "unknown");
    assert_eq!(name(known.step(Some("a"), almost)), "use");
    assert_eq!(name(known.step(Some("b"), start + ASK_AGAIN_AFTER)), "ask");
}

#[test]
fn kept_keys_outlive_an_outage() {
    let start = Instant::now();
    let mut known = Known::default();
    known.note(Some(published("a", start)), start);
    let later = start + RENEW_AFTER;
    assert_eq!(name(known.step(Some("a"), later)), "use and renew");
    known.note(None, later);
    assert_eq!(name(known.step(Some("a"), later)), "use");
    assert_eq!(name(known.step(Some("b"), later)), "unavailable");
    assert_eq!(name(known.step(Some("b"), later + ASK_AGAIN_AFTER)), "ask");
}

#[test]
fn a_withdrawn_key_is_forgotten() {
    let start = Instant::now();
    let mut known = Known::default();
    known.note(Some(published("a", start)), start);
    known.note(Some(published("b", start)), start);
    assert_eq!(name(known.step(Some("b"), start)), "use");
    assert_eq!(name(known.step(Some("a"), start)), "unknown");
}
