//! The address of a member's calendar: which one it is, and the secret that opens it. Pure: no database, no clock.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Where calendar programmes fetch it. The key stands in the query, which no log of ours shows.
pub const PATH: &str = "/calendar.ics";

/// What opens a member's calendar: the key of its row, and 32 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// The row by which it is found.
    pub feed: Uuid,
    pub(super) secret: [u8; 32],
}

impl Key {
    /// A new one for this row.
    pub fn new(feed: Uuid) -> Self {
        Self { feed, secret: rand::rng().random() }
    }

    /// Reads its written form; nothing where it is none.
    pub fn read(text: &str) -> Option<Self> {
        let bytes: [u8; 48] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (feed, secret) = bytes.split_at(16);
        Some(Self { feed: Uuid::from_slice(feed).ok()?, secret: secret.try_into().ok()? })
    }

    /// The address that it opens: a path at this service.
    pub fn path(&self) -> String {
        let bytes = [&self.feed.as_bytes()[..], &self.secret].concat();
        format!("{PATH}?key={}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What is kept of the secret. Random bytes need no slow hash.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.secret).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_key_survives_its_written_form(feed: u128, secret: [u8; 32]) {
            let key = Key { feed: Uuid::from_u128(feed), secret };
            let path = key.path();
            let written = path.strip_prefix("/calendar.ics?key=").expect("the path");
            prop_assert_eq!(written.len(), 64);
            prop_assert!(Key::read(written) == Some(key));
        }

        #[test]
        fn any_text_is_a_key_or_not(text: String) {
            let _ = Key::read(&text);
        }
    }

    #[test]
    fn two_keys_of_one_row_differ() {
        let (first, second) = (Key::new(Uuid::nil()), Key::new(Uuid::nil()));
        assert_ne!(first.hash(), second.hash());
    }
}
