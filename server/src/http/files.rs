//! What routes of files have in common: who asks, how a file is sent, and what is said where there is none.

use super::AppState;
use super::client_address::ClientAddress;
use super::request_id::RequestId;
use crate::access::Scope;
use crate::error::Fault;
use axum::extract::{Extension, FromRequestParts};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};

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

/// A file that browsers save rather than show.
pub(super) fn attachment(bytes: impl IntoResponse, content_type: &'static str, name: &str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
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
