//! The master key, which wraps the keys of organisations: in a file, or in the Transit engine of HashiCorp Vault.
//!
//! Whoever loses it loses every text that was ever sealed. Whoever has it and a copy of the database reads them all.

use super::envelope::{Key, Place};
use crate::{config, key_file};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::path::Path;

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

/// Where the master key is.
pub(super) enum Master {
    /// Nowhere: nothing sealed can be read or written.
    Missing,
    /// In a file, read once: names and keys, the one in use first, and after it those that it took the place of.
    File(Vec<(String, Key)>),
    /// In Vault, which never hands it out.
    Vault(Box<Vault>),
}

impl Master {
    /// The one of the settings.
    pub(super) fn of(settings: &config::MasterKey) -> Result<Self, Problem> {
        let (file, vault) = (!settings.file.as_os_str().is_empty(), !settings.vault.address.is_empty());
        match (file, vault) {
            (true, true) => Err(problem(
                "database.master_key has both a file and a Vault. Keep the one that holds the key and take the other out",
            )),
            (true, false) => Ok(Self::File(read_file(&settings.file)?)),
            (false, true) => Ok(Self::Vault(Box::new(Vault::new(&settings.vault)?))),
            (false, false) => Ok(Self::Missing),
        }
    }

    /// The name of the key that wraps now.
    pub(super) fn name(&self) -> Result<&str, Problem> {
        match self {
            Self::Missing => Err(missing()),
            Self::File(keys) => Ok(&keys[0].0),
            Self::Vault(vault) => Ok(&vault.name),
        }
    }

    /// Wraps a key with the one in use.
    pub(super) async fn wrap(&self, key: &Key, place: &Place) -> Result<Vec<u8>, Problem> {
        match self {
            Self::Missing => Err(missing()),
            Self::File(keys) => Ok(keys[0].1.seal(place, key.as_bytes())),
            Self::Vault(vault) => vault.encrypt(key, place).await,
        }
    }

    /// Takes a key out of its wrapping, by the name of the key that wrapped it.
    pub(super) async fn unwrap(&self, name: &str, wrapped: &[u8], place: &Place) -> Result<Key, Problem> {
        let opened = match self {
            Self::Missing => return Err(missing()),
            Self::Vault(vault) if vault.name == name => return vault.decrypt(wrapped, place).await,
            Self::File(keys) => keys.iter().find(|(known, _)| known == name).map(|(_, key)| key.open(place, wrapped)),
            Self::Vault(_) => None,
        };
        let unknown =
            || problem(format!("the master key {name} is not among those of database.master_key. Add it again"));
        let opened = opened.ok_or_else(unknown)?;
        let wrong = || problem(format!("the master key {name} is not the one that wrapped an organisation's key"));
        opened.and_then(|bytes| Key::of_bytes(&bytes)).ok_or_else(wrong)
    }
}

fn missing() -> Problem {
    problem(
        "there is no master key, without which nothing sealed can be read or written. Set database.master_key.file; \
         `oslonac keys create FILE` makes one",
    )
}

/// Writes a new key into a file, in front of those that are there. Answers its name.
pub fn create_file(file: &Path) -> Result<String, Problem> {
    let unusable = |error: std::io::Error| problem(format!("{}: {error}", file.display()));
    let before = match std::fs::read_to_string(file) {
        Ok(text) => {
            read_file(file)?;
            text
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unusable(error)),
    };
    let key = Key::generate();
    let name = format!("key-{}", hex::encode(&Key::generate().as_bytes()[..4]));
    let text = format!("{name} {}\n{before}", STANDARD.encode(key.as_bytes()));
    write_private(file, &text).map_err(unusable)?;
    Ok(name)
}

/// Writes a file that only its owner reads, all of it or nothing.
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    let mut new = file.as_os_str().to_owned();
    new.push(".new");
    key_file::write_new(Path::new(&new), text)?;
    std::fs::rename(new, file)
}

fn read_file(file: &Path) -> Result<Vec<(String, Key)>, Problem> {
    let here = |what: &str| problem(format!("the master key file {}: {what}", file.display()));
    let text = std::fs::read_to_string(file)
        .map_err(|error| here(&format!("{error}. `oslonac keys create {}` makes one", file.display())))?;
    if key_file::open_to_others(file).map_err(|error| here(&error.to_string()))?.is_some() {
        return Err(here(&format!("other users of this machine may read it. Run `chmod 600 {}`", file.display())));
    }
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let keys: Vec<_> = lines
        .map(|(at, line)| {
            read_line(line).ok_or_else(|| here(&format!("line {at} is not a name and 32 bytes in base64")))
        })
        .collect::<Result<_, _>>()?;
    if keys.is_empty() {
        return Err(here(&format!("there is no key in it. `oslonac keys create {}` adds one", file.display())));
    }
    Ok(keys)
}

fn read_line(line: &str) -> Option<(String, Key)> {
    let (name, key) = line.split_once(' ')?;
    Some((name.to_owned(), Key::of_bytes(&STANDARD.decode(key.trim()).ok()?)?))
}

/// The name of the key in a line of the file.
#[cfg(any(test, fuzzing))]
pub(in crate::access) fn read_master_key(line: &str) -> Option<String> {
    Some(read_line(line)?.0)
}

/// Vault's Transit engine: it wraps and unwraps, and keeps the key.
pub(super) struct Vault {
    http: reqwest::Client,
    base: String,
    key: String,
    name: String,
    token: SecretString,
}

#[derive(Deserialize)]
struct Answer<D> {
    data: D,
}

#[derive(Deserialize)]
struct Encrypted {
    ciphertext: String,
}

#[derive(Deserialize)]
struct Decrypted {
    plaintext: SecretString,
}

impl Vault {
    fn new(settings: &config::Vault) -> Result<Self, Problem> {
        let token = std::fs::read_to_string(&settings.token_file).map_err(|error| {
            let file = settings.token_file.display();
            problem(format!("database.master_key.vault.token_file {file}: {error}. Write Vault's token into it"))
        })?;
        crate::http::tokens::install_tls_provider();
        let http = reqwest::Client::builder().timeout(std::time::Duration::from_secs(10)).build();
        Ok(Self {
            http: http.map_err(|error| problem(error.to_string()))?,
            base: format!("{}/v1/{}", settings.address.trim_end_matches('/'), settings.mount),
            key: settings.key.clone(),
            name: format!("vault:{}", settings.key),
            token: token.trim().to_owned().into(),
        })
    }

    async fn encrypt(&self, key: &Key, place: &Place) -> Result<Vec<u8>, Problem> {
        let plaintext = zeroize::Zeroizing::new(STANDARD.encode(key.as_bytes()));
        let body =
            serde_json::json!({ "plaintext": &*plaintext, "associated_data": STANDARD.encode(place.as_bytes()) });
        let answer: Encrypted = self.ask("encrypt", &body).await?;
        Ok(answer.ciphertext.into_bytes())
    }

    async fn decrypt(&self, wrapped: &[u8], place: &Place) -> Result<Key, Problem> {
        let ciphertext = String::from_utf8_lossy(wrapped);
        let body =
            serde_json::json!({ "ciphertext": ciphertext, "associated_data": STANDARD.encode(place.as_bytes()) });
        let answer: Decrypted = self.ask("decrypt", &body).await?;
        let bytes = STANDARD.decode(answer.plaintext.expose_secret()).ok();
        bytes
            .and_then(|bytes| Key::of_bytes(&bytes))
            .ok_or_else(|| problem("Vault answers with something else than a key"))
    }

    async fn ask<D: for<'a> Deserialize<'a>>(&self, what: &str, body: &serde_json::Value) -> Result<D, Problem> {
        let url = format!("{}/{what}/{}", self.base, self.key);
        let failed = |error: reqwest::Error| Problem {
            passing: error.status().is_none_or(|status| status.is_server_error()),
            what: format!("Vault cannot {what}: {}", error.without_url()),
        };
        let request = self.http.post(url).header("X-Vault-Token", self.token.expose_secret()).json(body);
        let answer = request.send().await.map_err(failed)?.error_for_status().map_err(failed)?;
        Ok(answer.json::<Answer<D>>().await.map_err(failed)?.data)
    }
}

#[cfg(test)]
mod tests;
