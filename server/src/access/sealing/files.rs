//! Files: sealed chunk by chunk with XChaCha20-Poly1305 in the STREAM construction, bound to the row that they belong to. A
//! chunk that was changed, moved, repeated or left out does not open, nor does a file that was cut off.
//!
//! Each file has a secret of its own, which lies sealed in its row like any other text: with the key of its record.

use super::rows::{Seal, opened_row, place_of};
use crate::access::{Error, Policy, Result, Scope};
use aead_stream::{DecryptorBE32, EncryptorBE32};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{KeyInit, Payload};
use hmac::{Hmac, Mac};
use rand::RngExt;
use sea_orm::{ModelTrait, Value};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

/// The first byte of a sealed file: how it was sealed.
const VERSION: u8 = 1;
/// What of the nonce is not the chunk's number and whether it is the last.
const NONCE: usize = 19;
const HEAD: usize = 1 + NONCE;
/// Bytes of a chunk, before it is sealed.
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

type Sha = Hmac<Sha256>;

/// What seals and opens one file, and signs what is said of it.
#[derive(Clone)]
pub struct FileKey {
    secret: Zeroizing<Vec<u8>>,
    place: Vec<u8>,
}

impl FileKey {
    /// The text of a new secret, to be kept in the column of a row that its policy names as sealed.
    pub fn new_secret() -> String {
        let secret: Zeroizing<[u8; 32]> = Zeroizing::new(rand::rng().random());
        STANDARD_NO_PAD.encode(*secret)
    }

    /// The key of the file of this row, whose secret stands in the first sealed column. Also for a service that reads no text.
    ///
    /// # Errors
    /// The secret does not open, or was destroyed; or the database is away.
    pub async fn of<E: Policy>(scope: &Scope, row: &E::Model) -> Result<Self> {
        let missing = || Error::Sealed(format!("the secret of a file of {} cannot be read", E::TABLE));
        let Some(Seal { columns: [column, ..], organisation, .. }) = E::SEAL else { return Err(missing()) };
        let opened = if scope.viewer().leaves_sealed() { opened_row::<E>(scope, row).await? } else { row.clone() };
        let Value::String(Some(secret)) = opened.get(*column) else { return Err(missing()) };
        let secret = STANDARD_NO_PAD.decode(&secret).ok().filter(|secret| secret.len() == 32).ok_or_else(missing)?;
        let place = place_of::<E>(row, organisation, *column);
        Ok(Self { secret: Zeroizing::new(secret), place: place.as_bytes().to_vec() })
    }

    /// Seals a whole file.
    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = rand::rng().random();
        let mut sealed = Vec::with_capacity(HEAD + plain.len() + TAG * (plain.len() / CHUNK + 1));
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        let mut stream = EncryptorBE32::from_aead(self.cipher(), &nonce.into());
        let mut rest = plain;
        while rest.len() > CHUNK {
            let (msg, after) = rest.split_at(CHUNK);
            let chunk = stream.encrypt_next(Payload { msg, aad: &self.place });
            sealed.extend(chunk.expect("files are far below its limit"));
            rest = after;
        }
        let last = stream.encrypt_last(Payload { msg: rest, aad: &self.place });
        sealed.extend(last.expect("files are far below its limit"));
        sealed
    }

    /// Begins to open a file.
    pub fn opening(&self) -> Opening {
        Opening { key: self.clone(), stream: None, kept: Vec::new() }
    }

    /// Signs these parts of a statement, for this use alone.
    pub fn sign(&self, usage: &str, parts: &[&[u8]]) -> Vec<u8> {
        self.signature(usage, parts).finalize().into_bytes().to_vec()
    }

    /// Whether this is the signature of these parts. Takes the same time either way.
    pub fn signed(&self, usage: &str, parts: &[&[u8]], signature: &[u8]) -> bool {
        self.signature(usage, parts).verify_slice(signature).is_ok()
    }

    fn signature(&self, usage: &str, parts: &[&[u8]]) -> Sha {
        let mut mac = <Sha as Mac>::new_from_slice(&*self.derived(usage)).expect("any length will do");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.derived("seal")).into())
    }

    /// A key for one use, so that no two uses share one.
    fn derived(&self, usage: &str) -> Zeroizing<[u8; 32]> {
        let mut mac = <Sha as Mac>::new_from_slice(&self.secret).expect("any length will do");
        mac.update(usage.as_bytes());
        let mut derived = mac.finalize().into_bytes();
        let key = Zeroizing::new(derived.into());
        derived[..].zeroize();
        key
    }
}

/// A file that is being opened, as its sealed bytes arrive.
pub struct Opening {
    key: FileKey,
    stream: Option<DecryptorBE32<XChaCha20Poly1305>>,
    kept: Vec<u8>,
}

impl Opening {
    /// Takes in more sealed bytes, and gives what opens by them. What it gives was sealed so, at this place of the file.
    ///
    /// # Errors
    /// It was changed, or belongs elsewhere.
    pub fn push(&mut self, sealed: &[u8]) -> Result<Vec<u8>> {
        self.kept.extend_from_slice(sealed);
        self.begin()?;
        let mut plain = Vec::new();
        let mut taken = 0;
        let Some(stream) = &mut self.stream else { return Ok(plain) };
        // A chunk is known not to be the last one by the byte behind it.
        while self.kept.len() - taken > CHUNK + TAG {
            let msg = &self.kept[taken..taken + CHUNK + TAG];
            plain.extend(stream.decrypt_next(Payload { msg, aad: &self.key.place }).map_err(|_| broken())?);
            taken += CHUNK + TAG;
        }
        self.kept.drain(..taken);
        Ok(plain)
    }

    /// Ends, and gives the rest.
    ///
    /// # Errors
    /// The file was cut off, changed, or belongs elsewhere.
    pub fn end(self) -> Result<Vec<u8>> {
        let stream = self.stream.ok_or_else(broken)?;
        stream.decrypt_last(Payload { msg: &self.kept, aad: &self.key.place }).map_err(|_| broken())
    }

    fn begin(&mut self) -> Result<()> {
        if self.stream.is_some() {
            return Ok(());
        }
        let Some(([version, nonce @ ..], _)) = self.kept.split_first_chunk::<HEAD>() else { return Ok(()) };
        if *version != VERSION {
            return Err(broken());
        }
        self.stream = Some(DecryptorBE32::from_aead(self.key.cipher(), nonce.into()));
        self.kept.drain(..HEAD);
        Ok(())
    }
}

fn broken() -> Error {
    Error::Sealed("a file does not open: it was changed, or moved, or its key is another".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(place: &[u8]) -> FileKey {
        FileKey { secret: Zeroizing::new(vec![7; 32]), place: place.to_vec() }
    }

    fn open(key: &FileKey, sealed: &[u8], step: usize) -> Option<Vec<u8>> {
        let mut opening = key.opening();
        let mut plain = Vec::new();
        for part in sealed.chunks(step) {
            plain.extend(opening.push(part).ok()?);
        }
        plain.extend(opening.end().ok()?);
        Some(plain)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_file_opens_with_its_key_in_its_place_only(length in 0..3 * CHUNK + 9, step in 1..2 * CHUNK, fill: u8) {
            let plain: Vec<u8> = (0..length).map(|at| fill.wrapping_add(at as u8)).collect();
            let sealed = key(b"here").seal(&plain);
            prop_assert_eq!(open(&key(b"here"), &sealed, step), Some(plain));
            prop_assert!(open(&key(b"there"), &sealed, step).is_none());
            let other = FileKey { secret: Zeroizing::new(vec![8; 32]), place: b"here".to_vec() };
            prop_assert!(open(&other, &sealed, step).is_none());
        }

        #[test]
        fn what_was_changed_or_cut_off_does_not_open(length in 0..3 * CHUNK, at: prop::sample::Index, change in 1_u8..) {
            let sealed = key(b"here").seal(&vec![1; length]);
            let mut changed = sealed.clone();
            let at = at.index(sealed.len());
            changed[at] ^= change;
            prop_assert!(open(&key(b"here"), &changed, CHUNK).is_none(), "changed at {}", at);
            prop_assert!(open(&key(b"here"), &sealed[..at], CHUNK).is_none(), "cut off at {}", at);
        }
    }

    #[test]
    fn files_of_whole_chunks_open() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
            let sealed = key(b"here").seal(&vec![1; length]);
            for step in [7, 1000] {
                assert_eq!(open(&key(b"here"), &sealed, step).map(|plain| plain.len()), Some(length), "{step} at once");
            }
        }
    }

    /// Files that are kept open as long as their parts are as large as they were.
    #[test]
    fn a_sealed_file_has_a_head_of_20_bytes_and_chunks_of_64_kibibytes() {
        for (length, chunks) in [(0, 1), (65_536, 1), (65_537, 2), (131_073, 3)] {
            assert_eq!(key(b"here").seal(&vec![1; length]).len(), 20 + length + 16 * chunks);
        }
    }

    #[test]
    fn chunks_do_not_change_places() {
        let sealed = key(b"here").seal(&vec![1; 3 * CHUNK]);
        let (head, body) = sealed.split_at(HEAD);
        let (first, rest) = body.split_at(CHUNK + TAG);
        let (second, third) = rest.split_at(CHUNK + TAG);
        assert!(open(&key(b"here"), &[head, second, first, third].concat(), CHUNK).is_none(), "swapped");
        assert!(open(&key(b"here"), &[head, first, third].concat(), CHUNK).is_none(), "left out");
        assert!(open(&key(b"here"), &[head, first, second].concat(), CHUNK).is_none(), "without its end");
    }

    #[test]
    fn signatures_are_for_one_use() {
        let key = key(b"here");
        let signature = key.sign("one", &[b"ab", b"c"]);
        assert!(key.signed("one", &[b"ab", b"c"], &signature));
        assert!(!key.signed("two", &[b"ab", b"c"], &signature));
        assert!(!key.signed("one", &[b"a", b"bc"], &signature), "parts do not run into each other");
        assert!(!key.signed("one", &[b"ab", b"c"], &signature[..31]));
    }
}
