//! What must be true of files of reports. Pure: no database, no clock.

use super::kinds::Refusal;
use crate::config;
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::reports::rules::{Status, status};
use chrono::TimeDelta;
use entity::report;

/// How long an announced file may take to come before it is forgotten.
pub const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(1);

/// What holds for every file.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The largest, in bytes.
    pub largest: usize,
    /// How many a report may have from each side.
    pub per_report: u16,
    /// For how long a link counts.
    pub link: TimeDelta,
}

impl Default for Terms {
    fn default() -> Self {
        Self { largest: 25_000_000, per_report: 20, link: TimeDelta::minutes(10) }
    }
}

impl Terms {
    /// As the settings have it.
    pub fn of(settings: &config::Attachments) -> Self {
        let link = TimeDelta::minutes(settings.link_minutes.get().into());
        Self { largest: settings.largest, per_report: settings.per_report.get(), link }
    }
}

/// The number that a file gets: the first that none of its side on the report has.
pub fn position(taken: &[i32], terms: Terms) -> Result<i32, Problem> {
    let free = (1..=i32::from(terms.per_report)).find(|position| !taken.contains(position));
    free.ok_or_else(|| {
        let message = Message::new("too-many-attachments").with("most", terms.per_report);
        Problem::new(UserErrorCode::TooLong, "reportId", message)
    })
}

/// Whether a report still takes files: until the Centre's work on it has ended.
pub fn is_open(report: &report::Model, path: &str) -> Result<(), Problem> {
    if status(report.state) == Status::Closed {
        return Err(Problem::new(UserErrorCode::WrongState, path, Message::new("attachment-after-the-end")));
    }
    Ok(())
}

/// A refusal of what was sent.
pub fn refused(refusal: Refusal) -> Problem {
    let message = match refusal {
        Refusal::Empty => "attachment-empty",
        Refusal::Unknown => "attachment-of-no-kind",
        Refusal::Broken => "attachment-broken",
        Refusal::Bomb => "attachment-unpacks-too-large",
        Refusal::Program => "attachment-holds-programs",
    };
    Problem::new(UserErrorCode::Invalid, "", Message::new(message))
}

/// A file that is larger than any may be.
pub fn too_large(terms: Terms) -> Problem {
    let message = Message::new("attachment-too-large").with("most", terms.largest / 1_000_000);
    Problem::new(UserErrorCode::TooLong, "", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_position_is_free_and_none_beyond_the_last_is_given(taken: BTreeSet<u8>) {
            let taken: Vec<i32> = taken.into_iter().map(|position| i32::from(position % 21) + 1).collect();
            match position(&taken, Terms::default()) {
                Ok(position) => prop_assert!((1..=20).contains(&position) && !taken.contains(&position)),
                Err(_) => prop_assert!((1..=20).all(|position| taken.contains(&position))),
            }
        }
    }
}
