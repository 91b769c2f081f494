//! Server-sent events: the answers of one operation, as they come.

use crate::response::Response;
use reqwest::RequestBuilder;
use std::time::Duration;
use tokio::time::timeout;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream of events.
#[derive(Debug)]
pub struct Events {
    response: reqwest::Response,
    buffer: String,
}

impl Events {
    pub(crate) async fn of(request: RequestBuilder) -> Events {
        Events { response: request.send().await.expect("the server answers"), buffer: String::new() }
    }

    /// The media type of the stream.
    pub fn media_type(&self) -> &str {
        let media_type = self.response.headers().get("content-type").expect("a media type");
        media_type.to_str().expect("text")
    }

    /// The next event, its name and its data; nothing at the end of the stream.
    pub async fn next(&mut self) -> Option<(String, String)> {
        loop {
            if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let found = line("event:").map(|name| (name.to_owned(), line("data:").unwrap_or_default().to_owned()));
                self.buffer = rest.to_owned();
                // What has no name is a sign of life.
                if found.is_some() {
                    return found;
                }
                continue;
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await.expect("an event within the time of a test");
            let chunk = chunk.ok().flatten()?;
            self.buffer.push_str(std::str::from_utf8(&chunk).expect("events are text"));
        }
    }

    /// The first answer. Where the server wanted to send no events, what it said instead.
    pub async fn first(mut self) -> Response {
        let (status, headers) = (self.response.status(), self.response.headers().clone());
        if !self.media_type().starts_with("text/event-stream") {
            return Response::part(status, headers, self.response.text().await.expect("text"));
        }
        let (_, data) = self.next().await.expect("an event");
        Response::part(status, headers, data)
    }
}
