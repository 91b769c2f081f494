//! The beginning: the browser leaves for the issuer.

use super::cookies::{self, ATTEMPT, Secret};
use super::page::Asked;
use super::relying_party::RelyingParty;
use super::return_to::local_path;
use super::{Trouble, leave_for};
use crate::access::SignInAttempt;
use crate::http::authentication::Authentication;
use crate::http::rate_limits::Fingerprint;
use crate::http::tokens::is_loopback;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::TimeDelta;
use http::{HeaderMap, header};
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow};
use openidconnect::{CsrfToken, Nonce, PkceCodeChallenge, Scope};
use serde::Deserialize;

/// How long a sign-in may take, in seconds.
const ATTEMPT_SECONDS: u32 = 600;

/// Parameters of `/sign-in`.
#[derive(Deserialize)]
pub(super) struct Start {
    /// Path to go to afterwards.
    return_to: Option<String>,
    /// `login`: have the issuer ask again who it is.
    prompt: Option<String>,
}

/// `GET /sign-in`.
pub(super) async fn start(State(state): State<Authentication>, asked: Asked, Query(start): Query<Start>) -> Response {
    let return_to = local_path(start.return_to.as_deref());
    let again = start.prompt.as_deref() == Some("login");
    let left = begin(&state, &asked, return_to, again).await;
    left.unwrap_or_else(|trouble| asked.page(trouble, return_to))
}

async fn begin(state: &Authentication, asked: &Asked, return_to: &str, again: bool) -> Result<Response, Trouble> {
    if let Some(here) = under_our_name(state, &asked.headers, return_to) {
        return leave_for(&here, &[]);
    }
    state.limits.sign_in(asked.address)?;
    let secret = Secret::new();
    let csrf_token = CsrfToken::new(secret.written());
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let client = RelyingParty::new(state)?.client(None).await?;
    let mut request = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || csrf_token, Nonce::new_random)
        .set_pkce_challenge(challenge)
        .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())));
    if again {
        request = request.add_prompt(CoreAuthPrompt::Login);
    }
    let (address, _, nonce) = request.url();
    let attempt = SignInAttempt {
        state_hash: secret.hash(),
        nonce: nonce.secret().clone(),
        pkce_verifier: verifier.secret().clone(),
        return_to: return_to.to_owned(),
        expires_at: state.clock.now() + TimeDelta::seconds(ATTEMPT_SECONDS.into()),
    };
    state.gate.begin_attempt(attempt, asked.request_id).await?;
    state.limits.remember(Fingerprint::of(&secret.hash()), None);
    leave_for(address.as_str(), &[cookies::set(ATTEMPT, &secret, Some(ATTEMPT_SECONDS))])
}

/// This machine has several names, and the cookie must be set under the one that the issuer sends the browser back to.
fn under_our_name(state: &Authentication, headers: &HeaderMap, return_to: &str) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    if !is_loopback(&state.public_url) || host == state.public_url.authority() {
        return None;
    }
    let mut address = state.address("/sign-in");
    address.query_pairs_mut().append_pair("return_to", return_to);
    Some(address.into())
}
