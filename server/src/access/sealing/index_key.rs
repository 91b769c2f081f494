//! The key of the blind indexes. It makes digests and opens nothing: whoever has it can try words, and read none back.

use super::envelope::Key;
use super::keyring::Keyring;
use crate::access::{Error, Result, Write};
use chrono::{DateTime, Utc};
use entity::index_key::{Entity, Model};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::sync::Arc;
use uuid::Uuid;

/// Bytes that are kept of a digest: two that are the same by chance are less likely than one in 10^30.
const KEPT: usize = 16;

/// The one row.
const ROW: Uuid = Uuid::from_u128(1);

impl Key {
    /// What is kept of the keyed digest of a text, for one use.
    pub(in crate::access) fn digest(&self, usage: &str, text: &str) -> Vec<u8> {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(self.as_bytes()).expect("any length will do");
        // No name of a use holds a NUL.
        mac.update(usage.as_bytes());
        mac.update(b"\0");
        mac.update(text.as_bytes());
        mac.finalize().into_bytes()[..KEPT].to_vec()
    }
}

/// As many bytes at random.
pub(in crate::access) fn nobodys_digest() -> Vec<u8> {
    use rand::RngExt;
    let bytes: [u8; KEPT] = rand::rng().random();
    bytes.to_vec()
}

/// The key of the installation. Whoever first needs it makes it.
pub(in crate::access) async fn index_key(write: &Write) -> Result<Arc<Key>> {
    if let Some(key) = write.keyring().at_hand(ROW) {
        return Ok(key);
    }
    if let Some(key) = look_up(write).await? {
        return Ok(key);
    }
    let (row, key) = write.keyring().new_index_key(write.now()).await?;
    if write.insert_part_unless_there::<Entity>(row).await? {
        // It is at hand only once somebody reads it: this transaction may yet fail.
        return Ok(key);
    }
    let missing = || Error::Sealed("there is no key of the blind indexes, and none could be made".to_owned());
    look_up(write).await?.ok_or_else(missing)
}

async fn look_up(write: &Write) -> Result<Option<Arc<Key>>> {
    match write.find::<Entity>().one().await? {
        Some(row) => write.keyring().unwrap_index_key(&row).await.map(Some),
        None => Ok(None),
    }
}

impl Keyring {
    async fn new_index_key(&self, now: DateTime<Utc>) -> Result<(Model, Arc<Key>)> {
        let (key, master_key_id) = (Key::generate(), self.master_name()?.to_owned());
        let wrapped = self.wrap_index_key(&key).await?;
        Ok((Model { id: ROW, master_key_id, wrapped, created_at: now }, Arc::new(key)))
    }

    /// The key of the row, which is at hand from now on.
    pub(super) async fn unwrap_index_key(&self, row: &Model) -> Result<Arc<Key>> {
        let key = Arc::new(self.open_index_key(row).await?);
        self.keep_at_hand(ROW, key.clone());
        Ok(key)
    }

    /// The same key, wrapped with the master key in use.
    pub(super) async fn rewrapped_index_key(&self, row: &Model) -> Result<Model> {
        let wrapped = self.wrap_index_key(&self.open_index_key(row).await?).await?;
        Ok(Model { master_key_id: self.master_name()?.to_owned(), wrapped, ..row.clone() })
    }
}
