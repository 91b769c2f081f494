//! Cases: the Centre's work with one person after triage, and the decision on formal identification.

mod actions;
mod loader;
mod mutations;
mod queries;
pub mod rules;
mod types;

pub use actions::{assign_of, open_for, void_of};
pub use loader::Loader;
pub use mutations::CaseMutations;
pub use queries::CaseQueries;
pub use types::{Case, of_report};
