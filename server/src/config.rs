//! Settings: the embedded `defaults.toml`, then a file, then the environment.

mod database;
mod edge;
mod notifications;
mod operation;
mod rooms;
mod sign_in;

pub use database::{Database, MasterKey, MasterKeyPlace, Vault};
pub use edge::{Graphql, Http, Live, RateLimits, Tls};
pub use notifications::{Email, Encryption, Notifications, Webhooks};
pub use operation::{Audit, Demonstration, Jobs, Log, LogFormat, Metrics};
pub use rooms::{Attachments, DeadlineHours, Deadlines, Identity, Retention, S3};
pub use sign_in::{Issuer, SignIn};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::de::{Deserialize, Deserializer, Error as _};
use std::path::Path;

/// The reference documentation of the settings, which is also their defaults.
pub const DEFAULTS: &str = include_str!("../defaults.toml");

/// The database of the defaults: a file in the current folder.
pub const DEFAULT_DATABASE: &str = "sqlite:oslonac.db";

/// Every setting. What each means stands in `defaults.toml`.
#[derive(Clone, Debug, serde::Deserialize)]
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

/// A number within these limits; beyond them it is a slip.
fn within<'de, const LEAST: u16, const MOST: u16, D: Deserializer<'de>, T: TryFrom<u16>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let number = u16::deserialize(deserializer).ok().filter(|number| (LEAST..=MOST).contains(number));
    let number = number.and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| D::Error::custom(format_args!("write a number from {LEAST} to {MOST}")))
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
