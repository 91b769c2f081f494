//! A WebSocket that speaks `graphql-transport-ws`, and waits no longer than a test can.

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::Url;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// The protocol of the API.
pub const PROTOCOL: &str = "graphql-transport-ws";

/// An open WebSocket.
#[derive(Debug)]
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens one; the status is the answer of a server that does not want it.
    pub async fn open(url: Url, headers: &HeaderMap, protocol: &str) -> Result<Socket, u16> {
        let mut url = url;
        url.set_scheme("ws").expect("http becomes ws");
        let mut request = url.as_str().into_client_request().expect("an address");
        request.headers_mut().extend(headers.clone());
        if !protocol.is_empty() {
            request.headers_mut().insert("sec-websocket-protocol", protocol.parse().expect("a header's value"));
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Socket(stream)),
            // This client refuses an answer that accepts none of its protocols; the server's word is what counts.
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("no WebSocket: {error}"),
        }
    }

    /// Sends a message of the protocol.
    pub async fn say(&mut self, message: &Value) {
        self.send(&message.to_string()).await;
    }

    /// Sends any text.
    pub async fn send(&mut self, text: &str) {
        self.0.send(Message::Text(text.into())).await.expect("the socket is open");
    }

    /// The next message, or the code and the words with which the server closes.
    pub async fn hear(&mut self) -> Result<Value, (u16, String)> {
        loop {
            let message = timeout(PATIENCE, self.0.next()).await.expect("a message within the time of a test");
            match message {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(Some(frame)))) => return Err((frame.code.into(), frame.reason.to_string())),
                Some(Ok(Message::Close(None))) | None => return Err((1005, String::new())),
                Some(Err(error)) => return Err((1006, error.to_string())),
                Some(Ok(_)) => {}
            }
        }
    }

    /// Says hello with this, and must be welcome.
    pub async fn greet(&mut self, payload: &Value) {
        self.say(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(self.hear().await, Ok(json!({ "type": "connection_ack" })));
    }

    /// Asks for an operation.
    pub async fn subscribe(&mut self, id: &str, document: &str, variables: impl Into<Value>) {
        let payload = json!({ "query": document, "variables": variables.into() });
        self.say(&json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// The next answer, which must be one of this operation and without errors: its data.
    #[track_caller]
    pub fn next(&mut self, id: &str) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move {
            let message = self.hear().await.unwrap_or_else(|end| panic!("closed at {caller}: {end:?}"));
            assert_eq!((&message["type"], &message["id"]), (&json!("next"), &json!(id)), "at {caller}: {message}");
            assert!(message["payload"]["errors"].is_null(), "at {caller}: {message}");
            message["payload"]["data"].clone()
        }
    }

    /// The codes of the errors with which an operation ends.
    pub async fn error(&mut self, id: &str) -> Vec<String> {
        let message = self.hear().await.expect("a message");
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!(id)), "{message}");
        let errors = message["payload"].as_array().expect("errors");
        errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("(none)").to_owned()).collect()
    }

    /// The code with which the server closes, which must be the next thing.
    pub async fn closed(&mut self) -> u16 {
        match self.hear().await {
            Err((code, _)) => code,
            Ok(message) => panic!("still open: {message}"),
        }
    }

    /// Whatever was sent before is answered, and nothing else was said: a ping is answered next.
    pub async fn expect_silence(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
        self.say(&json!({ "type": "ping" })).await;
        assert_eq!(self.hear().await, Ok(json!({ "type": "pong" })));
    }
}
