//! Settings: the embedded `defaults.toml`, then a file, then the environment.

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use ipnet::IpNet;
use openidconnect::IssuerUrl;
use secrecy::SecretString;
use serde::Deserialize;
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};

/// The reference documentation of the settings, which is also their defaults.
pub const DEFAULTS: &str = include_str!("../defaults.toml");

/// The database of the defaults: a file in the current folder.
pub const DEFAULT_DATABASE: &str = "sqlite:oslonac.db";

/// Every setting. What each means stands in `defaults.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The edge.
    pub http: Http,
    /// Limits of documents.
    pub graphql: Graphql,
    /// What stays open.
    pub live: Live,
    /// The database.
    pub database: Database,
    /// Sign-in.
    pub sign_in: SignIn,
    /// Files of reports.
    pub attachments: Attachments,
    /// Opened identities.
    pub identity: Identity,
    /// The chain over the audit trail.
    pub audit: Audit,
    /// Work in the background.
    pub jobs: Jobs,
    /// How long persons are kept.
    pub retention: Retention,
    /// How members are told of news.
    pub notifications: Notifications,
    /// Numbers for whoever watches the service.
    pub metrics: Metrics,
    /// Within what time the Centre acts on reports.
    pub deadlines: Deadlines,
    /// Logging.
    pub log: Log,
    /// The demonstration.
    pub demonstration: Demonstration,
}

/// Settings of the edge.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Http {
    pub listen: SocketAddr,
    pub public_url: String,
    pub behind_proxy: bool,
    pub largest_body: usize,
    pub largest_list: usize,
    pub time_limit_seconds: u64,
    pub graphiql: bool,
    pub introspection: bool,
    pub server_timing: bool,
    pub trusted_proxies: Vec<IpNet>,
    pub header_seconds: u64,
    pub body_seconds: u64,
    pub write_seconds: u64,
    pub connections_per_address: usize,
    pub tls: Tls,
    pub rate_limits: RateLimits,
}

/// Where TLS ends here.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Tls {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Tls {
    /// Whether TLS ends here.
    pub fn is_set(&self) -> bool {
        !self.certificate.as_os_str().is_empty()
    }
}

/// How many requests a minute; 0 for no limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct RateLimits {
    pub account: u32,
    pub organisation: u32,
    pub address: u32,
    pub credentials: u32,
    pub sign_ins: u32,
}

/// Limits of documents.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Graphql {
    pub depth: usize,
    pub complexity: usize,
    pub aliases: usize,
    pub tokens: usize,
    pub root_fields: usize,
}

/// WebSockets and event streams.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Live {
    pub init_seconds: u64,
    pub ping_seconds: u64,
    pub check_seconds: u64,
    pub slow_seconds: u64,
    pub largest_message: usize,
    pub subscriptions_per_connection: usize,
    pub connections_per_account: usize,
}

/// Settings of the database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Database {
    pub url: SecretString,
    pub owner_url: Option<SecretString>,
    pub max_connections: u32,
    pub acquire_timeout_seconds: u64,
    pub master_key: MasterKey,
}

/// Where the master key is, which wraps the keys of organisations.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct MasterKey {
    pub file: PathBuf,
    pub vault: Vault,
}

/// A key of Vault's Transit engine.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Vault {
    pub address: String,
    pub mount: String,
    pub key: String,
    pub token_file: PathBuf,
}

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

/// Settings of files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Attachments {
    pub largest: usize,
    pub per_report: NonZeroU16,
    pub at_once: NonZeroU16,
    pub upload_seconds: u64,
    pub link_minutes: NonZeroU16,
    pub folder: PathBuf,
    pub scanner: String,
    pub scanner_seconds: NonZeroU16,
    pub keep_every_seconds: u64,
    pub s3: S3,
}

/// A bucket of a store that speaks S3.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct S3 {
    pub bucket: String,
    pub endpoint: String,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: SecretString,
    pub patience_seconds: NonZeroU16,
}

/// Settings of opened identities.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Identity {
    pub open_minutes: NonZeroU16,
    pub review_days: NonZeroU16,
}

/// Settings of the chain over the audit trail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Audit {
    pub signing_key_file: PathBuf,
    pub link_every_seconds: u64,
    pub checkpoint_rows: u32,
    pub checkpoint_minutes: u32,
}

/// Settings of background work.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Jobs {
    pub expiry_every_seconds: u64,
    pub draft_days: u32,
    pub idempotency_key_days: u32,
}

/// Settings of retention.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Retention {
    #[serde(deserialize_with = "years")]
    pub identified_years: u32,
    #[serde(deserialize_with = "years")]
    pub not_identified_years: u32,
    pub review_days: std::num::NonZeroU16,
    pub every_hours: std::num::NonZeroU16,
}

/// A number of years to keep something; beyond a hundred it is a slip.
fn years<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let years = u32::deserialize(deserializer)?;
    if years > 100 {
        return Err(serde::de::Error::custom("write 0 to 100 years"));
    }
    Ok(years)
}

/// Settings of notifications.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Notifications {
    pub look_every_seconds: NonZeroU16,
    pub kept_days: NonZeroU16,
    #[serde(deserialize_with = "hour")]
    pub summary_hour: u32,
    pub email: Email,
    pub webhooks: Webhooks,
}

/// Settings of webhooks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Webhooks {
    pub private_networks: bool,
    pub plain_http: bool,
    #[serde(deserialize_with = "a_minute")]
    pub time_limit_seconds: NonZeroU16,
    pub give_up_hours: NonZeroU16,
    pub disable_after_hours: NonZeroU16,
}

/// An hour of the day.
fn hour<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let hour = u32::deserialize(deserializer)?;
    if hour > 23 {
        return Err(serde::de::Error::custom("write an hour, 0 to 23"));
    }
    Ok(hour)
}

/// Settings of e-mail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Email {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    pub user: String,
    pub password: SecretString,
    pub from: String,
    #[serde(deserialize_with = "a_minute")]
    pub time_limit_seconds: NonZeroU16,
    pub give_up_hours: NonZeroU16,
}

/// Seconds, at most a minute.
fn a_minute<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NonZeroU16, D::Error> {
    let seconds = NonZeroU16::deserialize(deserializer)?;
    if seconds.get() > 60 {
        return Err(serde::de::Error::custom("write 1 to 60 seconds"));
    }
    Ok(seconds)
}

/// How the connection to a server of e-mail is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// From the beginning.
    Tls,
    /// From early on, or not at all: then nothing is sent.
    Starttls,
    /// Not at all.
    None,
}

/// Settings of metrics.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Metrics {
    pub listen: String,
}

/// Deadlines that the Centre has confirmed.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Deadlines {
    pub first_assessment: DeadlineHours,
    pub decision: DeadlineHours,
}

/// The length of a deadline by urgency.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct DeadlineHours {
    #[serde(deserialize_with = "hours")]
    pub immediate_hours: u32,
    #[serde(deserialize_with = "hours")]
    pub urgent_hours: u32,
    #[serde(deserialize_with = "hours")]
    pub ordinary_hours: u32,
}

/// A number of hours until something is due; beyond a year it is a slip.
fn hours<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let hours = u32::deserialize(deserializer)?;
    if hours > 8_784 {
        return Err(serde::de::Error::custom("write 0 to 8784 hours"));
    }
    Ok(hours)
}

/// Settings of logging.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Log {
    pub filter: String,
    pub format: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, a JSON object a line.
    Json,
}

/// Settings of the demonstration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Demonstration {
    pub clock_starts_at: String,
}

/// A setting that cannot be read: the key, where it stands, and what would be right.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    /// A bad value of one key.
    pub fn of_key(key: &str, what: &str) -> Self {
        Self(format!("setting {key}: {what}"))
    }
}

impl Config {
    /// Reads the settings: defaults, this file where one is given, the environment.
    pub fn read(file: Option<&Path>) -> Result<Self, Error> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(Error(format!("there is no settings file {}", file.display())));
            }
            figment = figment.merge(Toml::file(file));
        }
        figment.merge(Env::prefixed("OSLONAC_").split("__")).extract().map_err(|error| in_one_line(&error))
    }
}

#[cfg(any(test, fuzzing))]
impl Config {
    /// The settings of a file's text, without the environment.
    pub fn of_text(text: &str) -> Result<Self, Error> {
        let figment = Figment::from(Toml::string(DEFAULTS)).merge(Toml::string(text));
        figment.extract().map_err(|error| in_one_line(&error))
    }
}

fn in_one_line(error: &figment::Error) -> Error {
    let key = if error.path.is_empty() { "?".to_owned() } else { error.path.join(".") };
    let place = error.metadata.as_ref().map(|metadata| match &metadata.source {
        Some(source) => source.to_string(),
        None => metadata.name.to_string(),
    });
    let what = what_is_wrong(error).split_whitespace().collect::<Vec<_>>().join(" ");
    Error(format!("setting {key} ({}): {what}", place.as_deref().unwrap_or("defaults")))
}

/// What is wrong with a value. One that may be a secret is not repeated.
fn what_is_wrong(error: &figment::Error) -> String {
    use figment::error::Kind;
    let secrets = ["database", "client_secret", "password", "secret_access_key"];
    let secret = error.path.iter().any(|key| secrets.contains(&&**key));
    match &error.kind {
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) if secret => format!("this is not {expected}"),
        kind => kind.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Config, Error> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.toml");
        std::fs::write(&file, text).unwrap();
        Config::read(Some(&file))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_file_is_read_or_refused_in_one_line(
            text: String,
            key in "[a-z_.]{1,20}",
            value in "(-?[0-9]{1,25}|\"[^\"\\\\\n]{0,20}\"|true|\\[\\]|\\{\\}|[0-9:TZ-]{1,20})",
        ) {
            for text in [text, format!("http.{key} = {value}"), format!("{key} = {value}"), format!("[{key}]\n{key} = {value}")] {
                if let Err(error) = read(&text) {
                    prop_assert!(!error.to_string().contains('\n'), "{}", error);
                }
            }
        }

        #[test]
        fn numbers_beyond_their_range_are_refused(number in i64::from(u32::MAX) + 1..) {
            for (key, number) in [("http.rate_limits.account", number), ("http.largest_body", -number)] {
                let told = read(&format!("{key} = {number}")).expect_err("it fits nowhere").to_string();
                prop_assert!(told.contains(key), "{}", told);
            }
        }
    }
}
