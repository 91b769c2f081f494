//! Who is asking: the session cookie of a browser, or the access token of software.

use super::SessionHash;
use crate::access::{Error, Gate, Viewer};
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// From a browser, with a session.
    Browser,
    /// From software, with an access token.
    Token,
}

/// Who was found to be asking.
pub struct Seen {
    /// The viewer.
    pub viewer: Viewer,
    /// How the request came in.
    pub channel: Channel,
    /// The session, where there is one.
    pub session: Option<SessionHash>,
    /// How many statements it took to find out.
    pub statements: usize,
}

/// Finds out who is asking.
#[derive(Clone)]
pub struct Authentication {
    gate: Gate,
}

/// Why nobody could be found.
pub enum Rejection {
    /// The database is away.
    Unavailable(Error),
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let Self::Unavailable(error) = self;
        tracing::error!(%error, "nobody can be let in");
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    }
}

impl Authentication {
    /// Authentication at this gate.
    pub fn new(gate: Gate) -> Self {
        Self { gate }
    }

    /// Who is asking; nobody where there is neither session nor token.
    pub async fn viewer(&self, headers: &HeaderMap, request_id: Uuid) -> Result<Option<Seen>, Rejection> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
        let mut pairs = cookies.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let secret =
            pairs.find(|(name, _)| *name == "__Host-oslonac").and_then(|(_, v)| URL_SAFE_NO_PAD.decode(v).ok());
        let Some(secret) = secret else { return Ok(None) };
        let hash = Sha256::digest(secret).to_vec();
        let viewer = self.gate.viewer_of_session(&hash, request_id).await.map_err(Rejection::Unavailable)?;
        Ok(viewer.map(|viewer| Seen {
            viewer,
            channel: Channel::Browser,
            session: Some(SessionHash(hash)),
            statements: 1,
        }))
    }
}
