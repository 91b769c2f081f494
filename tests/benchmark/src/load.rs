//! Asking, once or many times at once.

use crate::Result;
use futures_util::future::try_join_all;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName};
use reqwest::{Client, Url};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The question.
const DOCUMENT: &str = include_str!("newest.graphql");
/// How the answer to it begins where there is no error.
const ANSWER_BEGINS: &[u8] = br#"{"data":{"reports":"#;

/// A server that is asked.
pub struct Target {
    /// What it is called in the results.
    pub name: &'static str,
    /// Its process.
    pub process: u32,
    url: Url,
    /// What is posted; nothing where the address is the question.
    body: Option<String>,
}

/// For each organisation the header with which it asks.
pub type Headers = [(HeaderName, String)];

/// A client that keeps its connections, for this machine.
pub fn client() -> Result<Client> {
    Ok(Client::builder().no_proxy().tls_certs_only([]).build()?)
}

impl Target {
    /// The real server.
    pub fn oslonac(process: u32, base: &Url) -> Result<Self> {
        let body = json!({ "query": DOCUMENT }).to_string();
        Ok(Self { name: "oslonac", process, url: base.join("graphql")?, body: Some(body) })
    }

    /// The handler written by hand.
    pub fn hand_written(name: &'static str, process: u32, base: &Url) -> Result<Self> {
        Ok(Self { name, process, url: base.join("newest-reports")?, body: None })
    }

    /// Asks for one organisation, and gives back headers and body of the answer.
    pub async fn ask(&self, http: &Client, header: &(HeaderName, String)) -> Result<(HeaderMap, Vec<u8>)> {
        let request = match &self.body {
            Some(body) => http.post(self.url.clone()).header(CONTENT_TYPE, "application/json").body(body.clone()),
            None => http.get(self.url.clone()),
        };
        let answer = request.header(&header.0, &header.1).send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await?;
        if !status.is_success() || !body.starts_with(ANSWER_BEGINS) {
            return Err(format!("{} answers {status}: {}", self.name, String::from_utf8_lossy(&body)).into());
        }
        Ok((headers, body.to_vec()))
    }

    /// Asks so many times over so many connections, for the organisations in turn. Says how long that took.
    pub async fn load(&self, headers: &Headers, requests: usize, connections: usize) -> Result<Duration> {
        let (http, next) = (client()?, AtomicUsize::new(0));
        let began = Instant::now();
        let connection = async || -> Result<()> {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= requests {
                    return Ok(());
                }
                self.ask(&http, &headers[number % headers.len()]).await?;
            }
        };
        try_join_all((0..connections).map(|_| connection())).await?;
        Ok(began.elapsed())
    }
}
