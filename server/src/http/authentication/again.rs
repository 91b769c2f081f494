//! Who holds a credential by now: a subscription is asked that again and again.

use super::{Authentication, Rejection, Seen, bearer_token, chosen, is_safe};
use crate::context::{Channel, SessionHash};
use crate::http::client_address::ClientAddress;
use crate::http::rate_limits::Fingerprint;
use crate::http::sign_in::cookies::{self, SESSION};
use http::{HeaderMap, Method};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// What somebody came in with.
#[derive(Clone)]
pub enum Credential {
    /// An access token, and the organisation it chooses to act for.
    Token(SecretString, Option<Uuid>),
    /// The session of a browser.
    Session(SessionHash),
}

impl Credential {
    /// What the headers of a request hold; nothing where they hold none.
    ///
    /// # Errors
    /// More than one token, or an organisation that is none.
    pub fn of_headers(headers: &HeaderMap) -> Result<Option<Self>, Rejection> {
        if let Some(token) = bearer_token(headers)? {
            return Ok(Some(Self::Token(token.into(), chosen(headers)?)));
        }
        Ok(cookies::secret(headers, SESSION).map(|secret| Self::Session(SessionHash(secret.hash()))))
    }

    fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::Token(token, _) => Fingerprint::of(token.expose_secret().as_bytes()),
            Self::Session(SessionHash(hash)) => Fingerprint::of(hash),
        }
    }
}

impl Authentication {
    /// Refuses what another site's page asks of a browser that holds our cookie.
    ///
    /// # Errors
    /// The request can change something, has our cookie, and does not come from one of our own pages.
    pub fn refuse_foreign_pages(&self, method: &Method, headers: &HeaderMap) -> Result<(), Rejection> {
        let foreign = cookies::secret(headers, SESSION).is_some() && !is_safe(method, headers);
        if foreign && !self.is_own_page(headers) { Err(Rejection::ForeignOrigin) } else { Ok(()) }
    }

    /// Who holds this credential now; nobody, where it is a session that has ended. That somebody listens is no use of a
    /// session, and only what is `counted` counts as a request.
    ///
    /// # Errors
    /// As for a request with it.
    pub async fn again(
        &self,
        credential: &Credential,
        counted: bool,
        request_id: Uuid,
    ) -> Result<Option<Seen>, Rejection> {
        let seen = match credential {
            Credential::Token(token, organisation) => {
                let viewer = self.holder_of_token(token.expose_secret(), *organisation, request_id).await?;
                Some(Seen { viewer, channel: Channel::Token, session: None, statements: 1 })
            }
            Credential::Session(hash) => self.gate.listener_of_session(&hash.0).await?.map(|viewer| Seen {
                viewer,
                channel: Channel::Browser,
                session: Some(hash.clone()),
                statements: 1,
            }),
        };
        if let (Some(seen), true) = (&seen, counted) {
            self.limits.viewer(&seen.viewer)?;
        }
        Ok(seen)
    }

    /// The same when it is shown for the first time, in whatever place: then it counts against its address.
    ///
    /// # Errors
    /// As for a request with it.
    pub async fn first_shown(
        &self,
        credential: &Credential,
        request_id: Uuid,
        address: ClientAddress,
    ) -> Result<Option<Seen>, Rejection> {
        let fingerprint = credential.fingerprint();
        self.limits.credential(address, fingerprint)?;
        let seen = self.again(credential, true, request_id).await;
        match &seen {
            Ok(seen) => self.limits.note(fingerprint, seen.as_ref().map(|seen| &seen.viewer)),
            Err(Rejection::InvalidToken(_)) => self.limits.forget(fingerprint),
            Err(_) => {}
        }
        seen
    }
}
