//! The master key, which wraps the keys of organisations: in a file, or in the Transit engine of HashiCorp Vault.
//!
//! Whoever loses it loses every text that was ever sealed. Whoever has it and a copy of the database reads them all.

mod file;
#[cfg(test)]
mod tests;
mod vault;

use super::envelope::{Key, Place};
use crate::config::{self, MasterKeyPlace};
pub use file::create_file;
#[cfg(any(test, fuzzing))]
pub(in crate::access) use file::read_master_key;
use std::path::PathBuf;
use vault::Vault;

/// Why the master key cannot be used, and how to mend it.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Problem {
    what: String,
    /// Whether it may be over in a moment.
    pub(super) passing: bool,
}

fn problem(what: impl Into<String>) -> Problem {
    Problem { what: what.into(), passing: false }
}

/// The master keys there are, and which of them wraps.
pub(super) struct Master {
    /// The file that was read, with names and keys: the newest first, and after it those that it took the place of.
    file: PathBuf,
    keys: Vec<(String, Key)>,
    /// Vault, which never hands its key out.
    vault: Option<Box<Vault>>,
    /// Where the one is that wraps. Nowhere: nothing sealed can be read or written.
    in_use: Option<MasterKeyPlace>,
}

impl Master {
    /// Those of the settings.
    pub(super) fn of(settings: &config::MasterKey) -> Result<Self, Problem> {
        let in_use = in_use(settings)?;
        let (file, there) = (settings.file.clone(), !settings.vault.address.is_empty());
        let keys = if file.as_os_str().is_empty() { Vec::new() } else { file::read(&file)? };
        let vault = if there { Some(Box::new(Vault::new(&settings.vault)?)) } else { None };
        Ok(Self { file, keys, vault, in_use })
    }

    /// The name of the key that wraps now.
    pub(super) fn name(&self) -> Result<&str, Problem> {
        match (self.in_use, &self.vault) {
            (Some(MasterKeyPlace::Vault), Some(vault)) => Ok(vault.name()),
            (Some(_), _) => Ok(&self.keys[0].0),
            (None, _) => Err(missing()),
        }
    }

    /// Wraps a key with the one in use.
    pub(super) async fn wrap(&self, key: &Key, place: &Place) -> Result<Vec<u8>, Problem> {
        match (self.in_use, &self.vault) {
            (Some(MasterKeyPlace::Vault), Some(vault)) => vault.encrypt(key, place).await,
            (Some(_), _) => Ok(self.keys[0].1.seal(place, key.as_bytes())),
            (None, _) => Err(missing()),
        }
    }

    /// How everything begins that is wrapped now, where one name stands for several versions of a key.
    pub(super) async fn mark(&self) -> Result<Vec<u8>, Problem> {
        match (self.in_use, &self.vault) {
            (Some(MasterKeyPlace::Vault), Some(vault)) => vault.mark().await,
            _ => Ok(Vec::new()),
        }
    }

    /// Takes a key out of its wrapping, by the name of the key that wrapped it.
    pub(super) async fn unwrap(&self, name: &str, wrapped: &[u8], place: &Place) -> Result<Key, Problem> {
        self.in_use.ok_or_else(missing)?;
        if let Some(vault) = self.vault.as_ref().filter(|vault| vault.name() == name) {
            return vault.decrypt(wrapped, place).await;
        }
        let known = self.keys.iter().find(|(known, _)| known == name);
        let unknown =
            || problem(format!("the master key {name} is not among those of database.master_key. Add it again"));
        let (_, key) = known.ok_or_else(unknown)?;
        let wrong = || {
            let file = self.file.display();
            problem(format!(
                "the master key {name} is not the one that wrapped it: {file} holds another key of that name"
            ))
        };
        key.open(place, wrapped).and_then(|bytes| Key::of_bytes(&bytes)).ok_or_else(wrong)
    }
}

/// Where the key is that wraps: where there is one or, of two places, the one that is named.
fn in_use(settings: &config::MasterKey) -> Result<Option<MasterKeyPlace>, Problem> {
    let (file, vault) = (!settings.file.as_os_str().is_empty(), !settings.vault.address.is_empty());
    match (settings.in_use, file, vault) {
        (None, true, true) => Err(problem(
            "database.master_key has both a file and a Vault. Say which of them wraps, with \
             database.master_key.in_use = \"file\" or \"vault\", or take one of them out",
        )),
        (Some(MasterKeyPlace::File), false, _) => {
            Err(problem("database.master_key.in_use says file, and database.master_key.file names none"))
        }
        (Some(MasterKeyPlace::Vault), _, false) => {
            Err(problem("database.master_key.in_use says vault, and database.master_key.vault.address names none"))
        }
        (Some(named), ..) => Ok(Some(named)),
        (None, true, false) => Ok(Some(MasterKeyPlace::File)),
        (None, false, true) => Ok(Some(MasterKeyPlace::Vault)),
        (None, false, false) => Ok(None),
    }
}

fn missing() -> Problem {
    problem(
        "there is no master key, without which nothing sealed can be read or written. Set database.master_key.file; \
         `oslonac keys create FILE` makes one",
    )
}
