//! Programmes: accredited courses that sessions follow.

mod actions;
mod loader;
mod mutations;
mod queries;
pub mod rules;
mod types;

pub use loader::Loader;
pub use mutations::ProgrammeMutations;
pub use queries::ProgrammeQueries;
pub use types::Programme;
