//! Certificates as PDF, for those who see them.
//!
//! | route | what it answers with |
//! | --- | --- |
//! | `GET /certificates/{number}.pdf` | one certificate |
//! | `GET /sessions/{id}/certificates.pdf` | those of a session, for whoever trains it |
//!
//! Hundreds take a while. To whoever accepts `text/event-stream` the second route says how far it is, and then hands out the same
//! file within the last event:
//!
//! | event | its data |
//! | --- | --- |
//! | `progress` | `{"drawn": 40, "of": 320}` |
//! | `file` | `{"name": "UV.pdf", "mediaType": "application/pdf", "base64": "…"}` |
//! | `failed` | what went wrong, in words; there is no file |

use super::AppState;
use super::accept::{EVENT_STREAM, accepted};
use super::files::{SignedIn, attachment, refused};
use crate::access::Scope;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::training::certificates::printing::{self, Batch, File};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::Stream;
use futures_util::stream::unfold;
use serde_json::json;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use url::Url;

const PDF: &str = "application/pdf";

/// How long it is drawn between two words about it.
const BETWEEN: Duration = Duration::from_millis(200);

/// The routes.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/certificates/{file}", get(certificate))
        .route("/sessions/{id}/certificates.pdf", get(of_session))
}

async fn certificate(State(state): State<AppState>, SignedIn(scope): SignedIn, Path(file): Path<String>) -> Response {
    let Some(number) = file.strip_suffix(".pdf") else { return refused(Fault::NotFound) };
    match printing::one(&scope, number, &state.authentication.public_url).await {
        Ok(Some(file)) => attachment(file.bytes, PDF, &file.name),
        Ok(None) => refused(Fault::NotFound),
        Err(fault) => refused(fault),
    }
}

async fn of_session(
    State(state): State<AppState>,
    SignedIn(scope): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(key) = ids::decode(ObjectType::TrainingSession, &id) else { return refused(Fault::NotFound) };
    let batch = match printing::batch(&scope, key).await {
        Ok(Some(batch)) => batch,
        Ok(None) => return refused(Fault::NotFound),
        Err(fault) => return refused(fault),
    };
    let public_url = state.authentication.public_url.clone();
    if accepted(&headers) == Some(EVENT_STREAM) {
        return Sse::new(told(scope, batch, public_url)).keep_alive(KeepAlive::default()).into_response();
    }
    match batch.draw(&scope, &public_url, watch::Sender::default()).await {
        Ok(file) => attachment(file.bytes, PDF, &file.name),
        Err(fault) => refused(fault),
    }
}

/// Certificates that are being drawn. Whoever does not listen any more has nothing drawn any more.
struct Drawing {
    work: Pin<Box<dyn Future<Output = Result<File, Fault>> + Send>>,
    drawn: watch::Receiver<usize>,
    of: u64,
    begun: bool,
    over: bool,
}

impl Drawing {
    fn progress(&self) -> Event {
        let progress = json!({ "drawn": *self.drawn.borrow(), "of": self.of });
        Event::default().event("progress").data(progress.to_string())
    }
}

/// How far it is, and in the end the file.
fn told(scope: Scope, batch: Batch, public_url: Arc<Url>) -> impl Stream<Item = Result<Event, Infallible>> {
    let (progress, drawn) = watch::channel(0);
    let of = batch.count;
    let work = Box::pin(async move { batch.draw(&scope, &public_url, progress).await });
    unfold(Drawing { work, drawn, of, begun: false, over: false }, |mut drawing| async move {
        if drawing.over {
            return None;
        }
        if !std::mem::replace(&mut drawing.begun, true) {
            return Some((Ok(drawing.progress()), drawing));
        }
        let event = tokio::select! {
            done = &mut drawing.work => {
                drawing.over = true;
                end(done)
            }
            () = tokio::time::sleep(BETWEEN) => drawing.progress(),
        };
        Some((Ok(event), drawing))
    })
}

fn end(done: Result<File, Fault>) -> Event {
    match done {
        Ok(file) => {
            let file = json!({ "name": file.name, "mediaType": PDF, "base64": STANDARD.encode(file.bytes) });
            Event::default().event("file").data(file.to_string())
        }
        Err(fault) => Event::default().event("failed").data(fault.message()),
    }
}
