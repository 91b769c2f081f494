//! The seal: what a stolen copy of the database does not show.
//!
//! Texts that say who somebody is, what was seen and what was written about it are sealed column by column. Three keys lie
//! above one another. The [master key](master) is in no database: a file, or Vault's Transit engine. It wraps one key for
//! each organisation, which wraps one key for each report and each person of concern. Destroying such a key makes all that
//! was sealed with it unreadable for good, in every copy but those that hold the key itself. One more key that it wraps, for
//! the whole installation, seals nothing: it makes the digests of the blind indexes.
//!
//! [`Find`](super::Find) opens what it reads and [`Write`](super::Write) seals what it writes: rooms see texts and know
//! nothing of keys. What is sealed in a table, its [`Policy`](super::Policy) says.
//!
//! A destroyed key of an organisation leaves its row, so that it is told from a key that never was: what a destroyed one sealed
//! is gone and empty, and what names another that is not there is damaged.
//!
//! A text that does not open, because it was changed or moved or its key is damaged, takes nothing else with it: the row is
//! read with a [mark](is_unreadable) in the text's place, which a change leaves as it is kept, and the log names it.

mod envelope;
mod files;
mod index_key;
mod keeping;
mod keyring;
mod master;
mod record_keys;
mod rows;
mod wrapping;

pub(super) use envelope::Key;
#[cfg(any(test, fuzzing))]
pub(super) use envelope::open_any;
pub use files::{FileKey, Opening};
pub(super) use index_key::{index_key, nobodys_digest};
pub use keeping::{Checked, Rotation, destroy, keys, rotate, to_rotate, verify};
pub use keyring::Keyring;
#[cfg(any(test, fuzzing))]
pub(super) use master::read_master_key;
pub use master::{Problem as MasterKeyProblem, create_file};
pub(super) use record_keys::{HeldKey, can_seal};
pub use rows::{KeyOf, Seal, is_unreadable};
pub(super) use rows::{changed_by_rotation, keyed, open, own_key_columns, seal, unreadable};
pub(super) use wrapping::check as check_wrapping;
pub use wrapping::{Rewrapped, rewrap_with_master};
