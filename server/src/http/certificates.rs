//! Certificates as PDF, for those who see them.
//!
//! | route | what it answers with |
//! | --- | --- |
//! | `GET /certificates/{number}.pdf` | one certificate |
//! | `GET /sessions/{id}/certificates.pdf` | those of a session, for whoever trains it |

use super::AppState;
use super::client_address::ClientAddress;
use super::request_id::RequestId;
use crate::access::Scope;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::training::certificates::printing::{self, File};
use axum::Router;
use axum::extract::{Extension, FromRequestParts, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};

/// The routes.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/certificates/{file}", get(certificate))
        .route("/sessions/{id}/certificates.pdf", get(of_session))
}

/// The scope of whoever sends the request; nobody gets further without one.
pub(super) struct SignedIn(pub(super) Scope);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let Extension(RequestId(request_id)) =
            Extension::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let Extension(address): Extension<ClientAddress> =
            Extension::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let seen = state.authentication.viewer(&parts.method, &parts.headers, request_id, address).await;
        match seen.map_err(IntoResponse::into_response)? {
            Some(seen) => Ok(Self(Scope::new(state.database.clone(), seen.viewer, state.clock, request_id))),
            None => Err(refused(Fault::Unauthenticated)),
        }
    }
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

/// A refusal in plain words. What the viewer may not see is answered as what does not exist.
pub(super) fn refused(fault: Fault) -> Response {
    let status = match fault {
        Fault::Unauthenticated => StatusCode::UNAUTHORIZED,
        Fault::NotFound => StatusCode::NOT_FOUND,
        Fault::BadInput(_) => StatusCode::BAD_REQUEST,
        Fault::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Fault::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut response = (status, fault.message()).into_response();
    match fault {
        Fault::Unauthenticated => {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Fault::Unavailable => {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        _ => {}
    }
    response
}
