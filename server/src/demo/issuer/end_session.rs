//! Signing out. The issuer keeps nobody signed in, so it only sends the browser back.

use super::authorize::on_this_machine;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// Parameters of OpenID Connect RP-Initiated Logout 1.0.
#[derive(Deserialize)]
pub(super) struct Logout {
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

/// `/end-session`.
pub(super) async fn end_session(Query(logout): Query<Logout>) -> Response {
    let back = logout.post_logout_redirect_uri.as_deref().and_then(on_this_machine);
    let Some(mut back) = back else {
        return "You are signed out of the demonstration.\n".into_response();
    };
    if let Some(state) = logout.state {
        back.query_pairs_mut().append_pair("state", &state);
    }
    Redirect::to(back.as_str()).into_response()
}
