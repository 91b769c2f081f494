//! Keys of the demonstration's issuer: made at start, kept nowhere.

use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::pkcs8::EncodePrivateKey;
use rand::RngExt;
use serde::Serialize;
use std::sync::{PoisonError, RwLock};

/// How tokens are signed.
pub(super) const ALGORITHM: Algorithm = Algorithm::ES256;

/// The key that signs, first, and the one before it.
pub(super) struct SigningKeys(RwLock<Vec<Key>>);

#[derive(Clone)]
struct Key {
    private: EncodingKey,
    public: Jwk,
}

impl SigningKeys {
    pub(super) fn new() -> Self {
        Self(RwLock::new(vec![Key::new()]))
    }

    /// Signs with a new key from now on. What the one before signed stays valid until the next time.
    pub(super) fn rotate(&self) {
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        keys.insert(0, Key::new());
        keys.truncate(2);
    }

    /// The public keys.
    pub(super) fn public(&self) -> Vec<Jwk> {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().map(|key| key.public.clone()).collect()
    }

    /// Signs a token of this type.
    pub(super) fn sign(&self, typ: &str, claims: &impl Serialize) -> String {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let header =
            Header { typ: Some(typ.to_owned()), kid: keys[0].public.common.key_id.clone(), ..Header::new(ALGORITHM) };
        jsonwebtoken::encode(&header, claims, &keys[0].private).expect("claims of our own can be signed")
    }
}

impl Key {
    fn new() -> Self {
        let private = EncodingKey::from_ec_der(&new_key_der());
        let mut public = Jwk::from_encoding_key(&private, ALGORITHM).expect("the key is one for this algorithm");
        public.common.key_id = Some(super::random());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Self { private, public }
    }
}

/// A new private key on the curve P-256, in PKCS #8.
pub fn new_key_der() -> Vec<u8> {
    loop {
        let mut bytes = [0; 32];
        rand::rng().fill(&mut bytes);
        // One number in four thousand million is none of the curve's.
        let key = p256::SecretKey::from_slice(&bytes).ok();
        if let Some(Ok(der)) = key.map(|key| key.to_pkcs8_der()) {
            return der.as_bytes().to_vec();
        }
    }
}
