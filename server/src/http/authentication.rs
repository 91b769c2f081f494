//! Who asks: an access token, or the session of a browser.

mod again;

pub use again::Credential;

use super::client_address::ClientAddress;
use super::rate_limits::{Fingerprint, RateLimits, TooMany};
use super::sign_in::cookies::{self, SESSION};
use super::tokens::{BadToken, Issuers};
use crate::access::{self, Gate, TokenHolder, Viewer};
use crate::clock::Clock;
use crate::context::{Channel, SessionHash};
use crate::ids::{self, ObjectType};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use std::sync::Arc;
use url::Url;
use uuid::Uuid;

/// Header by which the holder of a token chooses the organisation to act for, by its id.
pub const ORGANISATION_HEADER: &str = "oslonac-organisation";

/// Who was found to be asking.
pub struct Seen {
    /// The viewer.
    pub viewer: Viewer,
    /// How they came in.
    pub channel: Channel,
    /// The session, where there is one.
    pub session: Option<SessionHash>,
    /// How many statements it took to find out, in the usual case: not the first call of software, nor the note of a
    /// session's use, once a minute.
    pub statements: usize,
}

/// Finds out who is asking, and lets people sign in.
#[derive(Clone)]
pub struct Authentication {
    pub(super) gate: Gate,
    pub(super) issuers: Issuers,
    pub(super) clock: Clock,
    pub(super) public_url: Arc<Url>,
    pub(super) limits: RateLimits,
}

/// Why a request is not served, whatever it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The access token is not valid; says why, in ASCII without quotes.
    InvalidToken(&'static str),
    /// The request comes from a page of another origin, with our cookie.
    ForeignOrigin,
    /// The header that chooses an organisation holds no organisation's id.
    MalformedOrganisation,
    /// Too much was asked within a minute.
    TooManyRequests(TooMany),
    /// The issuer cannot be asked for its keys now.
    IssuerUnavailable,
    /// The database cannot be reached now.
    DatabaseUnavailable,
    /// A defect of ours.
    Internal,
}

impl Rejection {
    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        match self {
            Self::InvalidToken(_) => StatusCode::UNAUTHORIZED,
            Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::MalformedOrganisation => StatusCode::BAD_REQUEST,
            Self::TooManyRequests(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::IssuerUnavailable | Self::DatabaseUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The value of `extensions.code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidToken(_) => "UNAUTHENTICATED",
            Self::ForeignOrigin => "FORBIDDEN",
            Self::MalformedOrganisation => "BAD_INPUT",
            Self::TooManyRequests(_) => "RATE_LIMITED",
            Self::IssuerUnavailable | Self::DatabaseUnavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }

    /// In how many seconds to go on, where that is counted.
    pub fn retry_after(self) -> Option<u64> {
        if let Self::TooManyRequests(too_many) = self { Some(too_many.wait_seconds) } else { None }
    }

    /// What the client is told.
    pub fn message(self) -> &'static str {
        match self {
            Self::InvalidToken(why) => why,
            Self::ForeignOrigin => {
                "This request comes from another site. Send it from our own pages, or with an access token."
            }
            Self::MalformedOrganisation => "The header Oslonac-Organisation must hold an id such as organisation_01j…",
            Self::TooManyRequests(_) => {
                "These were too many requests. extensions.retryAfterSeconds says in how many seconds to go on."
            }
            Self::IssuerUnavailable => {
                "The issuer of this token cannot be reached at the moment. Try again in a few seconds."
            }
            Self::DatabaseUnavailable => crate::error::Fault::Unavailable.message(),
            Self::Internal => crate::error::Fault::Internal.message(),
        }
    }
}

impl From<TooMany> for Rejection {
    fn from(too_many: TooMany) -> Self {
        Self::TooManyRequests(too_many)
    }
}

impl From<access::Error> for Rejection {
    fn from(error: access::Error) -> Self {
        match error {
            access::Error::Unavailable(_) => {
                tracing::warn!(%error, "authentication");
                Self::DatabaseUnavailable
            }
            _ => {
                tracing::error!(%error, "authentication");
                Self::Internal
            }
        }
    }
}

impl IntoResponse for Rejection {
    /// A response in the form of GraphQL over HTTP, with the challenge of RFC 6750 where a token is refused.
    fn into_response(self) -> Response {
        let mut error = serde_json::json!({ "message": self.message(), "extensions": { "code": self.code() } });
        if let Some(seconds) = self.retry_after() {
            error["extensions"]["retryAfterSeconds"] = seconds.into();
        }
        let body = serde_json::json!({ "errors": [error] }).to_string();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/graphql-response+json; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Self::InvalidToken(why) => {
                let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{why}\"");
                let challenge = HeaderValue::try_from(challenge);
                let plain = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                headers.insert(header::WWW_AUTHENTICATE, challenge.unwrap_or(plain));
            }
            Self::TooManyRequests(too_many) => {
                headers.insert(header::RETRY_AFTER, too_many.wait_seconds.into());
            }
            Self::IssuerUnavailable | Self::DatabaseUnavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            _ => {}
        }
        response
    }
}

impl Authentication {
    /// Authentication of a server that browsers see under `public_url`, an address without a path.
    pub fn new(gate: Gate, issuers: Issuers, clock: Clock, public_url: Url, limits: RateLimits) -> Self {
        let public_url = Arc::new(public_url);
        Self { gate, issuers, clock, public_url, limits }
    }

    /// Who sends a request: the holder of its access token, else whom its session cookie belongs to, else nobody. A
    /// session that has ended is nobody's.
    ///
    /// # Errors
    /// A token that does not count, a cookie sent by another site's page, too many requests, or no way to find out now.
    pub async fn viewer(
        &self,
        method: &Method,
        headers: &HeaderMap,
        request_id: Uuid,
        address: ClientAddress,
    ) -> Result<Option<Seen>, Rejection> {
        let seen = match bearer_token(headers)? {
            Some(token) => {
                let viewer = self.viewer_of_token(token, chosen(headers)?, request_id, address).await?;
                Some(Seen { viewer, channel: Channel::Token, session: None, statements: 1 })
            }
            None => self.holder_of_session(method, headers, request_id, address).await?,
        };
        match &seen {
            Some(seen) => self.limits.viewer(&seen.viewer)?,
            None => self.limits.anonymous(address)?,
        }
        Ok(seen)
    }

    /// Whom the session of the cookie belongs to.
    async fn holder_of_session(
        &self,
        method: &Method,
        headers: &HeaderMap,
        request_id: Uuid,
        address: ClientAddress,
    ) -> Result<Option<Seen>, Rejection> {
        let Some(secret) = cookies::secret(headers, SESSION) else {
            return Ok(None);
        };
        if !is_safe(method, headers) && !self.is_own_page(headers) {
            return Err(Rejection::ForeignOrigin);
        }
        let hash = secret.hash();
        let credential = Fingerprint::of(&hash);
        self.limits.credential(address, credential)?;
        let viewer = self.gate.viewer_of_session(&hash, request_id).await?;
        self.limits.note(credential, viewer.as_ref());
        let session = Some(SessionHash(hash));
        Ok(viewer.map(|viewer| Seen { viewer, channel: Channel::Browser, session, statements: 1 }))
    }

    /// Who holds an access token, acting for the chosen organisation or for the only one that fits; also for tokens
    /// that come in by other ways than a header.
    ///
    /// # Errors
    /// A token that does not count, too many of them from this address, or no way to find out now.
    pub async fn viewer_of_token(
        &self,
        token: &str,
        organisation: Option<Uuid>,
        request_id: Uuid,
        address: ClientAddress,
    ) -> Result<Viewer, Rejection> {
        let credential = Fingerprint::of(token.as_bytes());
        self.limits.credential(address, credential)?;
        let holder = self.holder_of_token(token, organisation, request_id).await;
        // That we cannot find out now says nothing of the token.
        if !matches!(holder, Err(Rejection::IssuerUnavailable | Rejection::DatabaseUnavailable | Rejection::Internal)) {
            self.limits.note(credential, holder.as_ref().ok());
        }
        holder
    }

    async fn holder_of_token(
        &self,
        token: &str,
        organisation: Option<Uuid>,
        request_id: Uuid,
    ) -> Result<Viewer, Rejection> {
        let checked = self.issuers.check_token(token, self.clock.now()).await;
        let token = checked.map_err(|bad| {
            tracing::info!(?bad, "an access token does not count");
            match bad {
                BadToken::Invalid(why) => Rejection::InvalidToken(why),
                BadToken::Unavailable => Rejection::IssuerUnavailable,
            }
        })?;
        let holder = TokenHolder {
            issuer: &token.issuer,
            subject: &token.subject,
            software: token.software.as_deref(),
            verified_email: token.verified_email.as_deref(),
            organisations: organisation.as_ref().map_or(&token.organisations, std::slice::from_ref),
            second_factor: token.second_factor,
        };
        if let Some(viewer) = self.gate.viewer_of_token(&holder, request_id).await? {
            return Ok(viewer);
        }
        if self.limits.is_new_refusal(&token.issuer, &token.subject) {
            self.gate.refuse("access token of an account that nobody invited", request_id).await?;
        }
        Err(Rejection::InvalidToken("Nobody invited this account"))
    }

    /// Whether a request that changes something was sent by one of our own pages: browsers say so in `Sec-Fetch-Site`,
    /// old ones in `Origin`. Where neither says so, it was not.
    pub(super) fn is_own_page(&self, headers: &HeaderMap) -> bool {
        let value = |name| headers.get(name).map(HeaderValue::as_bytes);
        match value("sec-fetch-site") {
            Some(site) => matches!(site, b"same-origin" | b"none"),
            None => value("origin") == Some(self.public_url.origin().ascii_serialization().as_bytes()),
        }
    }
}

/// The token of an `Authorization: Bearer` header (RFC 6750, section 2.1). Other schemes are not for us.
pub(super) fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, Rejection> {
    let mut tokens = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| {
        let value = value.as_bytes();
        let scheme = value.split(u8::is_ascii_whitespace).next()?;
        let token = value[scheme.len()..].trim_ascii();
        scheme.eq_ignore_ascii_case(b"bearer").then_some(token)
    });
    let Some(token) = tokens.next() else { return Ok(None) };
    if tokens.next().is_some() {
        return Err(Rejection::InvalidToken("There is more than one token"));
    }
    let token = std::str::from_utf8(token).map_err(|_| Rejection::InvalidToken("This is not a signed JWT"))?;
    Ok(Some(token))
}

/// The organisation that the header chooses.
fn chosen(headers: &HeaderMap) -> Result<Option<Uuid>, Rejection> {
    let Some(value) = headers.get(ORGANISATION_HEADER) else {
        return Ok(None);
    };
    let key = value.to_str().ok().and_then(|id| ids::decode(ObjectType::Organisation, id));
    key.map(Some).ok_or(Rejection::MalformedOrganisation)
}

/// Whether a request can change nothing (RFC 9110, section 9.2.1). One that opens a WebSocket can.
fn is_safe(method: &Method, headers: &HeaderMap) -> bool {
    method.is_safe() && !headers.contains_key(header::UPGRADE)
}

#[cfg(test)]
mod tests;
