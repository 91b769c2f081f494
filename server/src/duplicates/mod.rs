//! Possible duplicates: persons of different reports who may be the same. They are proposed with the reasons, and joined by
//! nobody but the Centre.
//!
//! What a person is known by is kept as blind indexes, which say of two that they are the same and nothing else
//! (`normalising`, `names`; `access/indexing` keeps the key). They are written with the report that is submitted, whatever
//! other reports there are (`keeping`). Afterwards a job compares them, once among any number of servers (`job`), by rules that
//! know no names (`rules`). Whoever reported learns of none of it.

mod actions;
mod fields;
pub mod job;
mod keeping;
mod loader;
mod mutations;
mod names;
pub mod normalising;
mod queries;
pub mod rules;
mod types;

pub use actions::{join_undone, joined};
pub use fields::{later_report, of_person, of_report};
pub use keeping::{add, rows_of};
pub use loader::Loader;
pub use mutations::DuplicateMutations;
pub use queries::{DuplicateQueries, between, has_open};
pub use types::{DuplicateState, PossibleDuplicate};
