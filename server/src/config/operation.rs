//! What runs in the background, and what tells how the service is.

use serde::Deserialize;
use std::path::PathBuf;

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

/// Settings of metrics.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Metrics {
    pub listen: String,
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
