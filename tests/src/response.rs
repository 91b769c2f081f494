//! What the server answered to a GraphQL request.

use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;

/// A GraphQL response. What is asked for and not there fails the test with the whole body.
#[derive(Clone, Debug)]
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
    body: Value,
}

impl Response {
    /// Sends a request whose answer is GraphQL.
    pub async fn of(request: RequestBuilder) -> Response {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("the answer is text");
        let Ok(body) = serde_json::from_str(&text) else {
            panic!("the server answered {status} without JSON: {text}");
        };
        Response { status, headers, text, body }
    }

    /// An answer that came as one of several, with the status and headers of all.
    pub(crate) fn part(status: StatusCode, headers: HeaderMap, text: String) -> Response {
        let body = serde_json::from_str(&text).expect("each answer is JSON");
        Response { status, headers, text, body }
    }

    /// What came to somebody another way: in an e-mail, or to a webhook.
    pub fn elsewhere(text: String) -> Response {
        Response { status: StatusCode::OK, headers: HeaderMap::new(), text, body: Value::Null }
    }

    /// Sends a request whose answer is a file, and reads it as people do.
    pub async fn of_file(request: RequestBuilder) -> Response {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = crate::readable(&response.bytes().await.expect("the whole file"));
        let body = serde_json::from_str(&text).unwrap_or_default();
        Response { status, headers, text, body }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The whole body.
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// Status, headers and body in one text, for what must stand nowhere in an answer.
    pub fn whole(&self) -> String {
        format!("{} {:?} {}", self.status, self.headers, self.text)
    }

    /// The same without what differs from answer to answer: the request's id, the date, and what it took, which depends on
    /// what the server has at hand.
    pub fn lasting(&self) -> String {
        let mut headers = self.headers.clone();
        for name in ["date", "x-request-id", "server-timing"] {
            headers.remove(name);
        }
        format!("{} {headers:?} {}", self.status, self.text)
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The data; there must be some.
    #[track_caller]
    pub fn data(&self) -> &Value {
        match self.body.get("data") {
            Some(data) if !data.is_null() => data,
            _ => panic!("the response has no data: {:#}", self.body),
        }
    }

    /// The errors of the response; none is an empty slice.
    pub fn errors(&self) -> &[Value] {
        self.body["errors"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The codes of the errors.
    pub fn error_codes(&self) -> Vec<&str> {
        self.errors().iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("(none)")).collect()
    }

    /// Fails the test when there are errors.
    #[track_caller]
    pub fn expect_no_errors(&self) -> &Response {
        assert!(self.errors().is_empty(), "the response has errors: {:#}", self.body);
        self
    }

    /// The user errors of a mutation, such as `submitReport`.
    #[track_caller]
    pub fn user_errors(&self, mutation: &str) -> &[Value] {
        match self.data()[mutation]["userErrors"].as_array() {
            Some(errors) => errors,
            None => panic!("{mutation} has no userErrors: {:#}", self.body),
        }
    }

    /// The payload of a mutation that had no errors of any kind.
    #[track_caller]
    pub fn payload(&self, mutation: &str) -> &Value {
        self.expect_no_errors();
        assert!(self.user_errors(mutation).is_empty(), "{mutation} was refused: {:#}", self.body);
        &self.data()[mutation]
    }

    /// How many statements the server sent to its database, which `Server-Timing` says.
    #[track_caller]
    pub fn statements(&self) -> u32 {
        let timing = self.header("server-timing").unwrap_or_default();
        let count =
            timing.split_once("statements=").and_then(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next());
        match count.map(str::parse) {
            Some(Ok(count)) => count,
            _ => panic!("the Server-Timing header counts no statements: {timing:?}"),
        }
    }
}
