use super::*;
use crate::http::sign_in::tests::stand_in;
use proptest::prelude::*;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

#[test]
fn tokens_in_headers() {
    for (pairs, expected) in [
        (vec![], Ok(None)),
        (vec![("authorization", "Bearer a.b.c")], Ok(Some("a.b.c"))),
        (vec![("authorization", "bearer  a.b.c ")], Ok(Some("a.b.c"))),
        (vec![("authorization", "Basic YTpi")], Ok(None)),
        (vec![("authorization", "Basic YTpi"), ("authorization", "BEARER x")], Ok(Some("x"))),
        (vec![("authorization", "Bearer")], Ok(Some(""))),
        (vec![("authorization", "Bearertoken")], Ok(None)),
        (
            vec![("authorization", "Bearer a"), ("authorization", "Bearer b")],
            Err(Rejection::InvalidToken("There is more than one token")),
        ),
    ] {
        assert_eq!(bearer_token(&headers(&pairs)), expected, "{pairs:?}");
    }
}

#[test]
fn the_chosen_organisation() {
    let key = Uuid::from_u128(3);
    let id = ids::encode(ObjectType::Organisation, key);
    assert_eq!(chosen(&headers(&[])), Ok(None));
    assert_eq!(chosen(&headers(&[(ORGANISATION_HEADER, &id)])), Ok(Some(key)));
    for wrong in ["", "organisation_", &key.to_string(), &ids::encode(ObjectType::Report, key)] {
        let chosen = chosen(&headers(&[(ORGANISATION_HEADER, wrong)]));
        assert_eq!(chosen, Err(Rejection::MalformedOrganisation), "{wrong}");
    }
}

#[test]
fn what_can_change_something() {
    assert!(is_safe(&Method::GET, &headers(&[])));
    assert!(!is_safe(&Method::POST, &headers(&[])));
    assert!(!is_safe(&Method::GET, &headers(&[("upgrade", "websocket")])));
}

#[tokio::test]
async fn pages_of_our_own() {
    let (state, _folder) = stand_in("https://oslonac.example.rs").await;
    for (pairs, own) in [
        (vec![("sec-fetch-site", "same-origin")], true),
        (vec![("sec-fetch-site", "none")], true),
        (vec![("sec-fetch-site", "same-site")], false),
        (vec![("sec-fetch-site", "cross-site"), ("origin", "https://oslonac.example.rs")], false),
        (vec![("origin", "https://oslonac.example.rs")], true),
        (vec![("origin", "https://oslonac.example.rs:8443")], false),
        (vec![("origin", "http://oslonac.example.rs")], false),
        (vec![("origin", "https://example.rs")], false),
        (vec![("origin", "null")], false),
        (vec![], false),
    ] {
        assert_eq!(state.is_own_page(&headers(&pairs)), own, "{pairs:?}");
    }
}

#[test]
fn a_refused_token_is_challenged() {
    let response = Rejection::InvalidToken("The token has expired").into_response();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        response.headers()[header::WWW_AUTHENTICATE],
        "Bearer error=\"invalid_token\", error_description=\"The token has expired\""
    );
    let response = Rejection::DatabaseUnavailable.into_response();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()[header::RETRY_AFTER], "5");
}

proptest! {
    #[test]
    fn any_authorization_header_is_read_without_a_panic(text in "[ -~]*", bytes in prop::collection::vec(0x80_u8.., 0..20)) {
        for value in [text.into_bytes(), bytes.clone(), [b"Bearer ", &*bytes].concat()] {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_bytes(&value).unwrap());
            let _ = bearer_token(&headers);
        }
    }

    #[test]
    fn a_token_survives_its_header(token in "[!-~]{1,80}", scheme in "(?i)bearer", space in " {1,3}") {
        let headers = headers(&[("authorization", &format!("{scheme}{space}{token}"))]);
        prop_assert_eq!(bearer_token(&headers), Ok(Some(&*token)));
    }
}
