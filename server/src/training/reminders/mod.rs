//! Reminders: that a session begins soon, that it can be evaluated, and that an answer is still awaited. The service says so once,
//! and `notifications` finds out whom it concerns.

mod job;
pub mod rules;

pub use job::run;
