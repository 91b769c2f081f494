//! Working time: office hours without weekends and public holidays, on the wall in Serbia. Pure.
//!
//! Which days are free follows from the law on state and other holidays (Official Gazette RS 43/2001, 101/2007, 92/2011): the
//! days stand in `data/working_time.toml`, and a state holiday that falls on a Sunday frees the first working day behind it.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Europe::Belgrade;
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Office {
    days: Vec<Weekday>,
    from: NaiveTime,
    until: NaiveTime,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixed {
    month: u32,
    days: Vec<u32>,
    moves: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Easter {
    days: Vec<i64>,
}

/// Office hours and free days.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkingTime {
    office: Office,
    fixed: Vec<Fixed>,
    easter: Easter,
}

/// Those of `data/working_time.toml`.
pub static WORKING_TIME: LazyLock<WorkingTime> =
    LazyLock::new(|| toml::from_str(include_str!("../../data/working_time.toml")).expect("a test reads it"));

/// How many days are looked through for working time; twenty years hold more of it than any deadline.
const MOST_DAYS: usize = 20 * 366;

impl WorkingTime {
    /// Whether somebody is at work on this day.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        self.would_work(day) && !self.is_moved_to(day)
    }

    /// Whether it is a day of the office's week and no holiday.
    fn would_work(&self, day: NaiveDate) -> bool {
        self.office.days.contains(&day.weekday()) && !self.is_holiday(day)
    }

    fn is_holiday(&self, day: NaiveDate) -> bool {
        let from_easter = (day - orthodox_easter(day.year())).num_days();
        self.fixed.iter().any(|fixed| fixed.is_on(day)) || self.easter.days.contains(&from_easter)
    }

    /// Whether a day is free because it is the first working one behind a state holiday on a Sunday.
    fn is_moved_to(&self, day: NaiveDate) -> bool {
        let days_since_sunday = u64::from(day.weekday().num_days_from_sunday());
        let Some(sunday) = day.checked_sub_days(Days::new(days_since_sunday)) else { return false };
        let moves = self.fixed.iter().any(|fixed| fixed.moves && fixed.is_on(sunday));
        moves
            && days_since_sunday > 0
            && !sunday.iter_days().skip(1).take_while(|d| *d < day).any(|d| self.would_work(d))
    }

    /// The working time of one day, as instants; nothing on a free day.
    fn hours_of(&self, day: NaiveDate) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let instant = |time| Some(day.and_time(time).and_local_timezone(Belgrade).earliest()?.to_utc());
        self.is_working(day).then_some(())?;
        Some((instant(self.office.from)?, instant(self.office.until)?))
    }

    /// The instant at which so much working time has passed since `from`; `from` itself for none.
    pub fn after(&self, from: DateTime<Utc>, time: TimeDelta) -> DateTime<Utc> {
        let mut left = time;
        if left <= TimeDelta::zero() {
            return from;
        }
        for day in from.with_timezone(&Belgrade).date_naive().iter_days().take(MOST_DAYS) {
            let Some((opens, closes)) = self.hours_of(day) else { continue };
            let begins = opens.max(from);
            if closes - begins >= left {
                return begins + left;
            }
            left -= (closes - begins).max(TimeDelta::zero());
        }
        from + time
    }

    /// How much working time lies between two instants; none where the second is not behind the first.
    pub fn between(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> TimeDelta {
        let last = until.with_timezone(&Belgrade).date_naive();
        let days = from.with_timezone(&Belgrade).date_naive().iter_days().take(MOST_DAYS);
        let of_day = |day| {
            let (opens, closes) = self.hours_of(day)?;
            Some((closes.min(until) - opens.max(from)).max(TimeDelta::zero()))
        };
        days.take_while(|day| *day <= last).filter_map(of_day).sum()
    }
}

impl Fixed {
    fn is_on(&self, day: NaiveDate) -> bool {
        day.month() == self.month && self.days.contains(&day.day())
    }
}

/// Easter Sunday of the Orthodox church in a year, by the calendar of every day (Meeus's rule for the Julian calendar).
fn orthodox_easter(year: i32) -> NaiveDate {
    let (a, b, c) = (year.rem_euclid(4), year.rem_euclid(7), year.rem_euclid(19));
    let d = (19 * c + 15).rem_euclid(30);
    let e = (2 * a + 4 * b - d + 34).rem_euclid(7);
    let both = d + e + 114;
    let (month, day) = (both / 31, both % 31 + 1);
    let julian = NaiveDate::from_ymd_opt(year, month.unsigned_abs(), day.unsigned_abs()).unwrap_or_default();
    let centuries = year.div_euclid(100);
    julian + TimeDelta::days((centuries - centuries.div_euclid(4) - 2).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn easter_is_when_the_church_keeps_it() {
        for easter in ["2016-05-01", "2018-04-08", "2021-05-02", "2024-05-05", "2025-04-20", "2026-04-12", "2027-05-02"]
        {
            assert_eq!(orthodox_easter(day(easter).year()), day(easter));
        }
    }

    #[test]
    fn holidays_are_free_and_state_holidays_on_a_sunday_free_another_day() {
        let free = [
            "2018-01-01",
            "2018-01-02",
            "2018-02-15",
            "2018-04-06",
            "2018-04-09",
            "2018-05-01",
            // New Year's Day of 2023 was a Sunday, as were 15 February 2026, 2 May 2027 and, at Easter, 2 May 2021.
            "2023-01-03",
            "2026-02-17",
            "2021-05-03",
            "2021-05-04",
            "2018-11-12",
            "2018-03-10",
            "2018-03-11",
        ];
        for free in free {
            assert!(!WORKING_TIME.is_working(day(free)), "{free}");
        }
        // Christmas of 2018 was a Sunday and does not move.
        for worked in ["2018-01-03", "2018-01-08", "2018-11-13", "2023-01-04", "2026-02-18", "2021-05-05", "2018-06-28"]
        {
            assert!(WORKING_TIME.is_working(day(worked)), "{worked}");
        }
    }

    #[test]
    fn working_time_passes_over_nights_weekends_and_the_change_of_the_clock() {
        let hours = TimeDelta::hours;
        // On Friday at 14:30 one hour of the week is left; clocks went back on Sunday 28 October 2018.
        let friday = instant("2018-10-26T12:30:00Z");
        assert_eq!(WORKING_TIME.after(friday, hours(1)), instant("2018-10-26T13:30:00Z"));
        assert_eq!(WORKING_TIME.after(friday, hours(2)), instant("2018-10-29T07:30:00Z"));
        assert_eq!(WORKING_TIME.between(friday, instant("2018-10-29T07:30:00Z")), hours(2));
        assert_eq!(WORKING_TIME.between(friday, friday - hours(5)), TimeDelta::zero());
        assert_eq!(WORKING_TIME.after(friday, TimeDelta::zero()), friday);
    }

    proptest! {
        #[test]
        fn what_passes_after_is_what_lies_between(
            from in 1_500_000_000_i64..1_900_000_000, first in 1_i64..1_000_000, second in 0_i64..1_000_000,
        ) {
            let from = DateTime::from_timestamp(from, 0).expect("an instant");
            let (first, second) = (TimeDelta::seconds(first), TimeDelta::seconds(second));
            let due = WORKING_TIME.after(from, first);
            prop_assert_eq!(WORKING_TIME.between(from, due), first);
            prop_assert_eq!(WORKING_TIME.after(from, first + second), WORKING_TIME.after(due, second));
            prop_assert!(due - from >= first);
        }
    }
}
