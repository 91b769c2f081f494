//! The audit trail as it is read: by the protection officer all of it, by a coordinator what its organisation did. Its rows
//! are written by `access`, and by nobody else.
//!
//! Behind those who write, `linking` puts the rows into a [`chain`] and signs checkpoints of it (`signing`); `verification`
//! follows the chain and says what is not as it was.

pub mod chain;
pub mod checkpoints;
pub mod linking;
mod queries;
pub mod signing;
#[cfg(test)]
mod tests;
mod types;
pub mod verification;

pub use queries::AuditQueries;
pub use types::AuditEvent;
