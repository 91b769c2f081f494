//! How members and their software are told of news.

use super::within;
use secrecy::SecretString;
use serde::Deserialize;
use std::num::NonZeroU16;

/// Settings of notifications.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Notifications {
    pub look_every_seconds: NonZeroU16,
    pub kept_days: NonZeroU16,
    #[serde(deserialize_with = "within::<0, 23, _, _>")]
    pub summary_hour: u32,
    #[serde(deserialize_with = "within::<0, 336, _, _>")]
    pub remind_hours: u16,
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
    #[serde(deserialize_with = "within::<1, 60, _, _>")]
    pub time_limit_seconds: NonZeroU16,
    pub give_up_hours: NonZeroU16,
    pub disable_after_hours: NonZeroU16,
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
    #[serde(deserialize_with = "within::<1, 60, _, _>")]
    pub time_limit_seconds: NonZeroU16,
    pub give_up_hours: NonZeroU16,
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
