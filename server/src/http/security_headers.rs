//! What browsers are told about every answer. A page may be stricter, or name what it needs.

use crate::config;
use axum::Router;
use http::{HeaderName, HeaderValue};
use tower_http::set_header::SetResponseHeaderLayer;
use url::Url;

/// Nothing may be loaded, framed or sent from an answer that says nothing else; nobody keeps a copy of it; its address goes
/// nowhere; no other site embeds it or holds a handle on its window; no device is asked for.
const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Two years, in seconds. Other names below the host may belong to others, so it speaks for itself alone.
const ONLY_TLS: (&str, &str) = ("strict-transport-security", "max-age=63072000");

/// Adds the headers to every answer that has not its own. Where browsers come by TLS, they are to come no other way.
pub(super) fn add(router: Router, public_url: &Url, settings: &config::Http) -> Router {
    let tls = public_url.scheme() == "https" && (settings.behind_proxy || settings.tls.is_set());
    let headers = HEADERS.into_iter().chain(tls.then_some(ONLY_TLS));
    headers.fold(router, |router, (name, value)| {
        let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
        router.layer(SetResponseHeaderLayer::if_not_present(name, value))
    })
}
