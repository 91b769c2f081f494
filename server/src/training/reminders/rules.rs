//! When those who take part are reminded. Pure: no database, no clock.

use crate::access::News;
use chrono::{DateTime, TimeDelta, Utc};

/// Something to remind of: what is told, and the instant that it is about.
pub type Reminder = (News, DateTime<Utc>);

/// What there is to say now of a session that begins at this instant.
pub fn of_beginning(starts_at: DateTime<Utc>, ahead: TimeDelta, now: DateTime<Utc>) -> Option<Reminder> {
    (now < starts_at && starts_at - now <= ahead).then_some((News::SessionSoon, starts_at))
}

/// What there is to say now of an evaluation that can be answered from the one instant to the other: that it can be, and later
/// that it ends soon.
pub fn of_evaluation(window: (DateTime<Utc>, DateTime<Utc>), ahead: TimeDelta, now: DateTime<Utc>) -> Vec<Reminder> {
    let (opens_at, closes_at) = window;
    let is_open = opens_at <= now && now < closes_at;
    let opened = is_open.then_some((News::EvaluationOpened, opens_at));
    opened.into_iter().chain(of_end(News::EvaluationAwaited, window, ahead, now)).collect()
}

/// What there is to say now of what can be answered from the one instant to the other: that it ends soon. Whoever has less time
/// than that for the whole is not reminded.
pub fn of_end(
    news: News,
    (opens_at, closes_at): (DateTime<Utc>, DateTime<Utc>),
    ahead: TimeDelta,
    now: DateTime<Utc>,
) -> Option<Reminder> {
    let remind_at = closes_at - ahead;
    (opens_at < remind_at && remind_at <= now && now < closes_at).then_some((news, closes_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    #[test]
    fn reminders_come_within_their_time_and_not_outside_it() {
        let two_days = TimeDelta::hours(48);
        for (now, expected) in [(0, false), (1, true), (2_880, true), (2_881, false)] {
            assert_eq!(of_beginning(at(2_881), two_days, at(now)).is_some(), expected, "{now}");
        }
        let window = (at(10), at(10_000));
        for (now, expected) in [
            (9, vec![]),
            (10, vec![News::EvaluationOpened]),
            (7_119, vec![News::EvaluationOpened]),
            (7_120, vec![News::EvaluationOpened, News::EvaluationAwaited]),
            (9_999, vec![News::EvaluationOpened, News::EvaluationAwaited]),
            (10_000, vec![]),
        ] {
            let told: Vec<News> = of_evaluation(window, two_days, at(now)).into_iter().map(|(news, _)| news).collect();
            assert_eq!(told, expected, "{now}");
        }
    }

    proptest! {
        #[test]
        fn of_what_is_short_only_the_beginning_is_told(opens in 0_i64..10_000, length in 1_i64..=2_880, now in 0_i64..20_000) {
            let window = (at(opens), at(opens + length));
            prop_assert_eq!(of_end(News::TestAwaited, window, TimeDelta::hours(48), at(now)), None);
        }

        #[test]
        fn without_a_time_ahead_nobody_is_reminded_of_what_begins_or_ends(starts in 0_i64..10_000, now in 0_i64..20_000) {
            prop_assert_eq!(of_beginning(at(starts), TimeDelta::zero(), at(now)), None);
            prop_assert_eq!(of_end(News::TestAwaited, (at(0), at(starts)), TimeDelta::zero(), at(now)), None);
        }
    }
}
