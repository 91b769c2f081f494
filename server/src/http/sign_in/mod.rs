//! People sign in with a browser: OpenID Connect, authorization code with PKCE, and a session of our own afterwards.
//!
//! | route | what it does |
//! | --- | --- |
//! | `GET /sign-in?return_to=/path` | leaves for the issuer |
//! | `GET /sign-in/callback` | comes back from there, and opens a session |
//! | `POST /sign-out` | ends the session, here and at the issuer |
//!
//! A sign-in under way is bound to its browser by a cookie that holds the OAuth `state`; it can be finished once,
//! within ten minutes. The session's secret is made when the session is, so that nobody can plant one beforehand.

mod callback;
pub(in crate::http) mod cookies;
mod home;
pub(in crate::http) mod page;
mod relying_party;
pub(in crate::http) mod return_to;
mod sign_out;
mod start;

use super::authentication::Authentication;
use super::rate_limits::TooMany;
use crate::access;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderValue, StatusCode, header};
use url::Url;

impl Authentication {
    /// The address of a path of ours.
    fn address(&self, path: &str) -> Url {
        let mut address = (*self.public_url).clone();
        address.set_path(path);
        address
    }
}

/// The routes of sign-in, and the page at `/` that leads there; `graphiql` says whether it may lead to GraphiQL too. They
/// need the id of the request among its extensions.
pub fn routes<S>(authentication: Authentication, graphiql: bool) -> Router<S> {
    Router::new()
        .route("/", get(move |state, asked| home::home(state, asked, graphiql)))
        .route("/sign-in", get(start::start))
        .route("/sign-in/callback", get(callback::callback))
        .route("/sign-in/page.css", get(page::style))
        .route("/sign-out", post(sign_out::sign_out))
        .with_state(authentication)
}

/// Why a sign-in goes no further. Each has a page that says what happened and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// The settings name no issuer.
    NotSetUp,
    /// The issuer does not answer.
    IssuerUnavailable,
    /// Too many began at this address, or too much was asked.
    TooMany(TooMany),
    /// There is no such sign-in under way, not any more, or not in this browser.
    AttemptExpired,
    /// The issuer did not let the person in, or the person went back.
    Denied,
    /// The issuer's answer does not hold.
    Failed,
    /// Nobody invited the person.
    NoMembership,
    /// A page of another site wants to sign the person out.
    ForeignOrigin,
    /// The database does not answer.
    DatabaseUnavailable,
    /// A defect of ours.
    Internal,
}

impl From<TooMany> for Trouble {
    fn from(too_many: TooMany) -> Self {
        Self::TooMany(too_many)
    }
}

impl From<access::Error> for Trouble {
    fn from(error: access::Error) -> Self {
        match error {
            access::Error::Unavailable(_) => {
                tracing::warn!(%error, "sign-in");
                Self::DatabaseUnavailable
            }
            _ => {
                tracing::error!(%error, "sign-in");
                Self::Internal
            }
        }
    }
}

/// Sends the browser on, with these cookies.
fn leave_for(address: &str, cookies: &[HeaderValue]) -> Result<Response, Trouble> {
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let address = HeaderValue::try_from(address).map_err(|_| Trouble::Failed)?;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, address);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie.clone());
    }
    Ok(response)
}

#[cfg(test)]
pub(in crate::http) mod tests;
