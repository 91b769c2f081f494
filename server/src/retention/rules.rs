//! When persons are to be erased, and what of them stays. Pure: no database, no clock.

#[cfg(test)]
mod properties;

use super::Periods;
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use chrono::{DateTime, Datelike, Months, Utc};
use entity::person::AgeBand;
use entity::report;
use serde::Deserialize;
use uuid::Uuid;

/// Classes of persons by how long they are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The Centre identified the person.
    Identified,
    /// It did not, or the person got no case.
    NotIdentified,
}

/// What starts a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountsFrom {
    /// The decision on the person, or the step that ended its report.
    Decision,
    /// That, or the report's last change if it is later.
    LastChange,
}

/// How long a class is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Years.
    pub years: u32,
    /// What starts it.
    pub counts_from: CountsFrom,
    /// Whether the Centre has confirmed it. By an unconfirmed one nothing goes.
    pub confirmed: bool,
}

/// Where the Centre's work with one person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The work goes on.
    AtWork,
    /// It ended.
    Ended {
        /// How.
        class: Class,
        /// When it was decided so.
        decided_at: DateTime<Utc>,
        /// When its report last changed.
        changed_at: DateTime<Utc>,
    },
    /// Its report was joined to another, and shares that one's fate.
    Joined {
        /// When its report last changed.
        changed_at: DateTime<Utc>,
    },
}

/// A person of concern as these rules see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The person.
    pub person: Uuid,
    /// Its report.
    pub report: Uuid,
    /// Where the work with it stands.
    pub outcome: Outcome,
    /// Whether it was erased before.
    pub erased: bool,
}

/// When a person is due to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The person.
    pub person: Uuid,
    /// Its report.
    pub report: Uuid,
    /// The class by which it goes.
    pub class: Class,
    /// When its period ends.
    pub at: DateTime<Utc>,
    /// Whether every period that plays a part was confirmed.
    pub confirmed: bool,
}

/// When each person of a matter is due: of a report, with all reports that were joined to it. Those who were erased before,
/// and those with whom work goes on, are not.
///
/// Persons of one report go one by one, each by its own period. Nobody can say who of a joined report is who of the other,
/// so the persons of several reports go together: when the longest of their periods has passed since the latest of what
/// starts them. While there is work on one of those reports, nobody goes.
pub fn due(matter: &[Standing], periods: &Periods) -> Vec<Due> {
    let several = matter.iter().any(|standing| standing.report != matter[0].report);
    let left = matter.iter().filter(|standing| !standing.erased);
    if several {
        let Some((class, at, confirmed)) = together(matter, periods) else { return Vec::new() };
        return left.map(|one| Due { person: one.person, report: one.report, class, at, confirmed }).collect();
    }
    left.filter_map(|one| {
        let (class, at, confirmed) = together(std::slice::from_ref(one), periods)?;
        Some(Due { person: one.person, report: one.report, class, at, confirmed })
    })
    .collect()
}

/// Whether work on a matter goes on.
pub fn at_work(matter: &[Standing]) -> bool {
    matter.iter().any(|standing| standing.outcome == Outcome::AtWork)
}

/// Whether every report of a matter in which somebody is left is among these.
pub fn all_named(matter: &[Standing], reports: &[Uuid]) -> bool {
    matter.iter().all(|standing| standing.erased || reports.contains(&standing.report))
}

/// The class with the longest period among these persons, when that ends after the latest start, and whether all periods that
/// play a part are confirmed.
fn together(persons: &[Standing], periods: &Periods) -> Option<(Class, DateTime<Utc>, bool)> {
    let mut classes = Vec::new();
    let mut started = None;
    for one in persons {
        let start = match one.outcome {
            Outcome::AtWork => return None,
            Outcome::Joined { changed_at } => changed_at,
            Outcome::Ended { class, decided_at, changed_at } => {
                classes.push(class);
                match periods.of_class(class).counts_from {
                    CountsFrom::Decision => decided_at,
                    CountsFrom::LastChange => decided_at.max(changed_at),
                }
            }
        };
        started = started.max(Some(start));
    }
    let longest = classes.iter().copied().max_by_key(|class| periods.of_class(*class).years)?;
    let confirmed = classes.iter().all(|class| periods.of_class(*class).confirmed);
    let ends = started?.checked_add_months(Months::new(12 * periods.of_class(longest).years))?;
    Some((longest, ends, confirmed))
}

/// Whether something may still be written on a report: not once it is erased, because nothing could seal it. `path` is where
/// the input names the report, or the case that came from it.
pub fn not_erased(report: &report::Model, path: &str) -> Result<(), Problem> {
    if report.sealing_key_id.is_none() {
        return Err(Problem::new(UserErrorCode::WrongState, path, Message::new("report-erased")));
    }
    Ok(())
}

/// The age band that stays of a year of birth: the age that was reached in the year of the report.
pub fn age_band(birth_year: i32, submitted_at: DateTime<Utc>) -> AgeBand {
    match submitted_at.year() - birth_year {
        ..12 => AgeBand::Under12,
        12..15 => AgeBand::From12To14,
        15..18 => AgeBand::From15To17,
        18..25 => AgeBand::From18To24,
        25..40 => AgeBand::From25To39,
        40..60 => AgeBand::From40To59,
        60.. => AgeBand::Over60,
    }
}
