use super::coverage::{Counts, Institution, Narrowing, Reached, by, by_kind, keys};
use super::effect::{self, FirstReached, effect, windows};
use super::{Period, period, untrained_since};
use chrono::{Days, Months, NaiveDate};
use entity::organisation::Kind;
use proptest::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn days() -> impl Strategy<Value = NaiveDate> {
    (0_u64..60_000).prop_map(|days| day("1960-01-01") + Days::new(days))
}

#[test]
fn the_usual_period_is_three_years_until_today() {
    for (today, from) in [
        ("2026-11-24", "2023-11-25"),
        ("2024-02-29", "2021-03-01"),
        ("2027-02-28", "2024-02-29"),
        ("2026-01-01", "2023-01-02"),
    ] {
        let usual = period(None, None, day(today)).expect("a period");
        assert_eq!(usual, Period { from: day(from), until: day(today) }, "{today}");
    }
}

#[test]
fn a_period_that_means_nothing_is_refused() {
    let today = day("2026-11-24");
    for (from, until) in [
        (Some("2026-11-25"), None),
        (Some("2020-01-02"), Some("2020-01-01")),
        (Some("1899-12-31"), None),
        (None, Some("2200-01-01")),
        (None, Some("0001-01-01")),
    ] {
        assert!(period(from.map(day), until.map(day), today).is_err(), "{from:?} {until:?}");
    }
    assert!(period(Some(today), Some(today), today).is_ok(), "one day is a period");
    for years in [0, -1, 21, i32::MAX, i32::MIN] {
        assert!(untrained_since(today, years).is_err(), "{years}");
    }
}

#[test]
fn leap_days_have_their_windows() {
    for (on, before, after) in [
        ("2024-02-29", ("2023-02-28", "2024-02-29"), ("2024-03-01", "2025-03-01")),
        ("2023-02-28", ("2022-02-28", "2023-02-28"), ("2023-03-01", "2024-02-29")),
        ("2025-05-06", ("2024-05-06", "2025-05-06"), ("2025-05-07", "2026-05-07")),
    ] {
        let range = |(start, end): (&str, &str)| day(start)..day(end);
        assert_eq!(windows(day(on)), (range(before), range(after)), "{on}");
    }
}

#[test]
fn an_institution_waits_until_its_twelve_months_are_over() {
    let on = day("2025-05-06");
    let reached = [FirstReached { id: Uuid::nil(), kind: Kind::School, on }];
    let reports = HashMap::from([(Uuid::nil(), vec![day("2025-05-05"), on, day("2026-05-06"), day("2026-05-07")])]);
    let (total, kinds) = effect(&reached, &reports, day("2026-05-06"));
    assert_eq!(total, effect::Counts { pending: 1, ..Default::default() });
    assert_eq!(kinds, [(Kind::School, total)]);
    let (total, _) = effect(&reached, &reports, day("2026-05-07"));
    assert_eq!(total, effect::Counts { institutions: 1, before: 1, after: 1, pending: 0 });
}

#[test]
fn keys_are_read_one_behind_the_other() {
    assert_eq!(keys(""), Vec::<u128>::new());
    assert_eq!(keys(&format!("{:032x}{:032X}", 7, u128::MAX)), [7, u128::MAX]);
    assert_eq!(keys(&format!("{:032x}tail", 7)), [7], "what is none is left out");
}

fn institutions() -> impl Strategy<Value = Vec<Arc<Institution>>> {
    let kind = proptest::sample::select(vec![Kind::School, Kind::Police, Kind::HealthService]);
    let municipality = proptest::sample::select(vec!["novi-sad", "nis", "unknown"]);
    let sessions = prop::collection::btree_set(0_u128..9, 0..6);
    let one = (any::<u128>(), kind, municipality, sessions, prop::option::of(days()), 0_u64..5);
    let one = one.prop_map(|(id, kind, municipality, sessions, last, reports)| {
        let reached = Reached {
            last_trained_on: last,
            participants: sessions.len() as u64 * 2,
            sessions: sessions.into_iter().collect(),
        };
        Arc::new(Institution {
            id: Uuid::from_u128(id),
            name: String::new(),
            kind,
            municipality: municipality.to_owned(),
            district: crate::code_lists::district_of(municipality),
            reached,
            reports: Some(reports),
        })
    });
    prop::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn who_was_not_reached_in_the_usual_period_was_not_trained_for_three_years(today in days(), trained in days()) {
        let usual = period(None, None, today).expect("a period");
        let mut reached = Reached::default();
        reached.add(Uuid::nil(), trained, 1, usual);
        let untrained = reached.last_trained_on <= Some(untrained_since(today, 3).expect("a day"));
        prop_assert_eq!(untrained, reached.sessions.is_empty());
    }

    #[test]
    fn more_years_leave_fewer_institutions(until in days(), years in 1_i32..20, last in prop::option::of(days())) {
        let (fewer, more) = (untrained_since(until, years).expect("a day"), untrained_since(until, years + 1).expect("a day"));
        prop_assert!(more < fewer);
        prop_assert!(last > Some(more) || last <= Some(fewer));
    }

    #[test]
    fn windows_are_a_year_each_and_leave_the_day_out(on in days(), other in days()) {
        let (before, after) = windows(on);
        for window in [&before, &after] {
            prop_assert!((365..=366).contains(&(window.end - window.start).num_days()));
            prop_assert!(!window.contains(&on));
        }
        prop_assert!(before.end < after.start);
        prop_assert!(!(before.contains(&other) && after.contains(&other)));
        prop_assert_eq!(after.end.pred_opt(), on.checked_add_months(Months::new(12)));
    }

    #[test]
    fn parts_add_up_and_no_session_counts_twice(institutions in institutions()) {
        let total = Counts::of(institutions.iter().map(Arc::as_ref));
        let kinds = by_kind(&institutions);
        let districts = by(&institutions, |institution| institution.district);
        prop_assert!(districts.is_sorted_by_key(|(code, _)| *code));
        for (sum, whole) in [
            (kinds.iter().map(|(_, counts)| counts.institutions).sum::<u64>(), total.institutions),
            (kinds.iter().map(|(_, counts)| counts.reached).sum(), total.reached),
            (kinds.iter().map(|(_, counts)| counts.participants).sum(), total.participants),
            (kinds.iter().filter_map(|(_, counts)| counts.reports).sum(), total.reports.unwrap_or_default()),
        ] {
            prop_assert_eq!(sum, whole);
        }
        let sessions: BTreeSet<u128> = institutions.iter().flat_map(|one| one.reached.sessions.clone()).collect();
        prop_assert_eq!(total.sessions, sessions.len() as u64);
        prop_assert!(total.reached <= total.institutions);
        for (_, counts) in kinds.iter().map(|(_, counts)| ((), counts)).chain(districts.iter().map(|(_, counts)| ((), counts))) {
            prop_assert!(counts.sessions <= total.sessions);
        }
    }

    #[test]
    fn each_filter_lets_through_what_it_says(institutions in institutions(), since in days()) {
        let narrowing = Narrowing {
            kind: Some(Kind::School),
            municipality: None,
            district: Some("RS-06".to_owned()),
            untrained_since: Some(since),
        };
        for one in &institutions {
            let fits = one.kind == Kind::School
                && one.municipality == "novi-sad"
                && one.reached.last_trained_on.is_none_or(|last| last <= since);
            prop_assert_eq!(narrowing.lets_through(one), fits);
            prop_assert!(Narrowing::default().lets_through(one));
        }
    }
}
