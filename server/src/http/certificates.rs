//! Certificates as PDF, for those who see them.
//!
//! | route | what it answers with |
//! | --- | --- |
//! | `GET /certificates/{number}.pdf` | one certificate |
//! | `GET /sessions/{id}/certificates.pdf` | those of a session, for whoever trains it |

use super::AppState;
use super::signed_in::{SignedIn, refused};
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::training::certificates::printing::{self, File};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};

/// The routes.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/certificates/{file}", get(certificate))
        .route("/sessions/{id}/certificates.pdf", get(of_session))
}

async fn certificate(State(state): State<AppState>, SignedIn(scope): SignedIn, Path(file): Path<String>) -> Response {
    let Some(number) = file.strip_suffix(".pdf") else { return refused(Fault::NotFound) };
    answer(printing::one(&scope, number, &state.authentication.public_url).await)
}

async fn of_session(State(state): State<AppState>, SignedIn(scope): SignedIn, Path(id): Path<String>) -> Response {
    let Some(key) = ids::decode(ObjectType::TrainingSession, &id) else { return refused(Fault::NotFound) };
    answer(printing::of_session(&scope, key, &state.authentication.public_url).await)
}

fn answer(file: Result<Option<File>, Fault>) -> Response {
    match file {
        Ok(Some(file)) => attachment(file),
        Ok(None) => refused(Fault::NotFound),
        Err(fault) => refused(fault),
    }
}

/// A file that browsers save rather than show.
fn attachment(file: File) -> Response {
    let mut response = file.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{}\"", file.name)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
