//! What calendars and projectors need of training, which speak no GraphQL.
//!
//! | route | what it answers with |
//! | --- | --- |
//! | `GET /calendar.ics?key={key}` | the sessions of the member who made this address; nobody signs in |
//! | `GET /sessions/{id}/calendar.ics` | a session, for those who see it |
//! | `GET /days/{id}/code.svg` | the code in the room as a picture, for those who train the session |

use super::AppState;
use super::authentication::Rejection;
use super::client_address::ClientAddress;
use super::files::{SignedIn, attachment, refused};
use super::rate_limits::Fingerprint;
use super::request_id::RequestId;
use crate::access::{CalendarHolder, Scope};
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::language::Language;
use crate::training::attendance::picture::{self, Picture};
use crate::training::calendar::address::{self, Key};
use crate::training::calendar::{entries, reading};
use axum::Router;
use axum::extract::{Extension, Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, header};
use std::collections::HashMap;
use uuid::Uuid;

/// The routes.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(address::PATH, get(of_member))
        .route("/sessions/{id}/calendar.ics", get(of_session))
        .route("/days/{id}/code.svg", get(code))
}

async fn of_member(
    State(state): State<AppState>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    Extension(address): Extension<ClientAddress>,
    Query(parameters): Query<HashMap<String, String>>,
) -> Response {
    let key = parameters.get("key").map(String::as_str).unwrap_or_default();
    match holder(&state, key, address).await {
        Ok(Some(holder)) => feed(&state, holder, request_id).await.unwrap_or_else(refused),
        Ok(None) => refused(Fault::NotFound),
        Err(rejection) => rejection.into_response(),
    }
}

/// Whose calendar a key opens. Keys that open none count against the address, as other credentials do.
async fn holder(state: &AppState, written: &str, address: ClientAddress) -> Result<Option<CalendarHolder>, Rejection> {
    let authentication = &state.authentication;
    let credential = Fingerprint::of(written.as_bytes());
    authentication.limits.credential(address, credential)?;
    let found = match Key::read(written) {
        Some(key) => authentication.gate.viewer_of_calendar(key.feed, &key.hash()).await?,
        None => None,
    };
    authentication.limits.note(credential, found.as_ref().map(|holder| &holder.viewer));
    match &found {
        Some(holder) => authentication.limits.viewer(&holder.viewer)?,
        None => authentication.limits.anonymous(address)?,
    }
    Ok(found)
}

async fn feed(state: &AppState, holder: CalendarHolder, request_id: Uuid) -> Result<Response, Fault> {
    let scope = Scope::new(state.database.clone(), holder.viewer, state.clock, request_id);
    let entries = reading::of_member(&scope, holder.trains).await?;
    scope.finish().await?;
    Ok(calendar(&scope, &entries, Language::accepted(&holder.language)))
}

async fn of_session(SignedIn(scope): SignedIn, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let Some(key) = ids::decode(ObjectType::TrainingSession, &id) else { return refused(Fault::NotFound) };
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok()).unwrap_or_default();
    match reading::of_session(&scope, key).await {
        Ok(Some(entries)) => calendar(&scope, &entries, Language::accepted(accepted)),
        Ok(None) => refused(Fault::NotFound),
        Err(fault) => refused(fault),
    }
}

fn calendar(scope: &Scope, entries: &[entries::Entry], language: Language) -> Response {
    let calendar = entries::calendar(entries, language, scope.now());
    attachment(calendar, "text/calendar; charset=utf-8", "calendar.ics")
}

async fn code(SignedIn(scope): SignedIn, Path(id): Path<String>) -> Response {
    let Some(key) = ids::decode(ObjectType::TrainingDay, &id) else { return refused(Fault::NotFound) };
    match picture::of_day(&scope, key).await {
        Ok(Some(picture)) => shown(picture),
        Ok(None) => refused(Fault::NotFound),
        Err(fault) => refused(fault),
    }
}

/// A picture that a browser shows by itself, and replaces when the next code takes its place. Nothing runs in it, and no
/// other site embeds it; the headers of every answer say so.
fn shown(picture: Picture) -> Response {
    let mut response = picture.svg.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    headers.insert(header::REFRESH, picture.shown_for_seconds.into());
    response
}
