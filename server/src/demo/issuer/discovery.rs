//! What the issuer publishes about itself.

use super::DemonstrationIssuer;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::{Value, json};

/// The discovery document (OpenID Connect Discovery 1.0).
pub(super) async fn configuration(State(issuer): State<DemonstrationIssuer>) -> Json<Value> {
    Json(json!({
        "issuer": issuer.0.url.as_str(),
        "authorization_endpoint": issuer.address("/authorize"),
        "token_endpoint": issuer.address("/token"),
        "jwks_uri": issuer.address("/jwks"),
        "end_session_endpoint": issuer.address("/end-session"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials", "password"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "email", "profile"],
        "claims_supported": ["sub", "email", "email_verified", "name", "acr", "amr"],
        "acr_values_supported": ["1", "2"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// The public keys (RFC 7517).
pub(super) async fn key_set(State(issuer): State<DemonstrationIssuer>) -> Json<Value> {
    Json(json!({ "keys": issuer.0.keys.public() }))
}

/// Makes a new key.
pub(super) async fn rotate_keys(State(issuer): State<DemonstrationIssuer>) -> StatusCode {
    issuer.0.keys.rotate();
    StatusCode::NO_CONTENT
}
