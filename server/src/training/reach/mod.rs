//! Reach: whom training reached, whom it did not, and how many reports come from either. Numbers of institutions, never a name of
//! a participant.

mod counting;
pub mod export;
pub mod keeping;
mod queries;
mod rules;
mod types;

pub use queries::ReachQueries;
pub use types::InstitutionCoverage;
