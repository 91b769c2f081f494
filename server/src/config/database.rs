//! The database, and the key of what it holds sealed.

use secrecy::SecretString;
use serde::Deserialize;
use std::path::PathBuf;

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
    pub in_use: Option<MasterKeyPlace>,
}

/// Where a master key may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MasterKeyPlace {
    /// In the file.
    File,
    /// In Vault.
    Vault,
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
