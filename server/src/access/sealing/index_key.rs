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

/// The key of the installation. Whoever first needs it makes it: until that is committed, it counts in this transaction alone.
pub(in crate::access) async fn index_key(write: &Write) -> Result<Arc<Key>> {
    if let Some((_, key)) = write.created_key(ROW) {
        return Ok(key);
    }
    if let Some(key) = write.keyring().at_hand(ROW) {
        return Ok(key);
    }
    if let Some(key) = look_up(write).await? {
        return Ok(key);
    }
    let (row, key) = write.keyring().new_index_key(write.now()).await?;
    if write.insert_part_unless_there::<Entity>(row).await? {
        // It is at hand only once another transaction reads it: this one may yet fail.
        write.created_a_key(ROW, ROW, key.clone());
        return Ok(key);
    }
    let missing = || Error::Sealed("there is no key of the blind indexes, and none could be made".to_owned());
    look_up(write).await?.ok_or_else(missing)
}

async fn look_up(write: &Write) -> Result<Option<Arc<Key>>> {
    match write.find::<Entity>().one().await? {
        Some(row) => match write.keyring().unwrap_index_key(&row).await {
            Err(Error::Sealed(what)) => Err(Error::Sealed(format!("index_key {} does not open: {what}", row.id))),
            key => key.map(Some),
        },
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Purpose;
    use crate::testing::World;

    #[tokio::test]
    async fn a_key_whose_making_was_rolled_back_is_used_no_more() {
        let world = World::new().await;
        let scope = world.service(Purpose::Demonstration);
        let write = scope.begin().await.expect("begins");
        let lost = index_key(&write).await.expect("a key");
        let again = index_key(&write).await.expect("the same");
        assert_eq!(lost.as_bytes(), again.as_bytes(), "one report has two persons");
        drop(write);
        let write = scope.begin().await.expect("begins");
        assert!(write.keyring().at_hand(ROW).is_none());
        let kept = index_key(&write).await.expect("another");
        assert_ne!(lost.as_bytes(), kept.as_bytes());
    }
}
