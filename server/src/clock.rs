//! Where the time comes from. Rules get `now` as an argument; everything else asks a [`Clock`].

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};

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
        self.now().with_timezone(&chrono_tz::Europe::Belgrade).date_naive()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
fn system_now() -> DateTime<Utc> {
    Utc::now()
}
