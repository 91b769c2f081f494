//! What must be true of reports. Pure: no database, no clock of its own.

mod content;
mod reading;
mod sections;
mod states;
#[cfg(test)]
mod tests;
mod urgency;

pub use content::{Content, EARLIEST_YEAR, LONGEST_TEXT, MOST_MESSAGES, MOST_PERSONS, MOST_TICKS};
pub use content::{message, missing, one_more_message, validate};
pub use reading::unread;
pub use sections::{Section, Sections};
pub use states::{Status, states, status};
pub use urgency::{CHILD_BANDS, Urgency, may_be_under_18, treated_as_child, urgency};
