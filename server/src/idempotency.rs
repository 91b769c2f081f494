//! Idempotency keys: the same key with the same input answers with the same object, with another input it is refused.
//!
//! What the input was is kept as a digest, and sealed: many inputs have so few forms that whoever reads a digest could find out
//! by trying which one it was. A use is recognised after `oslonac keys rotate`, because keys that were replaced still open
//! what they sealed; once such a key is destroyed, what was used under it is refused.

use crate::access::Write;
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::language::Message;
use async_graphql::InputType;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use entity::idempotency_key::{self, Column};
use sea_orm::ColumnTrait;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Bounds for the length of a key, in characters. A UUID fits.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// One use of a key.
pub struct Once {
    operation: &'static str,
    key: String,
    input_digest: String,
}

impl Once {
    /// A use of this key for a mutation with this input.
    pub fn new(operation: &'static str, key: &str, input: &impl InputType) -> Outcome<Self> {
        if !LENGTH.contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Problem::new(UserErrorCode::Invalid, "idempotencyKey", Message::new("bad-key")).into());
        }
        Ok(Self::of_bytes(operation, key, input.to_value().to_string().as_bytes()))
    }

    /// A use of a key that the service itself makes of what it was sent.
    pub fn of_bytes(operation: &'static str, key: &str, input: &[u8]) -> Self {
        Self { operation, key: key.to_owned(), input_digest: digest(operation, key, input) }
    }

    /// Takes the key for an object that this transaction is about to create. Answers the object that an earlier use created,
    /// where there was one. Of two uses at the same time, the second waits for the first.
    pub async fn claim(&self, write: &Write, result_id: Uuid) -> Outcome<Option<Uuid>> {
        let viewer = write.viewer();
        let row = idempotency_key::Model {
            membership_id: viewer.membership_id(),
            key: self.key.clone(),
            organisation_id: viewer.organisation_id(),
            operation: self.operation.to_owned(),
            input_digest: self.input_digest.clone(),
            result_id,
            created_at: write.now(),
        };
        if write.insert_part_unless_there::<idempotency_key::Entity>(row).await? {
            return Ok(None);
        }
        let same_key = Column::Key.eq(self.key.as_str());
        let earlier = write.find::<idempotency_key::Entity>().filter(same_key).one().await?;
        match earlier {
            Some(earlier) if earlier.input_digest == self.input_digest => Ok(Some(earlier.result_id)),
            _ => Err(Problem::new(UserErrorCode::KeyReused, "idempotencyKey", Message::new("key-reused")).into()),
        }
    }
}

/// What tells this use from any other. Neither part in front holds a NUL.
fn digest(operation: &str, key: &str, input: &[u8]) -> String {
    STANDARD_NO_PAD.encode(Sha256::digest([operation.as_bytes(), b"\0", key.as_bytes(), b"\0", input].concat()))
}

#[cfg(test)]
mod tests;
