//! The end of a session, here and at the issuer.

use super::cookies::{self, SESSION};
use super::page::Asked;
use super::relying_party::RelyingParty;
use super::{Trouble, leave_for};
use crate::http::authentication::Authentication;
use axum::extract::State;
use axum::response::Response;

/// `POST /sign-out`.
pub(super) async fn sign_out(State(state): State<Authentication>, asked: Asked) -> Response {
    let left = end(&state, &asked).await;
    left.unwrap_or_else(|trouble| asked.page(trouble, "/"))
}

async fn end(state: &Authentication, asked: &Asked) -> Result<Response, Trouble> {
    if !state.is_own_page(&asked.headers) {
        return Err(Trouble::ForeignOrigin);
    }
    let mut next = "/".to_owned();
    if let Some(secret) = cookies::secret(&asked.headers, SESSION)
        && state.gate.close_session(&secret.hash(), asked.request_id).await?
    {
        next = at_the_issuer(state).await.unwrap_or(next);
    }
    leave_for(&next, &[cookies::clear(SESSION)])
}

/// Where to sign out at the issuer. Where it cannot be asked, the session has ended here all the same.
async fn at_the_issuer(state: &Authentication) -> Option<String> {
    let relying_party = RelyingParty::new(state).ok()?;
    let address = relying_party.sign_out_address().await.ok()??;
    Some(address.into())
}
