//! Learning: what participants know before and after a session, asked from a bank of questions; and what they say of it, which
//! leads to nobody.

mod actions;
mod inputs;
pub mod job;
mod loader;
mod mutations;
mod queries;
pub mod rules;
#[cfg(test)]
mod tests;
mod types;

pub use loader::Loader;
pub use mutations::LearningMutations;
pub use queries::LearningQueries;
pub use types::{Question, TestAttempt, TestResult};
