//! Server-sent events, one operation a request ("distinct connections" of the protocol GraphQL over SSE).

use super::subscription::{Event as Happening, Subscription};
use super::{Live, Place};
use crate::http::authentication::Credential;
use crate::http::operation::Operation;
use crate::language::Language;
use async_graphql::Response as Answer;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use http::{HeaderValue, StatusCode, header};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// Answers with the events of an operation that the holder of a credential asks for, until it ends or the client leaves.
pub(in crate::http) fn answer(
    live: &Live,
    credential: Credential,
    account: Option<Uuid>,
    language: Language,
    operation: Operation,
) -> Response {
    let Some(place) = account.and_then(|account| live.admit(account)) else {
        return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "60")], "Too many of yours are open.")
            .into_response();
    };
    let subscription = Subscription::new(live, credential, language, operation).counted();
    let state = State { subscription, ending: live.ending.subscribe(), next: Next::Event, _place: place };
    let every = Duration::from_secs(live.settings.ping_seconds.max(1));
    let mut answer = Sse::new(unfold(state, State::step)).keep_alive(KeepAlive::new().interval(every)).into_response();
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

struct State {
    subscription: Subscription,
    ending: watch::Receiver<bool>,
    next: Next,
    _place: Place,
}

/// What the stream holds next.
enum Next {
    Event,
    Complete,
    Nothing,
}

impl State {
    async fn step(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let event = match self.next {
            Next::Nothing => return None,
            Next::Complete => {
                self.next = Next::Nothing;
                Event::default().event("complete").data("")
            }
            Next::Event => {
                let happening = tokio::select! {
                    happening = self.subscription.next() => happening,
                    // The client comes back by itself and is told at once where things stand.
                    _ = self.ending.wait_for(|ending| *ending) => return None,
                };
                self.told(happening)?
            }
        };
        Some((Ok(event), self))
    }

    fn told(&mut self, happening: Happening) -> Option<Event> {
        let response = match happening {
            Happening::Next(response) => response,
            Happening::Only(response) | Happening::Failed(response) => {
                self.next = Next::Complete;
                response
            }
            // Whoever asks again is told why.
            Happening::NoAccess => return None,
        };
        Some(next(&response))
    }
}

fn next(response: &Answer) -> Event {
    Event::default().event("next").data(serde_json::to_string(response).unwrap_or_default())
}
