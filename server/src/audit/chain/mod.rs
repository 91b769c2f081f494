//! The chain over the audit trail. A link holds the digest of a row, and a hash that follows from the link before it; so a
//! row that is changed, removed or moved shows, and so does a link. Pure functions: no database, no clock.
//!
//! The digest stands beside the hash so that a changed row is told from a broken chain, and the chain can be followed past
//! a row that is gone.

mod check;
mod finding;
mod order;
#[cfg(test)]
mod tests;

pub use check::{Check, Stands};
pub use finding::{Finding, Row};

use chrono::{DateTime, Utc};
use entity::{audit_event, audit_link};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// What stands before the first link.
pub const BEGINNING: Hash = [0; 32];

/// Begins every digest. Another encoding of rows gets another name here.
const ROW: &[u8] = b"oslonac audit row 1";
const LINK: &[u8] = b"oslonac audit link 1";

/// Digest of every column of a row as it is kept: a sealed text counts as it is sealed, so that the chain is followed without
/// any key, and outlasts a key that is destroyed.
pub fn digest(row: &audit_event::Model) -> Hash {
    // Named one by one: a new column does not compile before it is part of this.
    let audit_event::Model {
        id,
        occurred_at,
        organisation_id,
        account_id,
        membership_id,
        action,
        object_type,
        object_id,
        request_id,
        reason,
    } = row;
    Fields::begin(ROW)
        .key(Some(*id))
        .instant(*occurred_at)
        .key(*organisation_id)
        .key(*account_id)
        .key(*membership_id)
        .field(Some(action.as_bytes()))
        .field(Some(object_type.as_bytes()))
        .key(*object_id)
        .key(Some(*request_id))
        .field(reason.as_ref().map(String::as_bytes))
        .end()
}

/// Hash of the link that holds this digest, after the link with this hash.
pub fn follow(previous: &[u8], digest: &[u8]) -> Hash {
    Fields::begin(LINK).field(Some(previous)).field(Some(digest)).end()
}

/// The link of a row, after the link at this position with this hash.
pub fn link(position: i64, previous: &[u8], row: &audit_event::Model) -> audit_link::Model {
    let digest = digest(row);
    let hash = follow(previous, &digest);
    audit_link::Model { position: position + 1, event_id: row.id, digest: digest.to_vec(), hash: hash.to_vec() }
}

/// Fields under one hash. Each is preceded by its length, and one that is empty differs from one that is not there, so
/// that no two sequences of fields read the same.
pub(in crate::audit) struct Fields(Sha256);

impl Fields {
    pub(in crate::audit) fn begin(name: &[u8]) -> Self {
        Self(Sha256::new()).field(Some(name))
    }

    pub(in crate::audit) fn field(mut self, value: Option<&[u8]>) -> Self {
        match value {
            None => self.0.update([0]),
            Some(bytes) => {
                self.0.update([1]);
                self.0.update((bytes.len() as u64).to_be_bytes());
                self.0.update(bytes);
            }
        }
        self
    }

    fn key(self, key: Option<Uuid>) -> Self {
        self.field(key.as_ref().map(|key| &key.as_bytes()[..]))
    }

    pub(in crate::audit) fn instant(self, instant: DateTime<Utc>) -> Self {
        let nanoseconds = instant.timestamp_subsec_nanos().to_be_bytes();
        self.field(Some(&instant.timestamp().to_be_bytes())).field(Some(&nanoseconds))
    }

    pub(in crate::audit) fn end(self) -> Hash {
        self.0.finalize().into()
    }
}
