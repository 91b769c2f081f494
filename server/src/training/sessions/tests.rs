use super::rules::*;
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::Belgrade;
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn some_times() -> impl Strategy<Value = Times> {
    (0i64..2_000, -3i64..20).prop_map(|(start, length)| {
        let start = DateTime::UNIX_EPOCH + TimeDelta::hours(start);
        (start, start + TimeDelta::hours(length))
    })
}

proptest! {
    #[test]
    fn days_that_are_taken_follow_one_another(some in prop::collection::vec(some_times(), 0..40)) {
        if let Ok(taken) = days(some.clone(), "days") {
            prop_assert_eq!(taken.len(), some.len());
            prop_assert!(taken.iter().all(|(start, end)| start < end));
            prop_assert!(taken.windows(2).all(|pair| pair[0].1 <= pair[1].0));
        }
    }

    #[test]
    fn a_copy_begins_at_the_same_hour(hours in 0i64..200_000, shift in -400i64..400) {
        let instant = at("2020-01-01T00:00:00Z") + TimeDelta::hours(hours);
        let moved = later(instant, shift);
        let (before, after) = (instant.with_timezone(&Belgrade), moved.with_timezone(&Belgrade));
        prop_assert_eq!(after.date_naive() - before.date_naive(), TimeDelta::days(shift));
        // Only between two and three in one night of spring is there an hour that the wall does not show.
        prop_assert!(after.hour() == before.hour() || (before.hour(), after.hour()) == (2, 3));
    }

    #[test]
    fn every_day_is_kept_once_or_left_out(
        there in prop::collection::vec((some_times(), any::<bool>()), 0..6),
        new in prop::collection::vec(some_times(), 0..6),
    ) {
        let (times, attended): (Vec<_>, Vec<_>) = there.into_iter().unzip();
        prop_assert!(kept_days(&times, &attended, &times).is_ok_and(|kept| kept.iter().all(Option::is_some)));
        let dates: Vec<_> = new.iter().map(|day| local_day(day.0)).collect();
        match kept_days(&times, &attended, &new) {
            Ok(kept) => {
                let mut at: Vec<_> = kept.iter().flatten().collect();
                at.sort_unstable();
                at.dedup();
                // All of the new ones that can be are old ones, and each once.
                prop_assert_eq!(at.len(), times.len().min(new.len()));
                for ((day, attended), at) in times.iter().zip(&attended).zip(&kept) {
                    prop_assert!(!attended || at.is_some_and(|at| dates[at] == local_day(day.0)));
                }
            }
            Err(_) => prop_assert!(attended.contains(&true)),
        }
    }

    #[test]
    fn capacity_is_never_below_what_is_given_out(places in -10i32..3_000, taken in 0i32..2_000) {
        prop_assert_eq!(capacity(places, taken, "capacity").is_ok(), places >= taken && (1..=2_000).contains(&places));
    }
}

#[test]
fn a_copy_across_the_change_of_clocks_keeps_its_time_on_the_wall() {
    assert_eq!(later(at("2026-03-28T08:00:00Z"), 1), at("2026-03-29T07:00:00Z"));
    assert_eq!(later(at("2026-10-24T07:00:00Z"), 1), at("2026-10-25T08:00:00Z"));
    assert_eq!(later(at("2026-03-28T01:30:00Z"), 1), at("2026-03-29T01:30:00Z"));
}

#[test]
fn registration_ends_before_the_session_begins() {
    let start = at("2026-05-05T07:00:00Z");
    let ends = |closes| window((at("2026-04-01T00:00:00Z"), closes), start, "closes");
    assert!(ends(start).is_ok());
    assert!(ends(start + TimeDelta::seconds(1)).is_err());
    assert!(ends(at("2026-04-01T00:00:00Z")).is_err());
}
