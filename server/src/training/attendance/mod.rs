//! Attendance: who was there on which day, written down by a trainer or by the code in the room.

mod actions;
pub mod code;
mod mutations;
pub mod picture;
mod queries;
pub mod rules;
mod types;

pub use mutations::AttendanceMutations;
pub use queries::AttendanceQueries;
pub use types::Attendance;
