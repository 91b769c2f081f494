//! Whether the service lives, and whether it can do its work.

use super::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};

/// The process answers.
pub(super) async fn live() -> &'static str {
    "alive\n"
}

/// The database answers too.
pub(super) async fn ready(State(state): State<AppState>) -> Response {
    match state.database.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], "the database does not answer\n").into_response()
        }
    }
}
