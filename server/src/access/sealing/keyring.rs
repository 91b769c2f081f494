//! The keys that this process has at hand.

use super::envelope::{Key, Place};
use super::master::{Master, Problem};
use crate::access::{Error, Result};
use crate::config;
use crate::ids;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{index_key, organisation_key};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// For how long the key of an organisation is taken to be the one in use. After a rotation other servers go on with the one
/// before for so long, which harms nothing: it is kept.
const IN_USE_FOR: TimeDelta = TimeDelta::seconds(30);

/// The master key, and the organisations' keys that were unwrapped with it so far.
pub struct Keyring {
    master: Master,
    keys: RwLock<HashMap<Uuid, Arc<Key>>>,
    /// By organisation: its key in use, and when the database said so.
    in_use: RwLock<HashMap<Uuid, (Uuid, DateTime<Utc>)>>,
}

impl Keyring {
    /// The keyring of the settings. Without a master key it opens and seals nothing.
    pub fn of(settings: &config::MasterKey) -> std::result::Result<Self, Problem> {
        Ok(Self { master: Master::of(settings)?, keys: RwLock::default(), in_use: RwLock::default() })
    }

    /// Whether there is a master key; says how to make one where there is none.
    pub fn check(&self) -> std::result::Result<(), Problem> {
        self.master.name().map(drop)
    }

    /// The name of the master key in use.
    pub(super) fn master_name(&self) -> Result<&str> {
        Ok(self.master.name()?)
    }

    /// How everything begins that the master key wraps now.
    pub(super) async fn master_mark(&self) -> Result<Vec<u8>> {
        Ok(self.master.mark().await?)
    }

    /// The key with this id, where it is at hand.
    pub(super) fn at_hand(&self, id: Uuid) -> Option<Arc<Key>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// The key of a row, which is at hand from now on.
    pub(super) async fn unwrap(&self, row: &organisation_key::Model) -> Result<Arc<Key>> {
        if let Some(key) = self.at_hand(row.id) {
            return Ok(key);
        }
        let key = Arc::new(self.open(row).await?);
        self.keep_at_hand(row.id, key.clone());
        Ok(key)
    }

    /// The key of a row, which does not come to be at hand.
    pub(super) async fn open(&self, row: &organisation_key::Model) -> Result<Key> {
        Ok(self.master.unwrap(&row.master_key_id, &row.wrapped, &place(row)).await?)
    }

    /// From now on this key is at hand.
    pub(super) fn keep_at_hand(&self, id: Uuid, key: Arc<Key>) {
        self.keys.write().unwrap_or_else(PoisonError::into_inner).insert(id, key);
    }

    /// This key is at hand no more.
    pub(super) fn let_go(&self, id: Uuid) {
        self.keys.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// The key of the blind indexes, wrapped with the master key in use.
    pub(super) async fn wrap_index_key(&self, key: &Key) -> Result<Vec<u8>> {
        Ok(self.master.wrap(key, &index_place()).await?)
    }

    /// The key of the blind indexes, out of its wrapping.
    pub(super) async fn open_index_key(&self, row: &index_key::Model) -> Result<Key> {
        Ok(self.master.unwrap(&row.master_key_id, &row.wrapped, &index_place()).await?)
    }

    /// A new key for an organisation. It is not at hand before somebody has read it from the database: the transaction that
    /// writes it may yet fail.
    pub(super) async fn new_key(
        &self,
        organisation_id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<(organisation_key::Model, Arc<Key>)> {
        let key = Key::generate();
        let master_key_id = self.master.name()?.to_owned();
        let id = ids::new_key(now);
        let mut row = organisation_key::Model {
            id,
            organisation_id,
            master_key_id,
            wrapped: Vec::new(),
            created_at: now,
            retired_at: None,
            destroyed_at: None,
        };
        row.wrapped = self.master.wrap(&key, &place(&row)).await?;
        Ok((row, Arc::new(key)))
    }

    /// The same key, wrapped with the master key in use.
    pub(super) async fn rewrapped(&self, row: &organisation_key::Model) -> Result<organisation_key::Model> {
        let key = self.open(row).await?;
        let wrapped = self.master.wrap(&key, &place(row)).await?;
        Ok(organisation_key::Model { master_key_id: self.master.name()?.to_owned(), wrapped, ..row.clone() })
    }

    /// The key in use of an organisation, where it was looked up a moment ago.
    pub(super) fn in_use(&self, organisation: Uuid, now: DateTime<Utc>) -> Option<(Uuid, Arc<Key>)> {
        let (id, at) = *self.in_use.read().unwrap_or_else(PoisonError::into_inner).get(&organisation)?;
        ((now - at).abs() < IN_USE_FOR).then_some(())?;
        Some((id, self.at_hand(id)?))
    }

    pub(super) fn is_in_use(&self, organisation: Uuid, id: Uuid, now: DateTime<Utc>) {
        self.in_use.write().unwrap_or_else(PoisonError::into_inner).insert(organisation, (id, now));
    }
}

#[cfg(test)]
impl Keyring {
    /// The row of a new key, which is in use at once, for rows that are stored past the rooms.
    pub(in crate::access) async fn make_at_hand(
        &self,
        organisation: Uuid,
        now: DateTime<Utc>,
    ) -> organisation_key::Model {
        let (row, key) = self.new_key(organisation, now).await.expect("a key");
        self.keep_at_hand(row.id, key);
        self.is_in_use(organisation, row.id, now);
        row
    }
}

/// There is one, and it is no organisation's.
fn index_place() -> Place {
    Place::new("index_key", "wrapped", Uuid::nil(), Uuid::nil())
}

fn place(row: &organisation_key::Model) -> Place {
    Place::new("organisation_key", "wrapped", row.id, row.organisation_id)
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        if problem.passing { Self::Unavailable(problem.to_string()) } else { Self::Sealed(problem.to_string()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_is_taken_for_the_one_in_use_for_half_a_minute_and_as_long_as_it_is_at_hand() {
        let folder = tempfile::tempdir().expect("a folder");
        let keyring = Keyring::of(&crate::testing::master_key(folder.path())).expect("a master key");
        let (organisation, then) = (Uuid::from_u128(1), DateTime::UNIX_EPOCH);
        let row = keyring.make_at_hand(organisation, then).await;
        let found = |after: TimeDelta| keyring.in_use(organisation, then + after).map(|(id, _)| id);
        let half_a_minute = TimeDelta::seconds(30);
        let less = half_a_minute - TimeDelta::microseconds(1);
        // The clock of a machine may be set back.
        for within in [TimeDelta::zero(), less, -less] {
            assert_eq!(found(within), Some(row.id), "{within}");
        }
        for beyond in [half_a_minute, -half_a_minute] {
            assert_eq!(found(beyond), None, "{beyond}");
        }
        keyring.let_go(row.id);
        assert!(keyring.at_hand(row.id).is_none() && found(TimeDelta::zero()).is_none(), "it was destroyed");
    }
}
