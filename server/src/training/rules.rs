//! What several rooms of training ask. Pure: no database, no clock.

use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use chrono::{Datelike, NaiveDate};
use std::ops::RangeInclusive;

/// The years in which something of training can have been, or is planned. What lies outside them was mistyped.
const YEARS: RangeInclusive<i32> = 1990..=2100;

/// A day within those years.
///
/// # Errors
/// When it is another.
pub fn of_our_times(day: NaiveDate, path: &str) -> Result<NaiveDate, Problem> {
    if YEARS.contains(&day.year()) {
        return Ok(day);
    }
    let message = Message::new("year-out-of-range").with("first", *YEARS.start()).with("last", *YEARS.end());
    Err(Problem::new(UserErrorCode::Invalid, path, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_have_four_digits_that_somebody_remembers() {
        for (year, is_ours) in [(1, false), (1989, false), (1990, true), (2100, true), (2101, false), (9999, false)] {
            let day = NaiveDate::from_ymd_opt(year, 12, 31).expect("a day");
            assert_eq!(of_our_times(day, "validFrom").is_ok(), is_ours, "{year}");
        }
    }
}
