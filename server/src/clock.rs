//! Where the time comes from. Rules get `now` as an argument; everything else asks a [`Clock`].

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};
use chrono_tz::Europe::Belgrade;

/// Tells the time. The demonstration and the tests may start it at an instant of their own, from which it ticks on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    ahead_by: TimeDelta,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that shows `instant` now and ticks on from there.
    pub fn starting_at(instant: DateTime<Utc>) -> Self {
        Self { ahead_by: instant - system_now() }
    }

    /// The time, to the microsecond, which is what both databases keep.
    pub fn now(&self) -> DateTime<Utc> {
        (system_now() + self.ahead_by).trunc_subsecs(6)
    }

    /// The day, as it is in Serbia: rules about days mean the day on the wall there.
    pub fn today(&self) -> NaiveDate {
        self.now().with_timezone(&Belgrade).date_naive()
    }
}

/// The instant at which a day begins in Serbia. Its clocks change at night, but never at midnight.
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    midnight.and_local_timezone(Belgrade).earliest().map_or_else(|| midnight.and_utc(), |start| start.to_utc())
}

/// The nearest instant of the years 1 to 9999: PostgreSQL refuses some of the others, SQLite does not sort them.
pub fn storable(instant: DateTime<Utc>) -> DateTime<Utc> {
    let start_of = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN).and_utc();
    instant.clamp(start_of(1), start_of(10_000) - TimeDelta::seconds(1))
}

/// An instant as it stands in a message: day and time on the wall in Serbia.
pub fn in_words(instant: DateTime<Utc>) -> String {
    instant.with_timezone(&Belgrade).format("%Y-%m-%d %H:%M").to_string()
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
fn system_now() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_midnight_in_serbia() {
        let start = |year, month, day| start_of(NaiveDate::from_ymd_opt(year, month, day).expect("a day")).to_rfc3339();
        assert_eq!(start(2018, 1, 15), "2018-01-14T23:00:00+00:00");
        assert_eq!(start(2018, 7, 15), "2018-07-14T22:00:00+00:00");
        assert_eq!(start(2018, 3, 25), "2018-03-24T23:00:00+00:00");
        assert_eq!(start(2018, 10, 28), "2018-10-27T22:00:00+00:00");
    }
}
