//! The public page that says whether a certificate is valid, and nothing else: `GET /verify/{number}`, which the QR code
//! leads to, and `GET /verify` with a form for the number. Nobody need sign in, and nothing runs in the browser.

use super::AppState;
use super::rate_limits::TooMany;
use super::sign_in::page::{Asked, protect};
use crate::access;
use crate::language::Message;
use crate::training::certificates::rules::{self, Validity};
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use serde::Deserialize;

/// The longest text that is looked at as a number.
const LONGEST: usize = 40;

/// The routes.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/verify", get(typed)).route("/verify/{number}", get(scanned))
}

/// What the form sends.
#[derive(Deserialize)]
struct Form {
    number: Option<String>,
}

/// What the page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finding {
    /// Nothing was asked yet.
    Nothing,
    /// This is no number: a digit of it is wrong.
    NoNumber,
    /// No certificate has this number.
    Unknown,
    /// There is such a certificate, and it is valid or it is not.
    Known(Validity),
    /// Too much was asked from this address.
    TooMany(TooMany),
    /// The database does not answer.
    Unavailable,
}

#[derive(Template)]
#[template(path = "http/verification/page.html")]
struct Page<'a> {
    language: &'a str,
    title: &'a str,
    finding: Option<&'a str>,
    label: &'a str,
    written: &'a str,
    explanation: &'a str,
    ask: &'a str,
}

async fn typed(State(state): State<AppState>, asked: Asked, Query(form): Query<Form>) -> Response {
    answer(&state, &asked, &form.number.unwrap_or_default()).await
}

async fn scanned(State(state): State<AppState>, asked: Asked, Path(number): Path<String>) -> Response {
    answer(&state, &asked, &number).await
}

async fn answer(state: &AppState, asked: &Asked, written: &str) -> Response {
    let written: String = written.trim().chars().take(LONGEST).collect();
    let finding = match state.authentication.limits.anonymous(asked.address) {
        Ok(()) => find(state, &written).await,
        Err(too_many) => Finding::TooMany(too_many),
    };
    page(asked, finding, &written)
}

async fn find(state: &AppState, written: &str) -> Finding {
    if written.is_empty() {
        return Finding::Nothing;
    }
    let Some(number) = rules::number(written) else { return Finding::NoNumber };
    match state.database.standing_of_certificate(&number).await {
        Ok(Some(standing)) => Finding::Known(rules::validity(&standing, state.clock.today())),
        Ok(None) => Finding::Unknown,
        Err(access::Error::Unavailable(error)) => {
            tracing::warn!(%error, "verification");
            Finding::Unavailable
        }
        Err(error) => {
            tracing::error!(%error, "verification");
            Finding::Unavailable
        }
    }
}

impl Finding {
    fn status(self) -> StatusCode {
        match self {
            Self::Nothing | Self::Known(_) => StatusCode::OK,
            Self::NoNumber | Self::Unknown => StatusCode::NOT_FOUND,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn retry_after(self) -> Option<u64> {
        match self {
            Self::TooMany(too_many) => Some(too_many.wait_seconds),
            Self::Unavailable => Some(5),
            _ => None,
        }
    }

    fn message(self) -> Option<Message> {
        Some(match self {
            Self::Nothing => return None,
            Self::NoNumber => Message::new("verify-no-number"),
            Self::Unknown => Message::new("verify-unknown"),
            Self::Known(Validity::Valid) => Message::new("verify-valid"),
            Self::Known(Validity::Expired) => Message::new("verify-expired"),
            Self::Known(Validity::Revoked) => Message::new("verify-revoked"),
            Self::Known(Validity::Replaced) => Message::new("verify-replaced"),
            Self::Known(Validity::ProgrammeWithdrawn) => Message::new("verify-programme-withdrawn"),
            Self::TooMany(_) => Message::new("verify-too-many"),
            Self::Unavailable => Message::new("verify-unavailable"),
        })
    }
}

fn page(asked: &Asked, finding: Finding, written: &str) -> Response {
    let say = |message: Message| asked.language.say(&message);
    let finding_in_words = finding.message().map(say);
    let page = Page {
        language: asked.language.tag(),
        title: &say(Message::new("verify-title")),
        finding: finding_in_words.as_deref(),
        label: &say(Message::new("verify-number")),
        written,
        explanation: &say(Message::new("verify-explanation")),
        ask: &say(Message::new("verify-ask")),
    };
    let mut response = match page.render() {
        Ok(page) => (finding.status(), Html(page)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    protect(response.headers_mut());
    if let Some(seconds) = finding.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

#[cfg(test)]
mod tests;
