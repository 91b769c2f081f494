//! Registrations: who takes part in a session, who waits for a place, and what participants need.

mod actions;
mod inputs;
pub mod listing;
mod loader;
mod mutations;
mod placing;
mod queries;
pub mod rules;
mod types;

pub use loader::Loader;
pub use mutations::RegistrationMutations;
pub use placing::run as end_offers;
pub use queries::RegistrationQueries;
pub use types::{Registration, has_a_place};
