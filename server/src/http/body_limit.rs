//! The limits of request bodies: size and time.

use crate::config;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONNECTION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use std::time::Duration;

/// How much of a body that is too large is still read, in bytes, and thrown away.
const DISCARDED: usize = 100_000_000;

/// How large a body may be, and how long it may take to arrive.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyLimit {
    largest: usize,
    time: Duration,
}

impl BodyLimit {
    pub(super) fn of(settings: &config::Http) -> Self {
        Self { largest: settings.largest_body, time: Duration::from_secs(settings.body_seconds) }
    }

    /// Those of something else that is sent.
    pub(super) fn new(largest: usize, time: Duration) -> Self {
        Self { largest, time }
    }

    /// Those of lists.
    pub(super) fn of_lists(settings: &config::Http) -> Self {
        Self { largest: settings.largest_list, ..Self::of(settings) }
    }

    /// The same time, for what is thrown away.
    pub(super) fn of_nothing(self) -> Self {
        Self { largest: 0, ..self }
    }
}

/// Reads the body before the request goes on. One that is too slow is answered 408, one that is too large 413. What is too much is read and
/// thrown away all the same, for a client that is still writing when the connection closes never sees the answer.
pub(super) async fn limit(State(limit): State<BodyLimit>, request: Request, next: Next) -> Response {
    // Its own limits stand behind the question who asks.
    if request.uri().path() == super::participants::PATH {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match read(body, limit).await {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        // What is still to come must not be taken for the next request.
        Err(StatusCode::REQUEST_TIMEOUT) => (StatusCode::REQUEST_TIMEOUT, [(CONNECTION, "close")]).into_response(),
        Err(status) => status.into_response(),
    }
}

/// A body within these limits, or the status of the refusal.
pub(super) async fn read(body: Body, limit: BodyLimit) -> Result<Bytes, StatusCode> {
    tokio::time::timeout(limit.time, whole(body, limit.largest)).await.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT))
}

async fn whole(body: Body, largest: usize) -> Result<Bytes, StatusCode> {
    let mut stream = body.into_data_stream();
    let (mut kept, mut length) = (Vec::new(), 0_usize);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| StatusCode::BAD_REQUEST)?;
        length = length.saturating_add(chunk.len());
        if length > DISCARDED {
            break;
        }
        if length > largest {
            kept = Vec::new();
        } else {
            kept.extend_from_slice(&chunk);
        }
    }
    if length > largest { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(kept.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_is_whole_or_refused() {
        for (length, expected) in [(0, Ok(0)), (10, Ok(10)), (11, Err(StatusCode::PAYLOAD_TOO_LARGE))] {
            let chunks =
                vec![1_u8; length].chunks(3).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect::<Vec<_>>();
            let body = Body::from_stream(futures_util::stream::iter(chunks));
            assert_eq!(whole(body, 10).await.map(|body| body.len()), expected, "{length}");
        }
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_refused() {
        let chunks = [Ok(vec![1_u8]), Err(std::io::Error::other("gone"))];
        let body = Body::from_stream(futures_util::stream::iter(chunks));
        assert_eq!(whole(body, 10).await, Err(StatusCode::BAD_REQUEST));
    }
}
