//! Settings of rooms.

use super::within;
use secrecy::SecretString;
use serde::Deserialize;
use std::num::NonZeroU16;
use std::path::PathBuf;

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

/// Settings of retention.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Retention {
    #[serde(deserialize_with = "within::<0, 100, _, _>")]
    pub identified_years: u32,
    #[serde(deserialize_with = "within::<0, 100, _, _>")]
    pub not_identified_years: u32,
    pub review_days: NonZeroU16,
    pub every_hours: NonZeroU16,
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
    #[serde(deserialize_with = "within::<0, 8784, _, _>")]
    pub immediate_hours: u32,
    #[serde(deserialize_with = "within::<0, 8784, _, _>")]
    pub urgent_hours: u32,
    #[serde(deserialize_with = "within::<0, 8784, _, _>")]
    pub ordinary_hours: u32,
}
