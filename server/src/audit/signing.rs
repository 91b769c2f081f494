//! Keys that sign how long the audit trail is (Ed25519, RFC 8032), and what they sign.

use super::chain::{Fields, Hash};
use crate::{config, key_file};
use chrono::{DateTime, Utc};
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use entity::audit_checkpoint;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const CHECKPOINT: &[u8] = b"oslonac audit checkpoint 1";
const END_OF_KEY: &str = "-----END PUBLIC KEY-----";

/// The private key of an installation, with the name that its checkpoints carry.
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    id: String,
}

impl SigningKey {
    /// The key of the settings; nothing where they name none.
    pub fn of(settings: &config::Audit) -> Result<Option<Self>, config::Error> {
        let file = &settings.signing_key_file;
        if file.as_os_str().is_empty() {
            return Ok(None);
        }
        Self::read(file).map(Some).map_err(|what| config::Error::of_key("audit.signing_key_file", &what))
    }

    /// Makes a new key and keeps it in a new file (PEM, PKCS #8) that nobody else can read. Says what went wrong.
    pub fn create(file: &Path) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("{}: {error}", file.display());
        let key = ed25519_dalek::SigningKey::generate(&mut rand::rng());
        let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|error| error.to_string())?;
        key_file::write_new(file, &pem).map_err(failed)?;
        Ok(Self::named(key))
    }

    /// Reads a key. Refuses a file that others than its owner can reach. Says what is wrong and how to mend it.
    pub fn read(file: &Path) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("{}: {error}", file.display());
        if let Some(mode) = key_file::open_to_others(file).map_err(failed)? {
            let name = file.display();
            return Err(format!("{name} is open to others (mode {mode:o}); run `chmod 600 {name}`"));
        }
        let pem = SecretString::from(fs::read_to_string(file).map_err(failed)?);
        let key = ed25519_dalek::SigningKey::from_pkcs8_pem(pem.expose_secret()).map_err(|_| {
            format!("{} holds no Ed25519 key (PEM, PKCS #8); `oslonac audit create-key` makes one", file.display())
        })?;
        Ok(Self::named(key))
    }

    fn named(key: ed25519_dalek::SigningKey) -> Self {
        let id = key_id(&key.verifying_key());
        Self { key, id }
    }

    /// Name of the key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public key (PEM, SubjectPublicKeyInfo), to be kept by those who verify.
    pub fn public_pem(&self) -> Result<String, String> {
        self.key.verifying_key().to_public_key_pem(LineEnding::LF).map_err(|error| error.to_string())
    }

    /// Signs that the link at this position has this hash.
    pub fn sign(&self, position: i64, hash: Vec<u8>, signed_at: DateTime<Utc>) -> audit_checkpoint::Model {
        let key_id = self.id.clone();
        let mut checkpoint = audit_checkpoint::Model { position, hash, signed_at, key_id, signature: Vec::new() };
        checkpoint.signature = self.key.sign(&statement(&checkpoint)).to_vec();
        checkpoint
    }
}

/// What a signature says of a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It is the key's.
    Good,
    /// It is not the key's.
    Bad,
    /// The key is none of those known.
    UnknownKey,
}

/// Public keys that somebody vouches for, by their names.
#[derive(Debug)]
pub struct PublicKeys(BTreeMap<String, VerifyingKey>);

impl PublicKeys {
    /// The keys of a file: PEM blocks one after the other, the older keys of an installation among them.
    pub fn read(file: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let wrong =
            || format!("{} holds no Ed25519 public keys (PEM), as `oslonac audit public-key` prints", file.display());
        let blocks = text.split_inclusive(END_OF_KEY).map(str::trim).filter(|block| !block.is_empty());
        let keys = blocks.map(VerifyingKey::from_public_key_pem).collect::<Result<Vec<_>, _>>().map_err(|_| wrong())?;
        if keys.is_empty() {
            return Err(wrong());
        }
        Ok(Self(keys.into_iter().map(|key| (key_id(&key), key)).collect()))
    }

    /// The public half of a private key.
    pub fn of(key: &SigningKey) -> Self {
        Self([(key.id.clone(), key.key.verifying_key())].into())
    }

    /// What these keys say of a checkpoint.
    pub fn judge(&self, checkpoint: &audit_checkpoint::Model) -> Judgement {
        let Some(key) = self.0.get(&checkpoint.key_id) else {
            return Judgement::UnknownKey;
        };
        let signature = Signature::from_slice(&checkpoint.signature);
        match signature.and_then(|signature| key.verify_strict(&statement(checkpoint), &signature)) {
            Ok(()) => Judgement::Good,
            Err(_) => Judgement::Bad,
        }
    }
}

/// Name of a key: the beginning of the SHA-256 of its public half.
fn key_id(key: &VerifyingKey) -> String {
    hex::encode(&Sha256::digest(key.as_bytes())[..8])
}

/// What is signed: everything of a checkpoint but the signature.
fn statement(checkpoint: &audit_checkpoint::Model) -> Hash {
    let audit_checkpoint::Model { position, hash, signed_at, key_id, signature: _ } = checkpoint;
    Fields::begin(CHECKPOINT)
        .field(Some(&position.to_be_bytes()))
        .field(Some(hash))
        .instant(*signed_at)
        .field(Some(key_id.as_bytes()))
        .end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;
    use std::os::unix::fs::PermissionsExt;

    fn key() -> SigningKey {
        SigningKey::named(ed25519_dalek::SigningKey::generate(&mut rand::rng()))
    }

    fn signed(key: &SigningKey) -> audit_checkpoint::Model {
        key.sign(7, vec![9; 32], DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_key_survives_its_file_and_no_other_file_is_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("key.pem");
        let made = SigningKey::create(&file).expect("makes");
        let read = SigningKey::read(&file).expect("reads");
        assert_eq!(PublicKeys::of(&made).judge(&signed(&read)), Judgement::Good);
        assert!(SigningKey::create(&file).is_err_and(|why| why.contains("exists")), "a key is never overwritten");
        for mode in [0o640, 0o604, 0o620] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("a mode");
            assert!(SigningKey::read(&file).is_err_and(|why| why.contains("chmod 600")));
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).expect("a mode");
        assert!(SigningKey::read(&file).is_ok());
        let other = folder.path().join("other.pem");
        fs::write(&other, made.public_pem().expect("PEM")).expect("a file");
        fs::set_permissions(&other, fs::Permissions::from_mode(0o600)).expect("a mode");
        assert!(SigningKey::read(&other).is_err_and(|why| why.contains("create-key")));
        assert!(PublicKeys::read(&file).is_err());
    }

    #[test]
    fn older_keys_stand_in_the_same_file() {
        let (folder, keys) = (tempfile::tempdir().expect("a folder"), [key(), key(), key()]);
        let file = folder.path().join("public.pem");
        let text = format!("{}\n{}", keys[0].public_pem().expect("PEM"), keys[1].public_pem().expect("PEM"));
        fs::write(&file, text).expect("a file");
        let public = PublicKeys::read(&file).expect("reads");
        let judged = keys.iter().map(|key| public.judge(&signed(key)));
        assert!(judged.eq([Judgement::Good, Judgement::Good, Judgement::UnknownKey]));
        fs::write(&file, "").expect("a file");
        assert!(PublicKeys::read(&file).is_err());
    }

    proptest! {
        #[test]
        fn nothing_of_a_checkpoint_can_be_changed(field in 0usize..6, byte in 0usize..32, by in 1u8..) {
            let (key, other) = (key(), key());
            let mut checkpoint = signed(&key);
            match field {
                0 => checkpoint.position += i64::from(by),
                1 => checkpoint.hash[byte] ^= by,
                2 => checkpoint.signed_at += TimeDelta::microseconds(by.into()),
                3 => checkpoint.signature[byte * 2] ^= by,
                4 => checkpoint.signature.truncate(byte * 2),
                _ => checkpoint.signature = other.sign(7, vec![9; 32], DateTime::UNIX_EPOCH).signature,
            }
            prop_assert_eq!(PublicKeys::of(&key).judge(&checkpoint), Judgement::Bad);
            prop_assert_eq!(PublicKeys::of(&other).judge(&checkpoint), Judgement::UnknownKey);
        }
    }
}
