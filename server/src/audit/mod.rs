//! The audit trail as it is read: by the protection officer all of it, by a coordinator what its organisation did. It is
//! written by `access`, and by nobody else.

mod queries;
#[cfg(test)]
mod tests;
mod types;

pub use queries::AuditQueries;
pub use types::AuditEvent;
