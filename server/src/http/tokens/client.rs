//! The HTTP client that asks issuers: short answers, in short time, over TLS or on this machine.

use openidconnect::{HttpRequest, HttpResponse, IssuerUrl};
use std::time::Duration;
use url::{Host, Url};

/// Issuers' documents are some kilobytes long.
const LARGEST_ANSWER: usize = 1_000_000;

/// An issuer that cannot be reached, or that answers nonsense. The text says nothing secret.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub(super) String);

impl From<reqwest::Error> for Unreachable {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
        Self(causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}")))
    }
}

/// Asks one issuer.
#[derive(Clone)]
pub(super) struct Client(reqwest::Client);

impl Client {
    /// A client for this issuer. One on this machine is asked directly, and needs no certificates.
    pub(super) fn new(issuer: &IssuerUrl) -> Result<Self, Unreachable> {
        super::install_tls_provider();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("oslonac/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(10));
        if is_loopback(issuer.url()) {
            builder = builder.no_proxy().tls_certs_only([]);
        }
        Ok(Self(builder.build()?))
    }

    /// The document at this address.
    pub(super) async fn get(&self, url: &Url) -> Result<Vec<u8>, Unreachable> {
        let request =
            http::Request::get(url.as_str()).header(http::header::ACCEPT, "application/json").body(Vec::new());
        let request = request.map_err(|error| Unreachable(error.to_string()))?;
        let response = self.call(request).await?;
        match response.status() {
            http::StatusCode::OK => Ok(response.into_body()),
            status => Err(Unreachable(format!("{url} answers {status}"))),
        }
    }

    /// Sends a request of the OpenID Connect library.
    pub(super) async fn call(&self, request: HttpRequest) -> Result<HttpResponse, Unreachable> {
        let request = reqwest::Request::try_from(request)?;
        if !is_safe(request.url()) {
            let what = format!("{} is neither https nor on this machine", request.url());
            return Err(Unreachable(what));
        }
        let mut response = self.0.execute(request).await?;
        let mut answer = http::Response::builder().status(response.status());
        if let Some(headers) = answer.headers_mut() {
            headers.clone_from(response.headers());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(Unreachable("the answer is too long".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        answer.body(body).map_err(|error| Unreachable(error.to_string()))
    }
}

/// Whether an address may be used to talk to an issuer: https, or http without leaving this machine.
pub(super) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Whether an address is one of this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_goes_without_tls() {
        for (address, safe) in [
            ("https://login.example.rs/realms/a", true),
            ("http://127.0.0.1:8080/", true),
            ("http://[::1]/", true),
            ("http://localhost:99/x", true),
            ("http://login.example.rs/", false),
            ("http://127.0.0.1.example.rs/", false),
            ("http://localhost.example.rs/", false),
            ("http://localhost@example.rs/", false),
            ("ftp://127.0.0.1/", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(is_safe(&Url::parse(address).unwrap()), safe, "{address}");
        }
    }
}
