//! What several rooms of training ask. Pure: no database, no clock.

use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use chrono::{Datelike, NaiveDate};

/// Years in which something of training can have been, or is planned.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

/// A day that somebody gave, or today where it gave none.
pub fn day(given: Option<NaiveDate>, today: NaiveDate, path: &str) -> Result<NaiveDate, Problem> {
    let day = given.unwrap_or(today);
    if YEARS.contains(&day.year()) {
        return Ok(day);
    }
    Err(Problem::new(UserErrorCode::Invalid, path, Message::new("year-out-of-range")))
}
