//! What routes of files have in common: who asks, how a file is sent, and what is said where there is none.

use super::AppState;
use super::authentication::Rejection;
use super::client_address::ClientAddress;
use super::request_id::RequestId;
use crate::access::Scope;
use crate::error::Fault;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};

/// The scope of whoever sends the request; nobody gets further without one.
pub(super) struct SignedIn(pub(super) Scope);

/// Why nobody gets further.
pub(super) enum Stopped {
    /// Who sends it cannot be told, or has sent too much.
    Rejected(Rejection),
    /// Nobody is signed in, or something failed.
    Fault(Fault),
}

impl IntoResponse for Stopped {
    fn into_response(self) -> Response {
        match self {
            Self::Rejected(rejection) => rejection.into_response(),
            Self::Fault(fault) => refused(fault),
        }
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Stopped;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Stopped> {
        // Both are noted of every request before it comes here.
        let internal = Stopped::Fault(Fault::Internal);
        let noted = (parts.extensions.get::<RequestId>(), parts.extensions.get::<ClientAddress>());
        let (Some(RequestId(request_id)), Some(address)) = noted else { return Err(internal) };
        let (request_id, address) = (*request_id, *address);
        let seen = state.authentication.viewer(&parts.method, &parts.headers, request_id, address).await;
        match seen.map_err(Stopped::Rejected)? {
            Some(seen) => Ok(Self(Scope::new(state.database.clone(), seen.viewer, state.clock, request_id))),
            None => Err(Stopped::Fault(Fault::Unauthenticated)),
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
    with_headers(fault, (status(fault), fault.message()).into_response())
}

/// The status of a refusal.
pub(super) fn status(fault: Fault) -> StatusCode {
    match fault {
        Fault::Unauthenticated => StatusCode::UNAUTHORIZED,
        Fault::NotFound => StatusCode::NOT_FOUND,
        Fault::BadInput(_) => StatusCode::BAD_REQUEST,
        Fault::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Fault::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The refusal with the headers that belong to it.
pub(super) fn with_headers(fault: Fault, mut response: Response) -> Response {
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
