//! An issuer's public keys (RFC 7517).

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;

/// Keys that signatures are checked with. Keys for encryption and symmetric ones are left out.
pub(super) struct Keys(Vec<Key>);

struct Key {
    id: Option<String>,
    /// The only algorithm the issuer uses the key with, where it says so.
    algorithm: Option<String>,
    key: DecodingKey,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

impl Keys {
    /// Reads a key set. A key of a kind that we do not know is left out, as RFC 7517 section 5 wants it.
    pub(super) fn read(json: &[u8]) -> serde_json::Result<Self> {
        let set: KeySet = serde_json::from_slice(json)?;
        let keys = set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
        Ok(Self(keys.filter_map(Key::read).collect()))
    }

    /// Whether there is a key of this id; any key where a token names none.
    pub(super) fn has(&self, id: Option<&str>) -> bool {
        self.0.iter().any(|key| id.is_none() || key.id.as_deref() == id)
    }

    /// The key of this id for this algorithm; where a token names none, the only key that fits the algorithm.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let mut fitting = self.0.iter().filter(|key| (id.is_none() || key.id.as_deref() == id) && key.fits(algorithm));
        let found = fitting.next()?;
        (id.is_some() || fitting.next().is_none()).then_some(&found.key)
    }
}

impl Key {
    fn read(jwk: Jwk) -> Option<Self> {
        let for_signatures = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
        let asymmetric = !matches!(jwk.algorithm, AlgorithmParameters::OctetKey(_));
        if !for_signatures || !asymmetric {
            return None;
        }
        Some(Self {
            key: DecodingKey::from_jwk(&jwk).ok()?,
            algorithm: jwk.common.key_algorithm.map(|algorithm| algorithm.to_string()),
            id: jwk.common.key_id,
        })
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        self.key.family() == algorithm.family()
            && self.algorithm.as_ref().is_none_or(|own| *own == format!("{algorithm:?}"))
    }
}
