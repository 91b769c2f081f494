//! Our part in OpenID Connect: what we ask the issuer, and what we believe of its answers.

use super::Trouble;
use crate::access::{NewSession, SignInAttempt};
use crate::http::authentication::Authentication;
use crate::http::tokens::{Issuer, LEEWAY_SECONDS, NoKey, is_subject};
use chrono::TimeDelta;
use openidconnect::core::{
    CoreClient, CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreRequestTokenError, CoreTokenResponse,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, EndpointMaybeSet, EndpointNotSet, EndpointSet, LogoutRequest, Nonce,
    PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, TokenResponse,
};
use secrecy::ExposeSecret;
use std::sync::Arc;
use url::Url;

/// A client with the endpoints of a discovery document.
pub(super) type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl From<NoKey> for Trouble {
    fn from(why: NoKey) -> Self {
        match why {
            NoKey::Unavailable => Self::IssuerUnavailable,
            NoKey::Unknown => Self::Failed,
        }
    }
}

/// The conversation with the issuer where people sign in.
pub(super) struct RelyingParty<'a> {
    state: &'a Authentication,
    issuer: &'a Arc<Issuer>,
}

impl<'a> RelyingParty<'a> {
    pub(super) fn new(state: &'a Authentication) -> Result<Self, Trouble> {
        let issuer = state.issuers.for_people().ok_or(Trouble::NotSetUp)?;
        Ok(Self { state, issuer })
    }

    /// The issuer, as it calls itself.
    pub(super) fn issuer(&self) -> &str {
        self.issuer.settings.url.as_str()
    }

    async fn metadata(&self, key_id: Option<&str>) -> Result<ProviderMetadataWithLogout, Trouble> {
        Ok(self.issuer.published(key_id).await?.metadata.clone())
    }

    /// A client that knows the key of this id.
    pub(super) async fn client(&self, key_id: Option<&str>) -> Result<Client, Trouble> {
        let settings = &self.issuer.settings;
        let secret = settings.client_secret.as_ref().map(|secret| secret.expose_secret());
        let secret = secret.filter(|secret| !secret.is_empty());
        let client = CoreClient::from_provider_metadata(
            self.metadata(key_id).await?,
            ClientId::new(settings.client_id.clone()),
            secret.map(|secret| ClientSecret::new(secret.to_owned())),
        );
        let back = self.state.address("/sign-in/callback");
        Ok(client.set_redirect_uri(RedirectUrl::from_url(back)))
    }

    /// Redeems an authorization code and checks the ID token that it brings.
    pub(super) async fn redeem(&self, code: String, attempt: &SignInAttempt) -> Result<Identity, Trouble> {
        let client = self.client(None).await?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|_| {
            tracing::warn!(issuer = self.issuer(), "the issuer has no token endpoint");
            Trouble::Failed
        })?;
        let http = |request| {
            let issuer = Arc::clone(self.issuer);
            async move { issuer.call(request).await }
        };
        let answer: CoreTokenResponse = request
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.pkce_verifier.clone()))
            .request_async(&http)
            .await
            .map_err(|error| not_redeemed(&error))?;
        let id_token = answer.id_token().ok_or_else(|| {
            tracing::warn!(issuer = self.issuer(), "the issuer sent no ID token");
            Trouble::Failed
        })?;
        self.check(id_token, &Nonce::new(attempt.nonce.clone())).await
    }

    /// Checks an ID token (OpenID Connect Core 1.0, section 3.1.3.7).
    async fn check(&self, id_token: &CoreIdToken, nonce: &Nonce) -> Result<Identity, Trouble> {
        let header = jsonwebtoken::decode_header(id_token.to_string()).map_err(|_| Trouble::Failed)?;
        let client = self.client(header.kid.as_deref()).await?;
        let latest = self.state.clock.now() - TimeDelta::seconds(LEEWAY_SECONDS);
        let verifier = client.id_token_verifier().set_allowed_algs(self.algorithms()).set_time_fn(move || latest);
        let claims = id_token.claims(&verifier, nonce).map_err(|error| {
            tracing::warn!(issuer = self.issuer(), %error, "an ID token does not count");
            Trouble::Failed
        })?;
        if !is_subject(claims.subject()) {
            return Err(Trouble::Failed);
        }
        Ok(self.identity(claims))
    }

    /// The algorithms of the settings, as this library names them: both follow the registry of RFC 7518.
    fn algorithms(&self) -> Vec<CoreJwsSigningAlgorithm> {
        let names = serde_json::to_value(&self.issuer.settings.algorithms).unwrap_or_default();
        serde_json::from_value(names).unwrap_or_default()
    }

    fn identity(&self, claims: &CoreIdTokenClaims) -> Identity {
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        let acr = claims.auth_context_ref().map(|acr| acr.as_str());
        let amr = claims.auth_method_refs().into_iter().flatten();
        let second_factor = self.state.issuers.second_factor();
        Identity {
            issuer: self.issuer().to_owned(),
            subject: claims.subject().to_string(),
            verified_email: email.map(|email| email.to_string()),
            second_factor: second_factor.is_vouched_for(acr, amr.map(|method| method.as_str())),
        }
    }

    /// Where to sign out at the issuer (OpenID Connect RP-Initiated Logout 1.0), where it has such a place. It is asked in the
    /// client's name, without the ID token as a hint: that says who somebody is, in plain, and is not kept.
    pub(super) async fn sign_out_address(&self) -> Result<Option<Url>, Trouble> {
        let metadata = self.metadata(None).await?;
        let Some(address) = metadata.additional_metadata().end_session_endpoint.clone() else {
            return Ok(None);
        };
        let request = LogoutRequest::from(address)
            .set_client_id(ClientId::new(self.issuer.settings.client_id.clone()))
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::from_url(self.state.address("/")));
        Ok(Some(request.http_get_url()))
    }
}

fn not_redeemed(error: &CoreRequestTokenError<crate::http::tokens::Unreachable>) -> Trouble {
    match error {
        CoreRequestTokenError::Request(error) => {
            tracing::warn!(%error, "the issuer's token endpoint does not answer");
            Trouble::IssuerUnavailable
        }
        CoreRequestTokenError::ServerResponse(answer) => {
            tracing::warn!(error = %answer.error().as_ref(), "the issuer refuses the code");
            Trouble::Failed
        }
        error => {
            tracing::warn!(%error, "the issuer's answer cannot be read");
            Trouble::Failed
        }
    }
}

/// Whom an issuer vouches for.
pub(super) struct Identity {
    issuer: String,
    subject: String,
    verified_email: Option<String>,
    second_factor: bool,
}

impl Identity {
    /// A session for this person, under a secret of this hash.
    pub(super) fn into_session(self, token_hash: Vec<u8>) -> NewSession {
        NewSession {
            token_hash,
            issuer: self.issuer,
            subject: self.subject,
            verified_email: self.verified_email,
            second_factor: self.second_factor,
        }
    }
}
