//! Who may vouch for people and software.

use openidconnect::IssuerUrl;
use secrecy::SecretString;
use serde::Deserialize;

/// Settings of sign-in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct SignIn {
    pub idle_minutes: u32,
    pub absolute_hours: u32,
    pub open_attempts: u64,
    pub second_factor_acr: Vec<String>,
    pub second_factor_amr: Vec<String>,
    #[serde(default)]
    pub issuers: Vec<Issuer>,
}

/// One issuer of tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Issuer {
    pub url: IssuerUrl,
    pub client_id: String,
    #[serde(default)]
    pub client_secret: Option<SecretString>,
    pub audience: String,
    pub algorithms: Vec<jsonwebtoken::Algorithm>,
    #[serde(default = "access_token_types")]
    pub token_types: Vec<String>,
}

fn access_token_types() -> Vec<String> {
    vec!["at+jwt".to_owned(), "application/at+jwt".to_owned()]
}
