//! How long persons of concern are kept, and how they are erased: proposed, reviewed, then anonymised for good.
//!
//! What is erased is a person. Its key is destroyed, and with it everything that says who it is. When the last person of a
//! report goes, the report's key goes too, and with it observations, messages, notes and reasons. What statistics need
//! stays: that there was a report, from where, about how many persons of which sex, age and citizenship, and what the Centre
//! decided.
//!
//! The service proposes what is due (`job`), a supervisor has a window of some weeks to hold it back (`actions`), and then the
//! service does it (`execution`), without ever being able to read what it erases. The rules are data (`periods`).

mod actions;
mod execution;
mod export;
pub mod job;
mod matters;
mod mutations;
mod periods;
pub mod preview;
mod queries;
pub mod rules;
#[cfg(test)]
mod tests;
mod types;

pub use mutations::RetentionMutations;
pub use periods::Periods;
pub use queries::RetentionQueries;
pub use types::{Erasure, ReviewWindow};
