//! Issuers of tokens, and what their tokens are worth here.
//!
//! An issuer's endpoints and keys are fetched when they are first needed and kept, so that its outage does not end the
//! work of those who hold a token. Algorithms and types of token come from the settings, never from the token.

mod access_token;
mod claims;
mod client;
mod issuer;
mod keys;

pub use access_token::{AccessToken, BadToken};
pub use client::{Unreachable, is_loopback};
pub use issuer::{Issuer, NoKey};

pub(in crate::http) use access_token::LEEWAY_SECONDS;
pub(in crate::http) use claims::is_subject;

use crate::config;
use chrono::{DateTime, Utc};
use jsonwebtoken::AlgorithmFamily;
use std::sync::Arc;

/// The issuers of the settings.
#[derive(Clone)]
pub struct Issuers {
    issuers: Arc<[Arc<Issuer>]>,
    second_factor: Arc<SecondFactor>,
}

/// How an issuer says that there was a second factor.
pub(in crate::http) struct SecondFactor {
    acr: Vec<String>,
    amr: Vec<String>,
}

impl SecondFactor {
    /// Whether these values of `acr` and `amr` say so.
    pub(in crate::http) fn is_vouched_for<'a>(
        &self,
        acr: Option<&str>,
        mut amr: impl Iterator<Item = &'a str>,
    ) -> bool {
        acr.is_some_and(|acr| self.acr.iter().any(|known| known == acr))
            || amr.any(|method| self.amr.iter().any(|known| known == method))
    }
}

impl Issuers {
    /// The issuers of these settings. Nothing is fetched yet.
    ///
    /// # Errors
    /// A setting that makes no sense or is not safe.
    pub fn new(settings: &config::SignIn) -> Result<Self, config::Error> {
        let issuers = settings.issuers.iter().map(|settings| {
            check(settings).map_err(|what| wrong(settings, what))?;
            let issuer = Issuer::new(settings.clone()).map_err(|error| wrong(settings, &error.to_string()))?;
            Ok(Arc::new(issuer))
        });
        Ok(Self {
            issuers: issuers.collect::<Result<_, config::Error>>()?,
            second_factor: Arc::new(SecondFactor {
                acr: settings.second_factor_acr.clone(),
                amr: settings.second_factor_amr.clone(),
            }),
        })
    }

    /// Where people sign in: the first issuer of the settings.
    pub fn for_people(&self) -> Option<&Arc<Issuer>> {
        self.issuers.first()
    }

    pub(in crate::http) fn second_factor(&self) -> &SecondFactor {
        &self.second_factor
    }

    /// Checks an access token and says what it is worth.
    ///
    /// # Errors
    /// Tells a token that is not valid from one that cannot be checked now.
    pub async fn check_token(&self, token: &str, now: DateTime<Utc>) -> Result<AccessToken, BadToken> {
        let (header, named) = access_token::read_unproven(token)?;
        let issuer = self.issuers.iter().find(|issuer| issuer.settings.url.as_str() == named);
        let issuer = issuer.ok_or(BadToken::Invalid("The token is of another issuer"))?;
        access_token::check_header(&header, &issuer.settings)?;
        let published = issuer.published(header.kid.as_deref()).await.map_err(|why| match why {
            NoKey::Unavailable => BadToken::Unavailable,
            NoKey::Unknown => BadToken::Invalid("The issuer has no such key"),
        })?;
        let (settings, keys) = (&issuer.settings, &published.keys);
        access_token::verify(token, &header, settings, keys, &self.second_factor, now)
    }

    /// Asks every issuer for its documents and says which fail, and why; for `oslonac check`.
    pub async fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for issuer in &*self.issuers {
            if let Err(error) = issuer.fetch().await {
                problems.push(format!("the issuer {}: {error}", issuer.settings.url.as_str()));
            }
        }
        problems
    }
}

/// Chooses the cryptography of TLS for this process.
pub fn install_tls_provider() {
    // Fails where a provider is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn wrong(settings: &config::Issuer, what: &str) -> config::Error {
    config::Error::of_key("sign_in.issuers", &format!("{}: {what}", settings.url.as_str()))
}

fn check(settings: &config::Issuer) -> Result<(), &'static str> {
    if !client::is_safe(settings.url.url()) {
        return Err("url must be https, or http on this machine");
    }
    if settings.client_id.is_empty() || settings.audience.is_empty() {
        return Err("client_id and audience must not be empty");
    }
    if settings.algorithms.is_empty() {
        return Err("algorithms must name at least one");
    }
    let symmetric = |algorithm: &jsonwebtoken::Algorithm| algorithm.family() == AlgorithmFamily::Hmac;
    if settings.algorithms.iter().any(symmetric) {
        return Err("algorithms must be asymmetric: not HS256, HS384 or HS512");
    }
    Ok(())
}
