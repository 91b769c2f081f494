//! Every request has an id: in the log, in the audit trail, and in the response's `X-Request-Id`. What is no request, because
//! its head is garbled or too long, is refused by the HTTP library with a bare status: without an id, and without other headers.

use super::AppState;
use crate::ids;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

/// The id of a request. It is ours, whatever the client sends.
#[derive(Clone, Copy, Debug)]
pub struct RequestId(pub Uuid);

/// Gives the request its id and a span of its own. Neither variables nor tokens are ever in that span.
pub(super) async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = ids::new_key(state.clock.now());
    request.extensions_mut().insert(RequestId(id));
    let span = tracing::info_span!("request", %id, method = %request.method(), path = request.uri().path());
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| tracing::info!(status = response.status().as_u16(), "answered"));
    let value = HeaderValue::from_str(&id.to_string()).expect("a UUID is ASCII");
    response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    response
}
