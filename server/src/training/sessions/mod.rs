//! Sessions: trainings, information days and the like, from the plan to the end, and whom they are for.

mod actions;
mod content;
mod copying;
mod inputs;
mod loader;
mod mutations;
mod planning;
mod queries;
pub mod rules;
#[cfg(test)]
mod tests;
mod trainers;
mod types;
mod unreached;

pub(in crate::training) use content::language;
pub use loader::Loader;
pub use mutations::SessionMutations;
pub(in crate::training) use mutations::expect_known_set;
pub use queries::SessionQueries;
pub use trainers::trains;
pub use types::{TrainingDay, TrainingSession};
