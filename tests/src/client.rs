//! A GraphQL client that acts as one person, or as nobody.

use crate::events::Events;
use crate::response::Response;
use crate::socket::{PROTOCOL, Socket};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder, Url};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

/// The HTTP client of this test: it follows no redirect and keeps no cookie.
pub fn http() -> reqwest::Client {
    http_builder().build().expect("an HTTP client")
}

/// How long the client keeps a connection that idles. The server closes one after `http.header_seconds`; a request that meets that
/// very moment, in a test that was busy with answers, would fail.
const IDLE: Duration = Duration::from_secs(5);

/// The makings of such a client, for a test that needs another one.
pub fn http_builder() -> reqwest::ClientBuilder {
    static PROVIDER: OnceLock<()> = OnceLock::new();
    PROVIDER.get_or_init(|| {
        // Whoever was first has installed the same provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().pool_idle_timeout(IDLE)
}

/// A document that somebody has sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The document.
    pub document: String,
    /// Its variables.
    pub variables: Value,
}

/// What the clients of a server have sent, where it is kept.
pub(crate) type Journal = Arc<Mutex<Option<Vec<Sent>>>>;

/// Sends requests to one server with the same headers each time.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    headers: HeaderMap,
    journal: Journal,
}

impl Client {
    pub(crate) fn new(base: Url, journal: Journal) -> Client {
        Client { http: http(), base, headers: HeaderMap::new(), journal }
    }

    /// Acts with an access token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Client {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Sends the same to another server.
    #[must_use]
    pub fn of_server(self, server: &crate::Server) -> Client {
        Client { base: server.url("/"), ..self }
    }

    /// Asks for messages in a language: `sr-Cyrl`, `sr-Latn` or `en`.
    #[must_use]
    pub fn accept_language(self, languages: &str) -> Client {
        self.header("accept-language", languages)
    }

    /// Sends a header with every request, in place of one of the same name.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Client {
        let name = HeaderName::try_from(name).expect("a header's name");
        self.headers.insert(name, HeaderValue::try_from(value).expect("a header's value"));
        self
    }

    /// Runs a GraphQL document. Variables are an object, or `()` for none.
    pub async fn query(&self, document: &str, variables: impl Into<Value>) -> Response {
        let variables = variables.into();
        if let Some(sent) = &mut *self.journal.lock().expect("whoever writes into it goes on") {
            sent.push(Sent { document: document.to_owned(), variables: variables.clone() });
        }
        self.send(&json!({ "query": document, "variables": variables })).await
    }

    /// Posts any JSON to the GraphQL endpoint: a batch, a named operation, something malformed.
    pub async fn send(&self, body: &Value) -> Response {
        let request = self.request(Method::POST, "/graphql").header("accept", "application/graphql-response+json");
        Response::of(request.json(body)).await
    }

    /// A GET of the GraphQL endpoint with these parameters.
    pub fn get(&self, parameters: &[(&str, &str)]) -> RequestBuilder {
        let mut url = self.base.join("/graphql").expect("a path of the server");
        url.query_pairs_mut().extend_pairs(parameters);
        self.http.get(url).headers(self.headers.clone())
    }

    /// Opens a WebSocket with this client's headers; the server's status where it wants none.
    pub async fn open_socket(&self, protocol: &str) -> Result<Socket, u16> {
        let url = self.base.join("/graphql").expect("a path of the server");
        Socket::open(url, &self.headers, protocol).await
    }

    /// A WebSocket on which this client is known.
    pub async fn socket(&self) -> Socket {
        let mut socket = self.open_socket(PROTOCOL).await.expect("the server opens a WebSocket");
        socket.greet(&json!({})).await;
        socket
    }

    /// Asks for the events of an operation.
    pub async fn listen(&self, document: &str, variables: impl Into<Value>) -> Events {
        let request = self.request(Method::POST, "/graphql").header("accept", "text/event-stream");
        Events::of(request.json(&json!({ "query": document, "variables": variables.into() }))).await
    }

    /// Fetches what a path answers with bit by bit.
    pub async fn fetch_events(&self, path: &str) -> Events {
        Events::of(self.request(Method::GET, path).header("accept", "text/event-stream")).await
    }

    /// A raw request with this client's headers, for tests of the protocol itself.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = self.base.join(path).expect("a path of the server");
        self.http.request(method, url).headers(self.headers.clone())
    }
}
