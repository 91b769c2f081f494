//! The way back from the issuer: a code becomes an identity, and the identity a session.

use super::cookies::{self, ATTEMPT, SESSION, Secret};
use super::page::Asked;
use super::relying_party::{Identity, RelyingParty};
use super::{Trouble, leave_for};
use crate::access::SignInAttempt;
use crate::http::authentication::Authentication;
use crate::http::rate_limits::Fingerprint;
use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, header};
use serde::Deserialize;
use subtle::ConstantTimeEq;

/// What the issuer sends along (RFC 6749, section 4.1.2; RFC 9207).
#[derive(Deserialize)]
pub(super) struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// `GET /sign-in/callback`.
pub(super) async fn callback(
    State(state): State<Authentication>,
    asked: Asked,
    Query(answer): Query<Answer>,
) -> Response {
    let attempt = match attempt(&state, &asked, &answer).await {
        Ok(attempt) => attempt,
        Err(trouble) => return asked.page(trouble, "/"),
    };
    let finished = finish(&state, &asked, answer, &attempt).await;
    finished.unwrap_or_else(|trouble| {
        let mut page = asked.page(trouble, &attempt.return_to);
        page.headers_mut().append(header::SET_COOKIE, cookies::clear(ATTEMPT));
        page
    })
}

/// The sign-in that this browser began, which cannot be finished a second time.
async fn attempt(state: &Authentication, asked: &Asked, answer: &Answer) -> Result<SignInAttempt, Trouble> {
    let secret = begun_here(&asked.headers, answer).ok_or(Trouble::AttemptExpired)?;
    // One that began here is in the memory of the limits; what nobody began costs its address.
    let credential = Fingerprint::of(&secret.hash());
    state.limits.credential(asked.address, credential)?;
    state.limits.forget(credential);
    let attempt = state.gate.take_attempt(&secret.hash(), asked.request_id).await?;
    attempt.ok_or(Trouble::AttemptExpired)
}

/// The state of the answer, where this browser's cookie holds the same.
fn begun_here(headers: &HeaderMap, answer: &Answer) -> Option<Secret> {
    let own = cookies::secret(headers, ATTEMPT)?;
    let answered = answer.state.as_deref()?;
    let same: bool = own.written().as_bytes().ct_eq(answered.as_bytes()).into();
    same.then_some(own)
}

async fn finish(
    state: &Authentication,
    asked: &Asked,
    answer: Answer,
    attempt: &SignInAttempt,
) -> Result<Response, Trouble> {
    match vouched_for(state, answer, attempt).await {
        Ok(identity) => open_session(state, asked, identity, &attempt.return_to).await,
        Err(trouble) => {
            if let Some(why) = why_refused(trouble) {
                state.gate.refuse(why, asked.request_id).await?;
            }
            Err(trouble)
        }
    }
}

/// Whom the issuer vouches for in its answer.
async fn vouched_for(state: &Authentication, answer: Answer, attempt: &SignInAttempt) -> Result<Identity, Trouble> {
    let relying_party = RelyingParty::new(state)?;
    if answer.iss.is_some_and(|issuer| issuer != relying_party.issuer()) {
        return Err(Trouble::Failed);
    }
    match (answer.code, answer.error.as_deref()) {
        (Some(code), None) => relying_party.redeem(code, attempt).await,
        (_, Some("temporarily_unavailable" | "server_error")) => Err(Trouble::IssuerUnavailable),
        (_, Some("access_denied" | "login_required" | "interaction_required" | "consent_required")) => {
            Err(Trouble::Denied)
        }
        _ => Err(Trouble::Failed),
    }
}

/// What the audit trail says of a refusal; nothing where nobody was refused.
fn why_refused(trouble: Trouble) -> Option<&'static str> {
    match trouble {
        Trouble::Denied => Some("denied at the issuer"),
        Trouble::Failed => Some("the issuer's answer does not hold"),
        _ => None,
    }
}

/// Opens a session under a new secret, and ends the one that the browser had before.
async fn open_session(
    state: &Authentication,
    asked: &Asked,
    identity: Identity,
    return_to: &str,
) -> Result<Response, Trouble> {
    let request_id = asked.request_id;
    let secret = Secret::new();
    if !state.gate.open_session(identity.into_session(secret.hash()), request_id).await? {
        return Err(Trouble::NoMembership);
    }
    // Whatever strangers have used up of the address, its first requests count for its account.
    state.limits.remember(Fingerprint::of(&secret.hash()), None);
    if let Some(before) = cookies::secret(&asked.headers, SESSION) {
        state.gate.close_session(&before.hash(), request_id).await?;
    }
    leave_for(return_to, &[cookies::clear(ATTEMPT), cookies::set(SESSION, &secret, None)])
}
