//! What of this module reads headers that others wrote, for the fuzzer.

use super::accept::accepted;
use super::authentication::bearer_token;
use super::client_address::{ClientAddress, Proxies};
use super::sign_in::cookies::secret;
use super::sign_in::return_to::local_path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use std::net::{IpAddr, Ipv4Addr};
use url::Url;

/// Headers with these bytes as the value of one; nothing where HTTP itself forbids them.
fn headers(name: HeaderName, value: &[u8]) -> Option<HeaderMap> {
    Some(HeaderMap::from_iter([(name, HeaderValue::from_bytes(value).ok()?)]))
}

/// Reads `Authorization`.
pub(crate) fn authorization(value: &[u8]) {
    if let Some(Ok(Some(token))) = headers(header::AUTHORIZATION, value).as_ref().map(bearer_token) {
        assert_eq!(token, token.trim_ascii());
    }
}

/// Reads `Accept`.
pub(crate) fn accept(value: &[u8]) {
    let Some(headers) = headers(header::ACCEPT, value) else { return };
    assert!(accepted(&headers).is_none_or(|media_type| media_type.starts_with("application/")));
}

/// Reads `Cookie`.
pub(crate) fn cookies(value: &[u8]) {
    let found = headers(header::COOKIE, value).and_then(|headers| secret(&headers, "session"));
    assert!(found.is_none() || value.len() > 40, "a secret is long");
}

/// Reads `X-Forwarded-For` of a peer that is no proxy of ours, and of one that is.
pub(crate) fn forwarded_for(value: &[u8]) {
    let Some(headers) = headers(HeaderName::from_static("x-forwarded-for"), value) else { return };
    let peer = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
    let client = |behind| Proxies::new(behind, &[]).client(peer, &headers);
    assert_eq!(client(false), ClientAddress::of(peer), "nobody is believed");
    client(true);
}

/// Reads where to go after signing in: always to this site.
pub(crate) fn return_to(text: &str) {
    let site = Url::parse("https://oslonac.example/sign-in").expect("a URL");
    let leads = site.join(local_path(Some(text))).expect("a path of this site");
    assert_eq!(leads.origin(), site.origin(), "{text:?} leads elsewhere");
}
