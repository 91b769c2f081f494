//! A key, and what it seals: XChaCha20-Poly1305 with a random nonce, bound to the place where the result belongs.

use chacha20poly1305::aead::{Aead, Generate, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use uuid::Uuid;
use zeroize::{Zeroize, Zeroizing};

/// The first byte of everything sealed: how it was sealed.
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// A key of 32 bytes. It stays in one place of the memory, and leaves it clean.
pub(in crate::access) struct Key(Box<Zeroizing<[u8; 32]>>);

impl Key {
    /// A new one.
    pub(super) fn generate() -> Self {
        let mut generated = chacha20poly1305::Key::generate();
        let mut key = Box::<Zeroizing<[u8; 32]>>::default();
        key.copy_from_slice(&generated);
        generated.as_mut_slice().zeroize();
        Self(key)
    }

    /// The key of these bytes, where there are 32.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 32] = bytes.try_into().ok()?;
        let mut key = Box::<Zeroizing<[u8; 32]>>::default();
        key.copy_from_slice(bytes);
        Some(Self(key))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &**self.0
    }

    /// Seals bytes for one place.
    pub(super) fn seal(&self, place: &Place, plain: &[u8]) -> Vec<u8> {
        let nonce = XNonce::generate();
        let aad = place.as_bytes();
        let sealed = self.cipher().encrypt(&nonce, Payload { msg: plain, aad }).expect("texts are far below its limit");
        [&[VERSION], nonce.as_slice(), &sealed].concat()
    }

    /// Opens what was sealed for this place; nothing where it was sealed with another key, for another place, or changed.
    pub(super) fn open(&self, place: &Place, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (version, rest) = sealed.split_first()?;
        let (nonce, msg) = rest.split_at_checked(NONCE)?;
        let nonce = XNonce::try_from(nonce).ok()?;
        let opened = self.cipher().decrypt(&nonce, Payload { msg, aad: place.as_bytes() }).ok()?;
        (*version == VERSION).then(|| Zeroizing::new(opened))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&**self.0).into())
    }
}

/// Where something sealed belongs. Moved anywhere else, it does not open.
pub(super) struct Place(Vec<u8>);

impl Place {
    /// A column of a row of an organisation. No name of a table or column holds a NUL.
    pub(super) fn new(table: &str, column: &str, row: Uuid, organisation: Uuid) -> Self {
        Self([table.as_bytes(), b"\0", column.as_bytes(), b"\0", row.as_bytes(), organisation.as_bytes()].concat())
    }

    /// The same place, where the row has one more column in its key.
    #[must_use]
    pub(super) fn and(mut self, key: &[u8]) -> Self {
        self.0.extend_from_slice(&(key.len() as u64).to_be_bytes());
        self.0.extend_from_slice(key);
        self
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Whether this opens, in any place, with a key that sealed nothing.
#[cfg(any(test, fuzzing))]
pub(in crate::access) fn open_any(sealed: &[u8]) -> bool {
    Key(Box::new(Zeroizing::new([7; 32])))
        .open(&Place::new("report", "place", Uuid::nil(), Uuid::nil()), sealed)
        .is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(column: &str, row: u128, organisation: u128) -> Place {
        Place::new("report", column, Uuid::from_u128(row), Uuid::from_u128(organisation))
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_with_its_key_in_its_place_only(text in ".*", row: u128, organisation: u128) {
            let key = Key::generate();
            let here = place("observations", row, organisation);
            let sealed = key.seal(&here, text.as_bytes());
            prop_assert_eq!(key.open(&here, &sealed).map(|text| text.to_vec()), Some(text.into_bytes()));
            prop_assert!(Key::generate().open(&here, &sealed).is_none(), "another key");
            for elsewhere in [
                place("place", row, organisation),
                place("observations", row.wrapping_add(1), organisation),
                place("observations", row, organisation.wrapping_add(1)),
            ] {
                prop_assert!(key.open(&elsewhere, &sealed).is_none(), "another place");
            }
        }

        #[test]
        fn a_changed_byte_is_noticed(text in ".{0,40}", at: prop::sample::Index, change in 1_u8..) {
            let key = Key::generate();
            let mut sealed = key.seal(&place("place", 1, 2), text.as_bytes());
            let at = at.index(sealed.len());
            sealed[at] ^= change;
            prop_assert!(key.open(&place("place", 1, 2), &sealed).is_none());
        }

        #[test]
        fn anything_else_does_not_open(noise: Vec<u8>) {
            prop_assert!(Key::generate().open(&place("place", 1, 2), &noise).is_none());
        }
    }

    /// What the fuzzer says of whatever it finds would prove nothing if it said so of everything.
    #[test]
    fn what_the_key_of_the_fuzzer_sealed_would_be_noticed() {
        let key = Key::of_bytes(&[7; 32]).expect("a key");
        assert!(open_any(&key.seal(&Place::new("report", "place", Uuid::nil(), Uuid::nil()), b"a text")));
        assert!(!open_any(&key.seal(&place("place", 1, 2), b"a text")), "in another place");
    }

    /// A cipher keeps the key it was made of: the feature `zeroize` is not among the defaults of its crate.
    #[test]
    fn a_cipher_leaves_the_memory_clean() {
        fn clean<T: zeroize::ZeroizeOnDrop>(_: &T) {}
        clean(&Key::generate().cipher());
    }

    #[test]
    fn the_same_text_never_looks_the_same() {
        let key = Key::generate();
        assert_ne!(key.seal(&place("place", 1, 2), b"same"), key.seal(&place("place", 1, 2), b"same"));
    }
}
