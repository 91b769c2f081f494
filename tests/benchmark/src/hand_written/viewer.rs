//! Who asks.

use crate::issuer::{ALGORITHM, AUDIENCE};
use crate::signing_in::COOKIE_NAME;
use crate::{Result, time};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use reqwest::Url;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row};
use uuid::Uuid;

/// The keys of an issuer, and what its tokens must say.
pub struct TokenKeys {
    issuer: Url,
    keys: Vec<(String, DecodingKey)>,
    validation: Validation,
}

#[derive(Deserialize)]
struct Discovery {
    jwks_uri: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
}

impl TokenKeys {
    /// Asks the issuer for its keys, once.
    pub async fn fetch(issuer: Url) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
        let about = http.get(issuer.join(".well-known/openid-configuration")?).send().await?;
        let about: Discovery = about.error_for_status()?.json().await?;
        let set: JwkSet = http.get(about.jwks_uri).send().await?.error_for_status()?.json().await?;
        let mut keys = Vec::new();
        for key in set.keys {
            let decoding = DecodingKey::from_jwk(&key)?;
            keys.push((key.common.key_id.unwrap_or_default(), decoding));
        }
        let mut validation = Validation::new(ALGORITHM);
        validation.set_issuer(&[issuer.as_str()]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        Ok(Self { issuer, keys, validation })
    }

    /// The subject of a token; nothing where it does not count.
    fn subject(&self, token: &str) -> Option<String> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let (_, key) = self.keys.iter().find(|(id, _)| header.kid.as_ref() == Some(id))?;
        let is_access_token = header.typ.is_some_and(|typ| typ.eq_ignore_ascii_case("at+jwt"));
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation).ok()?.claims;
        is_access_token.then_some(claims.sub)
    }
}

/// Who asks, and for which organisation.
pub struct Viewer {
    pub account_id: Uuid,
    pub membership_id: Uuid,
    pub organisation_id: Uuid,
    roles: String,
}

/// Whoever holds a token of this subject.
const BY_TOKEN: &str = "SELECT a.id, m.id, o.id, m.roles
    FROM account a
    JOIN membership m ON m.account_id = a.id AND m.ended_at IS NULL
    JOIN organisation o ON o.id = m.organisation_id AND o.suspended_at IS NULL
    WHERE a.issuer = $1 AND a.subject = $2";

/// Whoever has this session, where it has not ended.
const BY_SESSION: &str = "SELECT a.id, m.id, o.id, m.roles
    FROM session s
    JOIN account a ON a.id = s.account_id
    JOIN membership m ON m.id = s.membership_id AND m.ended_at IS NULL
    JOIN organisation o ON o.id = m.organisation_id AND o.suspended_at IS NULL
    WHERE s.token_hash = $1 AND s.created_at > $2 AND s.last_seen_at > $3";

impl Viewer {
    /// Who asks with these headers; nothing where that is nobody. The connections may see what signing in may see.
    pub async fn of(headers: &HeaderMap, keys: &TokenKeys, signing_in: &PgPool) -> Result<Option<Self>> {
        let query = if let Some(header) = headers.get(AUTHORIZATION) {
            let token = header.to_str()?.strip_prefix("Bearer ").unwrap_or_default();
            let Some(subject) = keys.subject(token) else { return Ok(None) };
            sqlx::query(BY_TOKEN).bind(keys.issuer.as_str()).bind(subject)
        } else {
            let Some(secret) = secret(headers) else { return Ok(None) };
            let now = time::now();
            let limits = (now - TimeDelta::hours(12), now - TimeDelta::hours(1));
            sqlx::query(BY_SESSION).bind(Sha256::digest(secret).to_vec()).bind(limits.0).bind(limits.1)
        };
        Ok(query.try_map(|row| Self::of_row(&row)).fetch_optional(signing_in).await?)
    }

    fn of_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            account_id: row.try_get(0)?,
            membership_id: row.try_get(1)?,
            organisation_id: row.try_get(2)?,
            roles: row.try_get(3)?,
        })
    }

    /// What opens a transaction in which row level security lets the viewer's rows through.
    pub fn begin(&self) -> String {
        let Self { account_id, membership_id, organisation_id, roles } = self;
        format!(
            "BEGIN; SET LOCAL app.account = '{account_id}'; SET LOCAL app.organisation = '{organisation_id}'; \
             SET LOCAL app.membership = '{membership_id}'; SET LOCAL app.roles = '{}'; SET LOCAL app.barred = ''",
            // The database keeps names of roles and commas there, and this makes sure of it.
            roles.replace(|letter: char| !letter.is_ascii_lowercase() && !matches!(letter, ',' | '_'), "")
        )
    }
}

fn secret(headers: &HeaderMap) -> Option<Vec<u8>> {
    let mut pairs = headers.get(COOKIE)?.to_str().ok()?.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == COOKIE_NAME)?;
    URL_SAFE_NO_PAD.decode(value).ok()
}
