//! GraphQL over HTTP (the GraphQL Foundation's specification): what is a request, and with which status it is answered.

use super::AppState;
use super::accept::{EVENT_STREAM, GRAPHQL_RESPONSE, JSON, accepted};
use super::authentication::{Credential, Rejection, Seen};
use super::client_address::ClientAddress;
use super::live::{self, Live};
use super::operation::Operation;
use super::request_id::RequestId;
use crate::access::Scope;
use crate::error::Fault;
use crate::language::Language;
use crate::schema::{Api, has_fault, refused};
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, Value};
use axum::body::Bytes;
use axum::extract::{Extension, RawQuery, State};
use axum::http::header::{ACCEPT_LANGUAGE, ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::IntoResponse;

/// Where the API is.
pub(super) const PATH: &str = "/graphql";

/// Answers a GraphQL request.
pub(super) async fn graphql(
    State(state): State<AppState>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    Extension(address): Extension<ClientAddress>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> axum::response::Response {
    let Some(media_type) = accepted(&headers) else {
        return plain(
            StatusCode::NOT_ACCEPTABLE,
            "This address answers with application/graphql-response+json or application/json, or with text/event-stream.",
        );
    };
    let events = media_type == EVENT_STREAM;
    let query = query.as_deref().unwrap_or_default();
    let operation = match read(&state.api, &method, &headers, query, &body, events) {
        Ok(operation) => operation,
        Err(answer) => return answer,
    };
    let seen = match state.authentication.viewer(&method, &headers, request_id, address).await {
        Ok(seen) => seen,
        Err(rejection) => return rejection.into_response(),
    };
    let language = headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok()).unwrap_or_default();
    let language = Language::accepted(language);
    let Some(seen) = seen else {
        let media_type = if events { GRAPHQL_RESPONSE } else { media_type };
        let response = state.api.execute(operation.to_request(), None, language).await;
        return written(&response, media_type, HeaderMap::new());
    };
    if events {
        return listen(&state.live, &headers, &seen, language, operation);
    }
    let scope = Scope::new(state.database.clone(), seen.viewer, state.clock, request_id);
    let mut request = operation.to_request().data(seen.channel);
    if let Some(hash) = seen.session {
        request = request.data(hash);
    }
    let response = state.api.execute(request, Some(&scope), language).await;
    let mut extra = HeaderMap::new();
    if state.server_timing {
        let value = format!("db;desc=\"statements={}\"", scope.statements() + seen.statements);
        extra.insert(HeaderName::from_static("server-timing"), HeaderValue::from_str(&value).expect("ASCII"));
    }
    written(&response, media_type, extra)
}

/// Answers with events for as long as the client listens.
fn listen(
    live: &Live,
    headers: &HeaderMap,
    seen: &Seen,
    language: Language,
    operation: Operation,
) -> axum::response::Response {
    match Credential::of_headers(headers) {
        Ok(Some(credential)) => live::answer_events(live, credential, seen.viewer.account_id(), language, operation),
        Ok(None) => Rejection::Internal.into_response(),
        Err(rejection) => rejection.into_response(),
    }
}

#[expect(clippy::result_large_err, reason = "an answer is what it is")]
fn read(
    api: &Api,
    method: &Method,
    headers: &HeaderMap,
    query: &str,
    body: &Bytes,
    events: bool,
) -> Result<Operation, axum::response::Response> {
    match *method {
        Method::GET => {
            let operation = operation_of_url(query)?;
            refuse_unsafe(api, operation.to_request(), events)?;
            Ok(operation)
        }
        Method::POST => {
            if !is_json(headers) {
                return Err(plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send the request as application/json."));
            }
            serde_json::from_slice(body).map_err(|error| bad_request(&error))
        }
        _ => {
            let mut answer =
                plain(StatusCode::METHOD_NOT_ALLOWED, "Send a GraphQL request by POST, or a query by GET.");
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST"));
            Err(answer)
        }
    }
}

/// The parameters of a GET; `variables` and `extensions` are JSON text there.
#[expect(clippy::result_large_err, reason = "an answer is what it is")]
fn operation_of_url(query: &str) -> Result<Operation, axum::response::Response> {
    let mut members = serde_json::Map::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let value = match &*name {
            "variables" | "extensions" if value.is_empty() => continue,
            "variables" | "extensions" => serde_json::from_str(&value).map_err(|error| bad_request(&error))?,
            _ => serde_json::Value::String(value.into_owned()),
        };
        members.insert(name.into_owned(), value);
    }
    serde_json::from_value(members.into()).map_err(|error| bad_request(&error))
}

/// A GET must be safe to repeat, so it may only read, or listen where events are asked for. The error answer comes before
/// anything runs.
#[expect(clippy::result_large_err, reason = "an answer is what it is")]
fn refuse_unsafe(api: &Api, mut request: Request, events: bool) -> Result<(), axum::response::Response> {
    let name = request.operation_name.clone();
    // A document that is too large, or does not parse, is answered as such later.
    if api.is_too_large(&request.query) {
        return Ok(());
    }
    let Ok(document) = request.parsed_query() else { return Ok(()) };
    let chosen = document
        .operations
        .iter()
        .filter(|(operation, _)| name.is_none() || operation.map(|n| n.as_str()) == name.as_deref());
    let is_safe = |kind| kind == OperationType::Query || (events && kind == OperationType::Subscription);
    if !chosen.into_iter().all(|(_, operation)| is_safe(operation.node.ty)) {
        let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "Only queries may be sent by GET. Send this by POST.");
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return Err(answer);
    }
    Ok(())
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|header| header.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(JSON)
}

fn bad_request(error: &serde_json::Error) -> axum::response::Response {
    // serde_json quotes what it found; only where it was found is safe to repeat.
    let place =
        if error.is_data() { String::new() } else { format!(" at line {}, column {}", error.line(), error.column()) };
    let kind = if error.is_data() { "one JSON object with a string `query`" } else { "JSON" };
    plain(
        StatusCode::BAD_REQUEST,
        &format!("The request is not {kind}{place}. One request at a time; batches are not taken."),
    )
}

/// Gives what the layers below refuse or break off at the address of the API the form of its other answers.
pub(super) async fn refusals_in_form(request: axum::extract::Request, next: Next) -> axum::response::Response {
    let is_api = request.uri().path() == PATH;
    let response = next.run(request).await;
    // What the API answers itself is JSON, or becomes a WebSocket.
    let is_own = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    if !is_api
        || is_own
        || response.headers().get(CONTENT_TYPE).is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"))
    {
        return response;
    }
    let status = response.status();
    let (message, code) = match status {
        StatusCode::BAD_REQUEST => ("The request broke off.", "BAD_REQUEST"),
        StatusCode::REQUEST_TIMEOUT => ("The request came too slowly. Send it again.", "BAD_REQUEST"),
        StatusCode::PAYLOAD_TOO_LARGE => ("The request is too large. Split it.", Fault::BadInput("").code()),
        StatusCode::SERVICE_UNAVAILABLE => {
            ("This took too long. Ask for less, or try again.", Fault::Unavailable.code())
        }
        _ => (Fault::Internal.message(), Fault::Internal.code()),
    };
    let body = serde_json::json!({ "errors": [{ "message": message, "extensions": { "code": code } }] });
    let mut answer = (status, axum::Json(body)).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    if status == StatusCode::REQUEST_TIMEOUT {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

/// An answer to what is no GraphQL request.
pub(super) fn plain(status: StatusCode, message: &str) -> axum::response::Response {
    let body = serde_json::json!({ "errors": [{ "message": message, "extensions": { "code": "BAD_REQUEST" } }] });
    (status, axum::Json(body)).into_response()
}

/// Writes a GraphQL response with the status that the media type asks for.
fn written(response: &Response, media_type: &'static str, extra: HeaderMap) -> axum::response::Response {
    let status = status(response, media_type);
    let mut answer = (status, [(CONTENT_TYPE, content_type(media_type))], body(response)).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    if status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer.headers_mut().extend(extra);
    answer
}

/// The response as JSON. What was not executed has no `data` entry.
fn body(response: &Response) -> Vec<u8> {
    let written = match not_executed(response) {
        true => serde_json::to_vec(&serde_json::json!({ "errors": response.errors })),
        false => serde_json::to_vec(response),
    };
    written.unwrap_or_else(|error| {
        tracing::error!(%error, "a response cannot be written");
        serde_json::to_vec(&refused(Fault::Internal)).unwrap_or_default()
    })
}

/// Whether the request ended before its execution began: it did not parse, was not valid, or was refused.
fn not_executed(response: &Response) -> bool {
    response.is_err() && response.data == Value::Null && response.errors.iter().all(|error| error.path.is_empty())
}

fn content_type(media_type: &'static str) -> HeaderValue {
    HeaderValue::from_static(match media_type {
        GRAPHQL_RESPONSE => "application/graphql-response+json; charset=utf-8",
        _ => "application/json; charset=utf-8",
    })
}

/// 503 where the database is away, whatever the media type. With `application/json` everything else is 200, as clients of
/// that type expect; otherwise a request that was not executed is 401 or 400.
fn status(response: &Response, media_type: &'static str) -> StatusCode {
    if has_fault(response, Fault::Unavailable) {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    if media_type == JSON || !not_executed(response) {
        return StatusCode::OK;
    }
    if has_fault(response, Fault::Unauthenticated) { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST }
}
