//! Files of reports, through links that the API gives.
//!
//! | route | what it does |
//! | --- | --- |
//! | `PUT /attachments/{id}?until=…&signature=…` | takes the bytes of an announced file |
//! | `GET /attachments/{id}?until=…&signature=…` | answers with a file |
//!
//! A file is larger than most requests and takes longer, so that these routes have limits of their own; and its bytes are read
//! only once it is known that they are expected, and there is room for them.

use super::AppState;
use super::body_limit::{self, BodyLimit};
use super::files::{self, SignedIn, Stopped};
use super::participants::{error, language, refused};
use crate::attachments::{self, Download, Files, Link, Received, Refused, rules};
use crate::config;
use crate::error::{Fault, Problem, UserErrorCode};
use crate::ids::{self, ObjectType};
use crate::language::{Language, Message};
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Extension, Path, Query};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{CONNECTION, CONTENT_LENGTH, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use serde_json::json;
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;

/// How much longer than its arrival and the scanner a file may take: waiting for its turn, and being kept.
const BESIDE: Duration = Duration::from_secs(60);

type Parameters = Result<Query<Link>, QueryRejection>;

/// The routes, with their limits.
pub(super) fn routes(files: Files, settings: &config::Attachments) -> Router<AppState> {
    let time = Duration::from_secs(settings.upload_seconds);
    let scanned = Duration::from_secs(settings.scanner_seconds.get().into());
    Router::new()
        .route(&format!("{}/{{id}}", attachments::PATH), get(fetch).put(send))
        .layer(Extension(files))
        .layer(Extension(BodyLimit::new(settings.largest, time)))
        .layer(DefaultBodyLimit::disable())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time + scanned + BESIDE))
}

async fn send(
    signed_in: Result<SignedIn, Stopped>,
    Path(id): Path<String>,
    link: Parameters,
    Extension(files): Extension<Files>,
    Extension(limit): Extension<BodyLimit>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let language = language(&headers);
    match take_in(signed_in, &id, link, (&files, limit), declared(&headers), body).await {
        Ok(received) => acknowledged(&received),
        Err(Stop::Answer(response)) => *response,
        Err(Stop::Refused(refused)) => told(refused, language),
        Err(Stop::TooLarge) => problem(StatusCode::PAYLOAD_TOO_LARGE, &rules::too_large(files.terms()), language),
    }
}

/// Why nothing was taken in.
enum Stop {
    Answer(Box<Response>),
    Refused(Refused),
    TooLarge,
}

async fn take_in(
    signed_in: Result<SignedIn, Stopped>,
    id: &str,
    link: Parameters,
    (files, limit): (&Files, BodyLimit),
    declared: Option<u64>,
    body: Body,
) -> Result<Received, Stop> {
    let expected = match (signed_in, link) {
        (Err(stopped), _) => Err(Stop::Answer(Box::new(stopped.into_response()))),
        (_, Err(_)) => Err(Stop::Refused(Refused::Fault(Fault::NotFound))),
        (Ok(SignedIn(scope)), Ok(Query(link))) => match attachments::expect(files, &scope, id, &link).await {
            Ok(_) if declared.is_some_and(|length| length > files.terms().largest as u64) => Err(Stop::TooLarge),
            Ok(expected) => Ok((scope, expected)),
            Err(refused) => Err(Stop::Refused(refused)),
        },
    };
    let (scope, expected) = match expected {
        Ok(expected) => expected,
        Err(stop) => {
            // Whoever is still writing when the connection closes never sees the answer.
            let _ = body_limit::read(body, limit.of_nothing()).await;
            return Err(stop);
        }
    };
    let sent = body_limit::read(body, limit).await.map_err(not_read)?;
    attachments::receive(files, &scope, expected, sent).await.map_err(Stop::Refused)
}

/// How long the sender says the file is.
fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn not_read(status: StatusCode) -> Stop {
    Stop::Answer(Box::new(match status {
        StatusCode::PAYLOAD_TOO_LARGE => return Stop::TooLarge,
        StatusCode::REQUEST_TIMEOUT => {
            let answer = error(status, "The file came too slowly. Send it again.", "BAD_REQUEST");
            // What is still to come must not be taken for the next request.
            ([(CONNECTION, "close")], answer).into_response()
        }
        status => error(status, "The request broke off.", "BAD_REQUEST"),
    }))
}

/// 201 where it was kept just now, 200 where it was there already.
fn acknowledged(received: &Received) -> Response {
    let status = if received.new { StatusCode::CREATED } else { StatusCode::OK };
    let row = &received.row;
    let body = json!({ "id": ids::encode(ObjectType::Attachment, row.id), "size": row.size });
    (status, Json(body)).into_response()
}

async fn fetch(
    SignedIn(scope): SignedIn,
    Path(id): Path<String>,
    link: Parameters,
    Extension(files): Extension<Files>,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(link)) = link else { return refused(Fault::NotFound) };
    match attachments::download(&files, &scope, &id, &link).await {
        Ok(download) => handed_out(download),
        Err(refused) => told(refused, language(&headers)),
    }
}

/// A file that browsers save rather than show. The headers of every answer let nobody keep or embed it, or guess what it is.
fn handed_out(download: Download) -> Response {
    let Download { media_type, name, size, bytes } = download;
    let mut response = files::attachment(Body::from_stream(bytes), media_type, &name);
    response.headers_mut().insert(CONTENT_LENGTH, size.into());
    response
}

fn told(why: Refused, language: Language) -> Response {
    match why {
        Refused::Fault(fault) => refused(fault),
        Refused::Over => error(StatusCode::GONE, "This link has ended. Ask for a new one.", "LINK_ENDED"),
        Refused::Busy => later("Many files are being sent. Try again soon.", "BUSY"),
        Refused::Away => later("Files cannot be kept or fetched at the moment. Try again soon.", "STORE_UNAVAILABLE"),
        Refused::Lost => {
            let why = Problem::new(UserErrorCode::NotFound, "", Message::new("attachment-lost"));
            problem(StatusCode::GONE, &why, language)
        }
        Refused::Full => {
            let message = "There is no room for files at the moment. Nothing of it was kept; send it again later.";
            error(StatusCode::INSUFFICIENT_STORAGE, message, "STORAGE_FULL")
        }
        Refused::Problem(why) => {
            let conflict = matches!(why.code, UserErrorCode::Taken | UserErrorCode::WrongState);
            problem(if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY }, &why, language)
        }
    }
}

fn later(message: &str, code: &str) -> Response {
    ([(RETRY_AFTER, "10")], error(StatusCode::SERVICE_UNAVAILABLE, message, code)).into_response()
}

/// A refusal in the form of those that mutations answer with.
fn problem(status: StatusCode, why: &Problem, language: Language) -> Response {
    let said = why.in_words(language);
    let code = async_graphql::resolver_utils::enum_value(said.code);
    (status, Json(json!({ "userErrors": [{ "code": code, "message": said.message }] }))).into_response()
}
