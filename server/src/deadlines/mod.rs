//! Deadlines: within what time the Centre acts on a report, and what happens when it does not.
//!
//! What starts, pauses and stops a clock, and how long it runs, are data (`catalogue`). When one is due follows from the
//! history of the report alone (`rules`, `working_time`). It is kept as rows in the transaction of each step (`keeping`), so
//! that the queue can be sorted by it, and a job marks what is overdue and escalates it, once among any number of servers
//! (`job`). The reporting organisation learns of none of it.

mod catalogue;
mod fields;
pub mod job;
mod keeping;
mod loader;
mod queries;
mod queue;
pub mod rules;
#[cfg(test)]
mod tests;
mod types;
pub mod working_time;

pub use catalogue::Deadlines;
pub use fields::of_report;
pub use keeping::{keep, rows_of};
pub use loader::Loader;
pub use queries::DeadlineQueries;
pub use queue::{due_by, next_due};
pub use types::Deadline;
