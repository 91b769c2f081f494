//! What must be true of programmes. Pure: no database, no clock.

use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::training::rules::of_our_times;
use chrono::NaiveDate;
use entity::programme::Model;

/// The longest programme, in hours of teaching.
const LONGEST: i32 = 1_000;

/// Hours of teaching, or why they are none.
pub fn hours(hours: i32, path: &str) -> Result<i32, Problem> {
    if (1..=LONGEST).contains(&hours) {
        return Ok(hours);
    }
    let message = Message::new("hours-out-of-range").with("longest", LONGEST);
    Err(Problem::new(UserErrorCode::Invalid, path, message))
}

/// The last day of an accreditation, which is not before its first.
pub fn validity(from: NaiveDate, until: Option<NaiveDate>, path: &str) -> Result<Option<NaiveDate>, Problem> {
    if until.is_some_and(|until| until < from) {
        return Err(Problem::new(UserErrorCode::Invalid, path, Message::new("last-day-before-first")));
    }
    until.map(|until| of_our_times(until, path)).transpose()
}

/// Whether sessions of the programme may be planned for this day.
pub fn is_valid_on(programme: &Model, day: NaiveDate) -> bool {
    let within = programme.valid_from <= day && programme.valid_until.is_none_or(|until| day <= until);
    within && programme.withdrawn_at.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_counted_from_one() {
        assert_eq!(hours(16, "hours"), Ok(16));
        for bad in [i32::MIN, -1, 0, 1_001] {
            assert!(hours(bad, "hours").is_err(), "{bad}");
        }
    }

    #[test]
    fn an_accreditation_of_one_day_is_one() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
        assert_eq!(validity(day, Some(day), "validUntil"), Ok(Some(day)));
        assert!(validity(day, day.pred_opt(), "validUntil").is_err());
    }
}
