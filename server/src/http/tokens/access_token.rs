//! JWT access tokens (RFC 9068).

use super::SecondFactor;
use super::claims::{is_subject, organisations, strings};
use super::keys::Keys;
use crate::config;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Header, Validation};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// Far more than any issuer writes, and little enough to be read by anybody's leave.
const LONGEST_TOKEN: usize = 16_384;
/// How far the issuer's clock may be from ours, in seconds.
pub(in crate::http) const LEEWAY_SECONDS: i64 = 30;

/// What a valid access token says. Roles are not among it: they come from our memberships.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// The issuer (`iss`).
    pub issuer: String,
    /// The issuer's name for the account (`sub`).
    pub subject: String,
    /// The client, where the token is software's own and no person's.
    pub software: Option<String>,
    /// The person's e-mail address, where the token holds one that the issuer verified.
    pub verified_email: Option<String>,
    /// Our organisations that the token names, by key; it may act for one of these. Empty: for any.
    pub organisations: Vec<Uuid>,
    /// Whether the issuer vouches for a second factor.
    pub second_factor: bool,
}

/// Why a token does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadToken {
    /// It is not a valid token for this service; says why, in ASCII without quotes, as RFC 6750 section 3 wants it.
    Invalid(&'static str),
    /// The issuer's keys cannot be fetched now, so nobody knows.
    Unavailable,
}

#[derive(Deserialize)]
struct IssuerClaim {
    iss: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: f64,
    nbf: Option<f64>,
    client_id: Option<String>,
    azp: Option<String>,
    preferred_username: Option<String>,
    #[serde(default)]
    email: Value,
    #[serde(default)]
    email_verified: Value,
    acr: Option<String>,
    #[serde(default)]
    amr: Value,
    #[serde(default)]
    organization: Value,
}

/// The issuer that a token names, and its header. Nothing of it is proven yet.
pub(super) fn read_unproven(token: &str) -> Result<(Header, String), BadToken> {
    if token.len() > LONGEST_TOKEN {
        return Err(BadToken::Invalid("The token is too long"));
    }
    // There is no algorithm `none` among those that the library knows.
    let header = jsonwebtoken::decode_header(token).map_err(|_| BadToken::Invalid("This is not a signed JWT"))?;
    let claims: IssuerClaim = jsonwebtoken::dangerous::insecure_decode_claims(token)
        .map_err(|_| BadToken::Invalid("The token does not say who issued it"))?;
    Ok((header, claims.iss))
}

/// Checks what can be checked before there is a key.
pub(super) fn check_header(header: &Header, settings: &config::Issuer) -> Result<(), BadToken> {
    if !settings.algorithms.contains(&header.alg) {
        return Err(BadToken::Invalid("The signature algorithm is not one of those we accept"));
    }
    let typ = header.typ.as_deref().unwrap_or_default();
    if !settings.token_types.iter().any(|known| known.eq_ignore_ascii_case(typ)) {
        return Err(BadToken::Invalid("This type of token is not an access token"));
    }
    // RFC 7515 section 4.1.11: who does not understand a critical extension rejects the token. We understand none.
    if header.crit.is_some() {
        return Err(BadToken::Invalid("The token has critical extensions that we do not know"));
    }
    Ok(())
}

/// Checks signature and claims.
pub(super) fn verify(
    token: &str,
    header: &Header,
    settings: &config::Issuer,
    keys: &Keys,
    second_factor: &SecondFactor,
    now: DateTime<Utc>,
) -> Result<AccessToken, BadToken> {
    let key = keys.find(header.kid.as_deref(), header.alg);
    let key = key.ok_or(BadToken::Invalid("The issuer has no such key for this algorithm"))?;
    let verified = jsonwebtoken::decode::<Claims>(token, key, &validation(header, settings));
    let claims = verified.map_err(|error| BadToken::Invalid(reason(error.kind())))?.claims;
    check_times(&claims, now)?;
    if !is_subject(&claims.sub) {
        return Err(BadToken::Invalid("The subject of the token is not one that can be kept"));
    }
    Ok(AccessToken {
        issuer: settings.url.as_str().to_owned(),
        software: software(&claims),
        verified_email: verified_email(&claims),
        organisations: organisations(&claims.organization),
        second_factor: second_factor.is_vouched_for(claims.acr.as_deref(), strings(&claims.amr)),
        subject: claims.sub,
    })
}

fn validation(header: &Header, settings: &config::Issuer) -> Validation {
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[settings.url.as_str()]);
    validation.set_audience(&[&settings.audience]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    // Times are checked with our own clock.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

fn check_times(claims: &Claims, now: DateTime<Utc>) -> Result<(), BadToken> {
    let seconds = |from: i64| (now.timestamp() + from) as f64;
    if claims.exp <= seconds(-LEEWAY_SECONDS) {
        return Err(BadToken::Invalid("The token has expired"));
    }
    if claims.nbf.is_some_and(|nbf| nbf > seconds(LEEWAY_SECONDS)) {
        return Err(BadToken::Invalid("The token does not count yet"));
    }
    Ok(())
}

/// The client of a token that software got for itself (RFC 6749, section 4.4). A person's token names a client too,
/// through which the person acts, and must never be taken for the software's own. Issuers name the software's account after the
/// client; Keycloak says so in `preferred_username`.
fn software(claims: &Claims) -> Option<String> {
    let client = claims.client_id.as_ref().or(claims.azp.as_ref())?;
    let name = claims.preferred_username.as_deref();
    let own = claims.sub == *client || name.and_then(|name| name.strip_prefix("service-account-")) == Some(client);
    own.then(|| client.clone())
}

fn verified_email(claims: &Claims) -> Option<String> {
    let email = claims.email.as_str().filter(|_| claims.email_verified == Value::Bool(true))?;
    Some(email.to_owned())
}

fn reason(kind: &jsonwebtoken::errors::ErrorKind) -> &'static str {
    use jsonwebtoken::errors::ErrorKind;
    match kind {
        ErrorKind::InvalidSignature => "The signature is wrong",
        ErrorKind::InvalidAudience => "The token is for somebody else",
        ErrorKind::InvalidIssuer => "The token is of another issuer",
        ErrorKind::MissingRequiredClaim(_) | ErrorKind::Json(_) => "The token lacks a claim, or a claim is malformed",
        _ => "The token is malformed",
    }
}

#[cfg(test)]
mod tests;
