//! One issuer: what it publishes about itself, fetched at need and kept.

use super::client::{Client, Unreachable, is_safe};
use super::keys::Keys;
use crate::config;
use openidconnect::core::CoreJsonWebKeySet;
use openidconnect::{HttpRequest, HttpResponse, ProviderMetadataWithLogout};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::Instant;

/// An unknown key makes us ask again at most so often, or a stranger could have us hammer the issuer.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(30);
/// An issuer that failed to answer before it ever did is left in peace for so long.
const RETRY_AFTER: Duration = Duration::from_secs(3);
/// Keys that the issuer withdrew are forgotten after so long, as long as it can be reached.
const RENEW_AFTER: Duration = Duration::from_secs(3600);

/// What an issuer publishes: its endpoints and its keys.
pub(in crate::http) struct Published {
    /// The discovery document, with the key set as the OpenID Connect library wants it.
    pub(in crate::http) metadata: ProviderMetadataWithLogout,
    pub(super) keys: Keys,
    at: Instant,
}

/// Why there is no key to check a signature with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// The issuer cannot be reached, so nobody knows.
    Unavailable,
    /// The issuer was asked and does not publish it.
    Unknown,
}

/// One issuer.
pub struct Issuer {
    /// What the settings say about it.
    pub(in crate::http) settings: config::Issuer,
    client: Client,
    known: RwLock<Known>,
    fetching: tokio::sync::Mutex<()>,
}

/// What is known of an issuer, and when it was asked.
#[derive(Default)]
struct Known {
    published: Option<Arc<Published>>,
    /// The last time we asked although we knew something: for an unknown key, or because what we knew was old.
    asked_again: Option<Instant>,
    /// The last time it was asked, where it failed to answer.
    failed: Option<Instant>,
}

/// What to do about a key.
enum Step {
    Use(Arc<Published>),
    UseAndRenew(Arc<Published>),
    Ask,
    GiveUp(NoKey),
}

impl Known {
    fn step(&self, key_id: Option<&str>, now: Instant) -> Step {
        let within = |at: Option<Instant>, time| at.is_some_and(|at| now.duration_since(at) < time);
        let Some(published) = self.published.clone() else {
            return match within(self.failed, RETRY_AFTER) {
                true => Step::GiveUp(NoKey::Unavailable),
                false => Step::Ask,
            };
        };
        let asked_lately = within(self.asked_again, ASK_AGAIN_AFTER);
        match published.keys.has(key_id) {
            true if !asked_lately && now.duration_since(published.at) >= RENEW_AFTER => Step::UseAndRenew(published),
            true => Step::Use(published),
            false if !asked_lately => Step::Ask,
            false if self.failed.is_some() => Step::GiveUp(NoKey::Unavailable),
            false => Step::GiveUp(NoKey::Unknown),
        }
    }

    fn note(&mut self, answer: Option<Published>, now: Instant) {
        self.asked_again = self.published.as_ref().map(|_| now);
        match answer {
            Some(published) => (self.published, self.failed) = (Some(Arc::new(published)), None),
            None => self.failed = Some(now),
        }
    }
}

impl Issuer {
    pub(super) fn new(settings: config::Issuer) -> Result<Self, Unreachable> {
        Ok(Self {
            client: Client::new(&settings.url)?,
            settings,
            known: RwLock::default(),
            fetching: tokio::sync::Mutex::default(),
        })
    }

    /// What the issuer publishes, with the key of this id where one is given.
    pub(in crate::http) async fn published(self: &Arc<Self>, key_id: Option<&str>) -> Result<Arc<Published>, NoKey> {
        loop {
            match self.step(key_id) {
                Step::Use(published) => return Ok(published),
                Step::UseAndRenew(published) => {
                    let issuer = Arc::clone(self);
                    tokio::spawn(async move { issuer.renew().await });
                    return Ok(published);
                }
                Step::GiveUp(why) => return Err(why),
                Step::Ask => {
                    let _turn = self.fetching.lock().await;
                    // Another request may have asked meanwhile.
                    if matches!(self.step(key_id), Step::Ask) {
                        self.ask().await;
                    }
                }
            }
        }
    }

    async fn renew(&self) {
        if let Ok(_turn) = self.fetching.try_lock()
            && matches!(self.step(None), Step::UseAndRenew(_))
        {
            self.ask().await;
        }
    }

    fn step(&self, key_id: Option<&str>) -> Step {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.step(key_id, Instant::now())
    }

    async fn ask(&self) {
        let answer = self.fetch().await;
        if let Err(error) = &answer {
            tracing::warn!(issuer = self.settings.url.as_str(), %error, "an issuer cannot be asked");
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.note(answer.ok(), Instant::now());
    }

    /// Reads the discovery document (OpenID Connect Discovery 1.0, section 4) and the key set.
    ///
    /// # Errors
    /// Says what is wrong, for the log and for `oslonac check`.
    pub(super) async fn fetch(&self) -> Result<Published, Unreachable> {
        let nonsense = |error: serde_json::Error| Unreachable(format!("its answer cannot be read: {error}"));
        let address = self.settings.url.join(".well-known/openid-configuration");
        let address = address.map_err(|error| Unreachable(error.to_string()))?;
        let metadata = self.client.get(&address).await?;
        let metadata: ProviderMetadataWithLogout = serde_json::from_slice(&metadata).map_err(nonsense)?;
        if *metadata.issuer() != self.settings.url {
            let (found, wanted) = (metadata.issuer().as_str(), self.settings.url.as_str());
            return Err(Unreachable(format!("it calls itself {found}, the settings say {wanted}")));
        }
        if !is_safe(metadata.authorization_endpoint().url()) {
            let what = "its authorization endpoint is neither https nor on this machine";
            return Err(Unreachable(what.to_owned()));
        }
        let json = self.client.get(metadata.jwks_uri().url()).await?;
        let key_set: CoreJsonWebKeySet = serde_json::from_slice(&json).map_err(nonsense)?;
        Ok(Published {
            metadata: metadata.set_jwks(key_set),
            keys: Keys::read(&json).map_err(nonsense)?,
            at: Instant::now(),
        })
    }

    /// Sends a request of the OpenID Connect library to the issuer.
    pub(in crate::http) async fn call(&self, request: HttpRequest) -> Result<HttpResponse, Unreachable> {
        self.client.call(request).await
    }
}

#[cfg(test)]
mod tests;
