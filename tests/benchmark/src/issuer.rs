//! An issuer of access tokens on loopback, as an installation's identity provider is one.

use crate::{Result, time};
use axum::routing::get;
use axum::{Json, Router};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::pkcs8::EncodePrivateKey;
use rand::RngExt;
use reqwest::Url;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// Whom its tokens are for.
pub const AUDIENCE: &str = "oslonac";
/// The client that its tokens were given to.
pub const CLIENT: &str = "benchmark";
/// How its tokens are signed.
pub const ALGORITHM: Algorithm = Algorithm::ES256;
/// Tokens outlive the benchmark.
const LIFETIME_SECONDS: i64 = 24 * 3600;

/// An issuer that answers until it is dropped.
pub struct Issuer {
    url: Url,
    key: EncodingKey,
    serving: AbortHandle,
}

impl Issuer {
    /// Starts one on a free port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = Url::parse(&format!("http://{}/", listener.local_addr()?))?;
        let key = new_key()?;
        let mut public = Jwk::from_encoding_key(&key, ALGORITHM)?;
        public.common.key_id = Some("1".to_owned());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        let (about, keys) = (discovery(&url), json!({ "keys": [public] }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(async || Json(about)))
            .route("/keys", get(async || Json(keys)));
        let serving = tokio::spawn(async { axum::serve(listener, router).await }).abort_handle();
        Ok(Self { url, key, serving })
    }

    /// What its tokens carry in `iss`.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// An access token (RFC 9068).
    pub fn token(&self, subject: &str) -> Result<String> {
        let now = time::now().timestamp();
        let header = Header { typ: Some("at+jwt".to_owned()), kid: Some("1".to_owned()), ..Header::new(ALGORITHM) };
        let claims = json!({
            "iss": self.url.as_str(), "sub": subject, "aud": AUDIENCE, "client_id": CLIENT, "scope": "openid",
            "iat": now, "exp": now + LIFETIME_SECONDS, "jti": time::new_key(), "acr": "1", "amr": ["pwd"],
        });
        Ok(jsonwebtoken::encode(&header, &claims, &self.key)?)
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The discovery document (OpenID Connect Discovery 1.0, section 3). Nobody signs in here with a browser.
fn discovery(url: &Url) -> Value {
    let address = |path: &str| format!("{url}{path}");
    json!({
        "issuer": url.as_str(),
        "authorization_endpoint": address("authorize"),
        "token_endpoint": address("token"),
        "jwks_uri": address("keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    })
}

/// A new private key on the curve P-256.
fn new_key() -> Result<EncodingKey> {
    let mut bytes = [0; 32];
    rand::rng().fill(&mut bytes);
    let key = p256::SecretKey::from_slice(&bytes)?;
    Ok(EncodingKey::from_ec_der(key.to_pkcs8_der()?.as_bytes()))
}
