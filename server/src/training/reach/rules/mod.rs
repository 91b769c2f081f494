//! What coverage and effect mean. Pure: no database, no clock.

pub mod coverage;
pub mod effect;
#[cfg(test)]
mod tests;

use crate::error::Fault;
use chrono::{Datelike, Months, NaiveDate};
use std::ops::Range;

/// The years that can be asked for, as in the yearly counts.
const YEARS: Range<i32> = 1900..2200;
/// How long a period is, in years, where nobody says from when.
const USUAL_YEARS: u32 = 3;
/// For how many years one can ask who was not trained.
const UNTRAINED_YEARS: Range<i32> = 1..21;

/// Days from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

impl Period {
    /// Whether a day is in it.
    pub fn contains(&self, day: NaiveDate) -> bool {
        (self.from..=self.until).contains(&day)
    }
}

/// The period from one day to another: until today where nobody says until when, and three years long where nobody says from
/// when.
///
/// # Errors
/// When it ends before it begins, or begins or ends in a year that nobody counts.
pub fn period(from: Option<NaiveDate>, until: Option<NaiveDate>, today: NaiveDate) -> Result<Period, Fault> {
    let until = until.unwrap_or(today);
    if !YEARS.contains(&until.year()) || from.is_some_and(|from| !YEARS.contains(&from.year())) {
        return Err(Fault::BadInput("Give days of the years 1900 to 2199."));
    }
    let from = from.unwrap_or_else(|| day_after(years_before(until, USUAL_YEARS)));
    if until < from {
        return Err(Fault::BadInput("The period ends before it begins: give `from` and `until` the other way round."));
    }
    Ok(Period { from, until })
}

/// The last day on which an institution may have been trained of which, so many years later, one says that nobody was trained in
/// those years. Of three years this is the day before the usual period.
///
/// # Errors
/// When it is not a number from 1 to 20.
pub fn untrained_since(until: NaiveDate, years: i32) -> Result<NaiveDate, Fault> {
    let years = u32::try_from(years).ok().filter(|_| UNTRAINED_YEARS.contains(&years));
    let years = years.ok_or(Fault::BadInput("Ask for 1 to 20 years in which nobody was trained."))?;
    Ok(years_before(until, years))
}

/// The same day so many years before; of 29 February the day before 1 March.
fn years_before(day: NaiveDate, years: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(12 * years)).unwrap_or(NaiveDate::MIN)
}

fn day_after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}
