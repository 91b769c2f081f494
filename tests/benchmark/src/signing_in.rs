//! How requests say who is asking.

use crate::issuer::Issuer;
use crate::{Result, seed};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::ValueEnum;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderName};

/// What a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SigningIn {
    /// A signed access token, as software does. Checking the signature costs both sides the same, and not little.
    Token,
    /// The cookie of a session, as browsers do.
    Session,
}

/// Name of the session's cookie.
pub const COOKIE_NAME: &str = "__Host-oslonac";

impl SigningIn {
    /// For each organisation the header with which its coordinator asks.
    pub fn headers(self, issuer: &Issuer) -> Result<Vec<(HeaderName, String)>> {
        let header = |organisation| match self {
            Self::Token => {
                let token = issuer.token(&seed::coordinator(organisation))?;
                Ok((AUTHORIZATION, format!("Bearer {token}")))
            }
            Self::Session => {
                let secret = URL_SAFE_NO_PAD.encode(seed::session_secret(organisation));
                Ok((COOKIE, format!("{COOKIE_NAME}={secret}")))
            }
        };
        (0..seed::ORGANISATIONS).map(header).collect()
    }
}
