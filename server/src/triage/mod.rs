//! Triage: the Centre's intake work on submitted reports. The queue, the transitions, notes.

mod actions;
mod fields;
mod inputs;
mod loader;
mod mutations;
mod queries;
pub mod rules;
mod subscriptions;
#[cfg(test)]
mod tests;
mod types;

pub use actions::record;
pub use fields::WorkOn;
pub use loader::Loader;
pub use mutations::TriageMutations;
pub use queries::TriageQueries;
pub use subscriptions::TriageSubscriptions;
pub use types::{Note, ReportEvent, sees_work};
