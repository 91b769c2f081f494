//! The token endpoint.

use super::{AUDIENCE, CLIENT, DemonstrationIssuer, Person, SCRIPT_CLIENT};
use crate::ids;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// How long access tokens count, in seconds: a working session of somebody who tries the service.
const ACCESS_TOKEN_SECONDS: i64 = 3600;
/// How long ID tokens count, in seconds: they are read at once.
const ID_TOKEN_SECONDS: i64 = 300;

/// Parameters of the grants (RFC 6749, sections 4.1.3, 4.3.2 and 4.4.2; RFC 7636, section 4.5).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TokenRequest {
    grant_type: String,
    client_id: String,
    client_secret: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
    /// E-mail address of the person; the password is of no interest.
    username: String,
    /// `no` for a token without a second factor.
    second_factor: String,
}

/// An error of RFC 6749, section 5.2.
struct OAuthError(&'static str, &'static str);

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let Self(error, description) = self;
        let body = Json(json!({ "error": error, "error_description": description }));
        if error != "invalid_client" {
            return (StatusCode::BAD_REQUEST, body).into_response();
        }
        let challenge = [(header::WWW_AUTHENTICATE, "Basic realm=\"demonstration\"")];
        (StatusCode::UNAUTHORIZED, challenge, body).into_response()
    }
}

/// `POST /token`.
pub(super) async fn token(
    State(issuer): State<DemonstrationIssuer>,
    headers: HeaderMap,
    Form(mut request): Form<TokenRequest>,
) -> Response {
    if let Some((client_id, client_secret)) = basic(&headers) {
        (request.client_id, request.client_secret) = (client_id, client_secret);
    }
    let granted = match &*request.grant_type {
        "authorization_code" => by_code(&issuer, &request),
        "client_credentials" => by_client(&issuer, &request),
        "password" => by_name(&issuer, &request),
        _ => Err(OAuthError("unsupported_grant_type", "No such grant here")),
    };
    let mut response = match granted {
        Ok(tokens) => Json(tokens).into_response(),
        Err(error) => error.into_response(),
    };
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    response
}

/// Client and secret from `Authorization: Basic` (RFC 6749, section 2.3.1: both form-encoded first).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let pair = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (client_id, client_secret) = pair.split_once(':')?;
    let decoded = |text: &str| {
        let mut pairs = url::form_urlencoded::parse(text.as_bytes());
        pairs.next().map(|(text, _)| text.into_owned()).unwrap_or_default()
    };
    Some((decoded(client_id), decoded(client_secret)))
}

fn by_code(issuer: &DemonstrationIssuer, request: &TokenRequest) -> Result<Value, OAuthError> {
    let granted = issuer.0.codes.take(&request.code, issuer.0.clock.now());
    let granted = granted.ok_or(OAuthError("invalid_grant", "No such code, or no more"))?;
    if request.client_id != CLIENT || granted.client_id != request.client_id {
        return Err(OAuthError("invalid_grant", "The code is another client's"));
    }
    if granted.redirect_uri != request.redirect_uri {
        return Err(OAuthError("invalid_grant", "Not the redirect_uri that the code went to"));
    }
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&request.code_verifier));
    if challenge != granted.code_challenge {
        return Err(OAuthError("invalid_grant", "The code_verifier is not that of the code_challenge"));
    }
    let person = issuer.person(&granted.subject);
    let person = person.ok_or(OAuthError("invalid_grant", "The person is not there any more"))?;
    let mut tokens = issuer.access_token(&person.subject, CLIENT, Some((person, granted.second_factor)));
    tokens["id_token"] = issuer.id_token(person, &granted.nonce, granted.second_factor).into();
    Ok(tokens)
}

fn by_client(issuer: &DemonstrationIssuer, request: &TokenRequest) -> Result<Value, OAuthError> {
    let known = issuer.0.software.iter().find(|software| {
        let same: bool = software.client_secret.as_bytes().ct_eq(request.client_secret.as_bytes()).into();
        software.client_id == request.client_id && same
    });
    let software = known.ok_or(OAuthError("invalid_client", "Unknown client or wrong secret"))?;
    Ok(issuer.access_token(&software.client_id, &software.client_id, None))
}

fn by_name(issuer: &DemonstrationIssuer, request: &TokenRequest) -> Result<Value, OAuthError> {
    if request.client_id != SCRIPT_CLIENT {
        return Err(OAuthError("unauthorized_client", "Take client_id=demonstration-script"));
    }
    let person = issuer.person_by_email(&request.username);
    let person = person.ok_or(OAuthError("invalid_grant", "Nobody of the network has this e-mail address"))?;
    let second_factor = request.second_factor != "no";
    Ok(issuer.access_token(&person.subject, SCRIPT_CLIENT, Some((person, second_factor))))
}

impl DemonstrationIssuer {
    /// An access token (RFC 9068) in the response of RFC 6749, section 5.1. A person's says who that is.
    fn access_token(&self, subject: &str, client_id: &str, person: Option<(&Person, bool)>) -> Value {
        let now = self.0.clock.now();
        let mut claims = json!({
            "iss": self.0.url.as_str(),
            "aud": AUDIENCE,
            "sub": subject,
            "client_id": client_id,
            "iat": now.timestamp(),
            "exp": now.timestamp() + ACCESS_TOKEN_SECONDS,
            "jti": ids::new_key(now),
        });
        if let Some((person, second_factor)) = person {
            (claims["acr"], claims["amr"]) = methods(second_factor);
            (claims["email"], claims["email_verified"]) = (json!(person.email), json!(true));
        }
        json!({
            "access_token": self.0.keys.sign("at+jwt", &claims),
            "token_type": "Bearer",
            "expires_in": ACCESS_TOKEN_SECONDS,
        })
    }

    /// An ID token (OpenID Connect Core 1.0, section 2).
    fn id_token(&self, person: &Person, nonce: &str, second_factor: bool) -> String {
        let now = self.0.clock.now().timestamp();
        let (acr, amr) = methods(second_factor);
        let mut claims = json!({
            "iss": self.0.url.as_str(),
            "aud": CLIENT,
            "sub": person.subject,
            "iat": now,
            "auth_time": now,
            "exp": now + ID_TOKEN_SECONDS,
            "email": person.email,
            "email_verified": true,
            "name": person.name,
            "acr": acr,
            "amr": amr,
        });
        if !nonce.is_empty() {
            claims["nonce"] = nonce.into();
        }
        self.0.keys.sign("JWT", &claims)
    }
}

/// `acr` and `amr` (RFC 8176) with and without a second factor.
fn methods(second_factor: bool) -> (Value, Value) {
    match second_factor {
        true => (json!("2"), json!(["pwd", "otp", "mfa"])),
        false => (json!("1"), json!(["pwd"])),
    }
}
