//! Registrations: who takes part in a session, who waits for a place, and what participants need.

mod actions;
mod arriving;
mod inputs;
pub mod listing;
mod loader;
mod mutations;
mod needs;
mod placing;
mod queries;
pub mod rules;
mod types;

pub use arriving::take_over;
pub use loader::Loader;
pub use mutations::RegistrationMutations;
pub use placing::{pass_on, run as give_out_places};
pub use queries::RegistrationQueries;
pub use types::{Registration, has_a_place};
