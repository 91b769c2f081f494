//! Printed material that was given out: leaflets, posters, manuals; in which language, how many, to whom, when and at which
//! session or apart from one. What is written here names institutions and occasions, never a person.

mod actions;
mod mutations;
mod queries;
mod types;

pub use mutations::PrintedMutations;
pub use queries::PrintedQueries;
pub use types::PrintedMaterial;
