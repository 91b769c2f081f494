//! Lists of past participants, sent by those who train.
//!
//! | route | what it does |
//! | --- | --- |
//! | `GET /participants/template.csv` | answers with an empty list |
//! | `POST /participants` | imports a list; with `?dryRun=true` it says what that would come to |
//!
//! A list is larger than any other request, so that it is read only once it is known who sends it.

use super::AppState;
use super::body_limit::{self, BodyLimit};
use super::files::{self, SignedIn, Stopped};
use crate::access::{Permission, Scope};
use crate::error::Fault;
use crate::language::Language;
use crate::training::import::{self, Format, Report};
use axum::body::Body;
use axum::extract::{Extension, Query};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::header::{ACCEPT_LANGUAGE, CONNECTION, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};
use serde::Deserialize;
use serde_json::json;

/// Where lists are sent.
pub(super) const PATH: &str = "/participants";

/// The routes, with the limits of lists.
pub(super) fn routes(limit: BodyLimit) -> Router<AppState> {
    Router::new().route(PATH, post(send)).route("/participants/template.csv", get(template)).layer(Extension(limit))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Parameters {
    #[serde(default)]
    dry_run: bool,
}

async fn template(SignedIn(scope): SignedIn, headers: HeaderMap) -> Response {
    if !Permission::Train.is_given_to(scope.viewer()) {
        return refused(Fault::NotFound);
    }
    let named: [(HeaderName, &str); 2] =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"participants.csv\"")];
    (named, import::template(language(&headers))).into_response()
}

async fn send(
    signed_in: Result<SignedIn, Stopped>,
    parameters: Result<Query<Parameters>, axum::extract::rejection::QueryRejection>,
    Extension(limit): Extension<BodyLimit>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let allowed = allowed(signed_in, parameters, &headers);
    let (scope, format, dry) = match allowed {
        Ok(allowed) => allowed,
        Err(response) => {
            // Whoever is still writing when the connection closes never sees the answer.
            let _ = body_limit::read(body, limit.of_nothing()).await;
            return response;
        }
    };
    let turn = import::turn().await;
    let bytes = match body_limit::read(body, limit).await {
        Ok(bytes) => bytes,
        Err(status) => return not_read(status),
    };
    let report = match turn {
        Ok(_turn) => import::run(&scope, format, bytes.into(), dry).await,
        Err(fault) => Err(fault),
    };
    match report {
        Ok(report) => answer(&report, dry, language(&headers)),
        Err(fault) => refused(fault),
    }
}

/// Who sends what, where it may.
#[expect(clippy::result_large_err, reason = "an answer is what it is")]
fn allowed(
    signed_in: Result<SignedIn, Stopped>,
    parameters: Result<Query<Parameters>, axum::extract::rejection::QueryRejection>,
    headers: &HeaderMap,
) -> Result<(Scope, Format, bool), Response> {
    let SignedIn(scope) = signed_in.map_err(|stopped| match stopped {
        Stopped::Rejected(rejection) => rejection.into_response(),
        Stopped::Fault(fault) => refused(fault),
    })?;
    if !Permission::Train.is_given_to(scope.viewer()) {
        return Err(refused(Fault::NotFound));
    }
    let unknown = |_| refused(Fault::BadInput("This address takes one parameter: dryRun, which is true or false."));
    let Query(Parameters { dry_run }) = parameters.map_err(unknown)?;
    match format(headers) {
        Some(format) => Ok((scope, format, dry_run)),
        None => Err(error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send the list as text/csv or as XLSX.", "BAD_INPUT")),
    }
}

fn format(headers: &HeaderMap) -> Option<Format> {
    let kind = headers.get(CONTENT_TYPE).and_then(|header| header.to_str().ok()).unwrap_or_default();
    match &*kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase() {
        "text/csv" => Some(Format::Csv),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some(Format::Xlsx),
        _ => None,
    }
}

pub(super) fn language(headers: &HeaderMap) -> Language {
    let header = headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok()).unwrap_or_default();
    Language::accepted(header)
}

/// What a list comes to: 200 where it is good, 422 where nothing of it is imported.
fn answer(report: &Report, dry: bool, language: Language) -> Response {
    let errors = report.findings.iter().map(|finding| {
        let said = finding.problem.in_words(language);
        let code = async_graphql::resolver_utils::enum_value(said.code);
        json!({ "line": finding.line, "code": code, "field": said.field, "message": said.message })
    });
    let errors: Vec<_> = errors.collect();
    let status = if report.found == 0 { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let body = json!({
        "dryRun": dry,
        "lines": report.lines,
        "sessionsAdded": report.sessions_added,
        "sessionsThere": report.sessions_there,
        "participantsAdded": report.participants_added,
        "participantsThere": report.participants_there,
        "linesRepeated": report.lines_repeated,
        "attendanceAdded": report.attendance_added,
        "errorCount": report.found,
        "userErrors": errors,
    });
    (status, Json(body)).into_response()
}

fn not_read(status: StatusCode) -> Response {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => error(status, "The list is too large. Split it.", "BAD_INPUT"),
        StatusCode::REQUEST_TIMEOUT => {
            let answer = error(status, "The list came too slowly. Send it again.", "BAD_REQUEST");
            // What is still to come must not be taken for the next request.
            ([(CONNECTION, "close")], answer).into_response()
        }
        status => error(status, "The request broke off.", "BAD_REQUEST"),
    }
}

pub(super) fn refused(fault: Fault) -> Response {
    files::with_headers(fault, error(files::status(fault), fault.message(), fault.code()))
}

/// A refusal in the form of every other one.
pub(super) fn error(status: StatusCode, message: &str, code: &str) -> Response {
    (status, Json(json!({ "errors": [{ "message": message, "extensions": { "code": code } }] }))).into_response()
}
