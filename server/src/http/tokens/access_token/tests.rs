use super::*;
use crate::demo::issuer::new_key_der;
use crate::ids::{self, ObjectType};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use proptest::prelude::*;
use serde_json::json;

const ISSUER: &str = "https://login.example.rs/realms/a";

/// An issuer with one key, its settings, and the instant of the test.
struct Setting {
    key: EncodingKey,
    jwk: Jwk,
    keys: Keys,
    settings: config::Issuer,
    now: DateTime<Utc>,
}

fn setting() -> Setting {
    let key = EncodingKey::from_ec_der(&new_key_der());
    let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
    jwk.common.key_id = Some("one".to_owned());
    Setting {
        keys: Keys::read(json!({ "keys": [jwk] }).to_string().as_bytes()).unwrap(),
        settings: config::Issuer {
            url: openidconnect::IssuerUrl::new(ISSUER.to_owned()).unwrap(),
            client_id: "oslonac".to_owned(),
            client_secret: None,
            audience: "oslonac".to_owned(),
            algorithms: vec![Algorithm::ES256],
            token_types: vec!["at+jwt".to_owned(), "application/at+jwt".to_owned()],
        },
        now: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
        key,
        jwk,
    }
}

fn header() -> Header {
    Header { typ: Some("at+jwt".to_owned()), kid: Some("one".to_owned()), ..Header::new(Algorithm::ES256) }
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": "oslonac", "sub": "somebody", "client_id": "script",
        "iat": 1_700_000_000, "exp": 1_700_000_600,
    })
}

/// The claims with some of them replaced; null takes one out.
fn claims_with(changes: Value) -> Value {
    let mut claims = claims();
    let map = claims.as_object_mut().unwrap();
    map.extend(changes.as_object().unwrap().clone());
    map.retain(|_, value| !value.is_null());
    claims
}

impl Setting {
    fn sign(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.key).unwrap()
    }

    fn check(&self, token: &str) -> Result<AccessToken, BadToken> {
        let (header, _) = read_unproven(token)?;
        check_header(&header, &self.settings)?;
        let second_factor = SecondFactor { acr: vec!["2".to_owned()], amr: vec!["otp".to_owned()] };
        verify(token, &header, &self.settings, &self.keys, &second_factor, self.now)
    }

    fn check_claims(&self, changes: Value) -> Result<AccessToken, BadToken> {
        self.check(&self.sign(&header(), &claims_with(changes)))
    }
}

fn encoded(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

#[test]
fn a_valid_token_says_who_it_is() {
    let setting = setting();
    assert_eq!(
        setting.check_claims(json!({})),
        Ok(AccessToken {
            issuer: ISSUER.to_owned(),
            subject: "somebody".to_owned(),
            software: None,
            verified_email: None,
            organisations: vec![],
            second_factor: false,
        })
    );
}

#[test]
fn claims_that_do_not_fit() {
    let setting = setting();
    for changes in [
        json!({ "iss": "https://login.example.rs/realms/b" }),
        json!({ "iss": format!("{ISSUER}/") }),
        json!({ "aud": "another" }),
        json!({ "aud": ["another"] }),
        json!({ "aud": null }),
        json!({ "aud": 7 }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
        json!({ "sub": "a\0b" }),
        json!({ "sub": 7 }),
        json!({ "exp": null }),
        json!({ "exp": "1700000600" }),
        json!({ "exp": -1 }),
        json!({ "exp": 1_699_999_970 }),
        json!({ "nbf": 1_700_000_031 }),
    ] {
        let result = setting.check_claims(changes.clone());
        assert!(matches!(result, Err(BadToken::Invalid(_))), "{changes}: {result:?}");
    }
    assert_eq!(setting.check_claims(json!({ "exp": 1_699_999_000 })), Err(BadToken::Invalid("The token has expired")));
}

#[test]
fn claims_that_fit() {
    let setting = setting();
    for changes in [
        json!({ "aud": ["another", "oslonac"] }),
        json!({ "exp": 1_699_999_971 }),
        json!({ "exp": 1_700_000_600.5 }),
        json!({ "nbf": 1_700_000_030 }),
        json!({ "amr": "pwd" }),
        json!({ "organization": 7 }),
    ] {
        let result = setting.check_claims(changes.clone());
        assert!(result.is_ok(), "{changes}: {result:?}");
    }
}

#[test]
fn a_token_without_a_signature() {
    let setting = setting();
    for alg in ["none", "None", "NONE", ""] {
        let header = json!({ "alg": alg, "typ": "at+jwt", "kid": "one" });
        for signature in ["", "AAAA"] {
            let token = format!("{}.{}.{signature}", encoded(&header), encoded(&claims()));
            assert!(setting.check(&token).is_err(), "{alg}");
        }
    }
    let signed = setting.sign(&header(), &claims());
    let (unsigned, _) = signed.rsplit_once('.').unwrap();
    assert!(setting.check(unsigned).is_err());
    assert!(setting.check(&format!("{unsigned}.")).is_err());
}

#[test]
fn a_public_key_is_no_secret() {
    let setting = setting();
    let public = serde_json::to_vec(&setting.jwk).unwrap();
    let secret = EncodingKey::from_secret(&public);
    let header = Header { alg: Algorithm::HS256, ..header() };
    let token = jsonwebtoken::encode(&header, &claims(), &secret).unwrap();
    assert!(setting.check(&token).is_err());
    // Not even where somebody sets the algorithm: the key is of another family.
    let mut careless = setting;
    careless.settings.algorithms.push(Algorithm::HS256);
    assert!(careless.check(&token).is_err());
}

#[test]
fn another_key_another_type_another_algorithm() {
    let setting = setting();
    let stranger = self::setting();
    let token = stranger.sign(&header(), &claims());
    assert_eq!(setting.check(&token), Err(BadToken::Invalid("The signature is wrong")));
    for wrong in [
        Header { typ: Some("JWT".to_owned()), ..header() },
        Header { typ: None, ..header() },
        Header { kid: Some("two".to_owned()), ..header() },
        Header { crit: Some(vec!["b64".to_owned()]), ..header() },
    ] {
        assert!(setting.check(&setting.sign(&wrong, &claims())).is_err(), "{wrong:?}");
    }
    let long_form = Header { typ: Some("Application/AT+JWT".to_owned()), ..header() };
    assert!(setting.check(&setting.sign(&long_form, &claims())).is_ok());
    // With one key only, it need not be named.
    let nameless = Header { kid: None, ..header() };
    assert!(setting.check(&setting.sign(&nameless, &claims())).is_ok());
}

#[test]
fn only_software_of_its_own_is_software() {
    let setting = setting();
    for (changes, software) in [
        (json!({}), None),
        (json!({ "sub": "script" }), Some("script")),
        (json!({ "client_id": null, "azp": "script", "preferred_username": "service-account-script" }), Some("script")),
        (json!({ "preferred_username": "service-account-other" }), None),
        (json!({ "preferred_username": "script" }), None),
        (json!({ "client_id": null, "sub": "script" }), None),
    ] {
        let token = setting.check_claims(changes.clone()).unwrap();
        assert_eq!(token.software.as_deref(), software, "{changes}");
    }
}

#[test]
fn an_address_counts_where_it_is_verified() {
    let setting = setting();
    for (verified, expected) in [(json!(true), Some("a@example.rs")), (json!(false), None), (json!("true"), None)] {
        let claims = json!({ "email": "a@example.rs", "email_verified": verified });
        assert_eq!(setting.check_claims(claims).unwrap().verified_email.as_deref(), expected);
    }
    assert_eq!(setting.check_claims(json!({ "email": "a@example.rs" })).unwrap().verified_email, None);
}

#[test]
fn second_factor_and_organisations() {
    let setting = setting();
    for (changes, expected) in [
        (json!({ "acr": "2" }), true),
        (json!({ "acr": "1", "amr": ["pwd", "otp"] }), true),
        (json!({ "acr": "1", "amr": ["pwd"] }), false),
        (json!({ "amr": [2] }), false),
    ] {
        let token = setting.check_claims(changes.clone()).unwrap();
        assert_eq!(token.second_factor, expected, "{changes}");
    }
    let key = Uuid::from_u128(5);
    let id = ids::encode(ObjectType::Organisation, key);
    let token = setting.check_claims(json!({ "organization": { id: {} }, "roles": ["supervisor"] }));
    assert_eq!(token.unwrap().organisations, vec![key]);
}

#[test]
fn keys_that_are_not_for_us() {
    let setting = setting();
    let mut for_encryption = json!(setting.jwk);
    for_encryption["use"] = json!("enc");
    let mut for_another_algorithm = json!(setting.jwk);
    for_another_algorithm["alg"] = json!("ES384");
    let unknown = json!({ "kty": "quantum", "kid": "one" });
    let symmetric = json!({ "kty": "oct", "kid": "one", "k": "AAAA" });
    let token = setting.sign(&header(), &claims());
    for key in [for_encryption, for_another_algorithm, unknown, symmetric] {
        let keys = Keys::read(json!({ "keys": [key] }).to_string().as_bytes()).unwrap();
        let other = Setting { keys, ..self::setting() };
        assert!(other.check(&token).is_err(), "{key}");
    }
}

proptest! {
    #[test]
    fn a_changed_token_is_refused(at: prop::sample::Index, to in "[A-Za-z0-9_-]") {
        let setting = setting();
        let mut token = setting.sign(&header(), &claims());
        // The last letter carries four bits that mean nothing.
        let at = at.index(token.len() - 1);
        prop_assume!(token[at..=at] != to && token[at..=at] != *".");
        token.replace_range(at..=at, &to);
        prop_assert!(setting.check(&token).is_err());
    }

    #[test]
    fn any_text_is_refused_without_a_panic(text in "[ -~]{0,40}(\\.[ -~]{0,40}){0,3}") {
        prop_assert!(setting().check(&text).is_err());
    }
}
