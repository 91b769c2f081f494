//! How urgent a report is, and who is treated as a child.

use chrono::{Datelike, NaiveDate};
use entity::answer::Answer;
use entity::person::{self, AgeBand};
use entity::report;

/// How soon the Centre should look at a report. Practice in social protection is 24 hours, 72 hours and seven days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Somebody is in danger now.
    Immediate,
    /// Somebody may come to harm soon.
    Urgent,
    /// Neither.
    Ordinary,
}

impl Urgency {
    /// Every urgency, the most urgent first.
    pub const ALL: [Self; 3] = [Self::Immediate, Self::Urgent, Self::Ordinary];

    /// As the database keeps it, so that it sorts.
    pub fn column(self) -> i16 {
        match self {
            Self::Immediate => 0,
            Self::Urgent => 1,
            Self::Ordinary => 2,
        }
    }

    /// The urgency of a column; the most urgent where the column says what no urgency is.
    pub fn of_column(column: i16) -> Self {
        Self::ALL.into_iter().find(|urgency| urgency.column() == column).unwrap_or(Self::Immediate)
    }
}

/// How urgent a report is. Nobody is asked: it follows from what the reporter knows.
///
/// Danger now is immediate: practice is 24 hours where there is danger. It is urgent, 72 hours, when the suspected exploiter
/// is near, because the person can be moved or silenced; and when a child may be concerned, because a child cannot be left
/// to wait for an answer that nobody has. Everything else is ordinary: 7 days.
pub fn urgency(report: &report::Model, persons: &[person::Model]) -> Urgency {
    let child = persons.iter().any(|person| treated_as_child(person, report.begun_on));
    match (report.danger_now, report.exploiter_near) {
        (Answer::Yes, _) => Urgency::Immediate,
        (_, Answer::Yes) => Urgency::Urgent,
        _ if child => Urgency::Urgent,
        _ => Urgency::Ordinary,
    }
}

/// Age bands of children.
pub const CHILD_BANDS: [AgeBand; 3] = [AgeBand::Under12, AgeBand::From12To14, AgeBand::From15To17];

/// Whether somebody born in this year may be under 18 on this day: the birthday of the year is not known.
pub fn may_be_under_18(birth_year: i32, on: NaiveDate) -> bool {
    on.year() - birth_year <= 18
}

/// Whether a person is treated as a child: when it is one, when nobody is sure, and when the answer is no while age band or
/// birth year say otherwise, because an age that is disputed counts as a child's until it is settled. `on` is the day the
/// report was begun, so that the answer for a report does not change with time.
pub fn treated_as_child(person: &person::Model, on: NaiveDate) -> bool {
    person.child != Answer::No
        || person.age_band.is_some_and(|band| CHILD_BANDS.contains(&band))
        || person.birth_year.is_some_and(|year| may_be_under_18(year, on))
}
