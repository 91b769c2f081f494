//! What must be true of questions, tests and evaluations, and what follows from answers. Pure: no database, no clock.

pub mod answers;
pub mod evaluation;
pub mod figures;
pub mod questions;
pub mod tests;

use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
pub use crate::training::sessions::rules::within;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a column of JSON holds; nothing where it is empty.
pub fn of_column<T: DeserializeOwned + Default>(column: &str) -> T {
    serde_json::from_str(column).unwrap_or_default()
}

/// A value as a column of JSON keeps it.
pub fn column(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn invalid(path: &str, message: &'static str) -> Problem {
    Problem::new(UserErrorCode::Invalid, path, Message::new(message))
}

/// The object that this path names is in a state in which it cannot be done.
pub fn wrong_state(path: &str, message: &'static str) -> Problem {
    Problem::new(UserErrorCode::WrongState, path, Message::new(message))
}
