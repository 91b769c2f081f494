//! What holds for every matter.

use super::*;
use crate::config::{self, Config};
use chrono::{TimeDelta, TimeZone};
use proptest::prelude::*;

fn periods(identified_years: u32, not_identified_years: u32) -> Periods {
    let defaults = Config::read(None).expect("the defaults").retention;
    Periods::of(&config::Retention { identified_years, not_identified_years, ..defaults })
}

fn day(number: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2018, 1, 1, 8, 0, 0).single().expect("an instant") + TimeDelta::days(number.into())
}

fn ended(class: Class, decided: u32, changed: u32) -> Outcome {
    Outcome::Ended { class, decided_at: day(decided), changed_at: day(changed) }
}

fn standing(report: u128, person: u128, outcome: Outcome) -> Standing {
    Standing { person: Uuid::from_u128(person), report: Uuid::from_u128(report), outcome, erased: false }
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let class = prop_oneof![Just(Class::Identified), Just(Class::NotIdentified)];
    prop_oneof![
        1 => Just(Outcome::AtWork),
        6 => (class, 0u32..900, 0u32..900).prop_map(|(class, decided, changed)| ended(class, decided, changed)),
        2 => (0u32..900).prop_map(|changed| Outcome::Joined { changed_at: day(changed) }),
    ]
}

fn matter() -> impl Strategy<Value = Vec<Standing>> {
    prop::collection::vec((0u128..3, outcome(), prop::bool::weighted(0.2)), 1..7).prop_map(|persons| {
        let one = |(key, (report, outcome, erased))| Standing { erased, ..standing(report, key, outcome) };
        (100u128..).zip(persons).map(one).collect()
    })
}

proptest! {
    #[test]
    fn nobody_goes_before_its_own_period_has_passed(
        matter in matter(), identified in 0u32..20, not_identified in 0u32..20,
    ) {
        let periods = periods(identified, not_identified);
        for due in due(&matter, &periods) {
            let one = matter.iter().find(|one| one.person == due.person).expect("one of them");
            prop_assert!(!one.erased);
            match one.outcome {
                Outcome::AtWork => prop_assert!(false, "work goes on"),
                Outcome::Joined { changed_at } => prop_assert!(due.at > changed_at),
                Outcome::Ended { class, decided_at, changed_at } => {
                    let years = Months::new(12 * periods.of_class(class).years);
                    prop_assert!(due.at >= decided_at.max(changed_at) + years);
                    prop_assert!(!due.confirmed || periods.of_class(class).confirmed);
                }
            }
        }
    }

    #[test]
    fn who_stands_in_joined_reports_goes_wholly_or_not_at_all(
        matter in matter(), identified in 0u32..20, not_identified in 0u32..20,
    ) {
        prop_assume!(matter.iter().any(|one| one.report != matter[0].report));
        let due = due(&matter, &periods(identified, not_identified));
        let left = matter.iter().filter(|one| !one.erased).count();
        prop_assert!(due.is_empty() || due.len() == left);
        prop_assert!(due.windows(2).all(|two| two[0].at == two[1].at && two[0].confirmed == two[1].confirmed));
        prop_assert!(due.is_empty() || !at_work(&matter));
    }

    #[test]
    fn a_longer_period_never_brings_an_end_forward(matter in matter(), years in 1u32..20, more in 0u32..20) {
        let (shorter, longer) = (due(&matter, &periods(years, years)), due(&matter, &periods(years + more, years)));
        prop_assert_eq!(shorter.len(), longer.len());
        prop_assert!(shorter.iter().zip(&longer).all(|(shorter, longer)| shorter.at <= longer.at));
    }
}

#[test]
fn persons_of_one_report_go_each_by_its_own_period() {
    let matter = [
        standing(1, 10, ended(Class::Identified, 0, 0)),
        standing(1, 11, ended(Class::NotIdentified, 0, 365)),
        standing(1, 12, Outcome::AtWork),
    ];
    let due = due(&matter, &periods(10, 0));
    let ends: Vec<(u128, Class, i32, bool)> =
        due.iter().map(|due| (due.person.as_u128(), due.class, due.at.year(), due.confirmed)).collect();
    assert_eq!(ends, [(10, Class::Identified, 2028, true), (11, Class::NotIdentified, 2024, false)]);
}

#[test]
fn two_joined_reports_end_with_the_longer_period_after_the_later_start() {
    let matter = [
        standing(1, 10, ended(Class::Identified, 0, 0)),
        standing(1, 11, ended(Class::NotIdentified, 0, 0)),
        standing(2, 12, Outcome::Joined { changed_at: day(400) }),
    ];
    let due = due(&matter, &periods(10, 5));
    assert!(due.iter().all(|due| due.at.year() == 2029 && due.class == Class::Identified && due.confirmed));
    assert_eq!(due.len(), 3);
    let open = [matter[2], standing(1, 13, Outcome::AtWork)];
    assert_eq!(super::due(&open, &periods(10, 5)), []);
}

#[test]
fn an_age_band_is_that_of_the_year_of_the_report() {
    let at = day(0);
    for (born, band) in [
        (2018, AgeBand::Under12),
        (2007, AgeBand::Under12),
        (2006, AgeBand::From12To14),
        (2001, AgeBand::From15To17),
        (2000, AgeBand::From18To24),
        (1993, AgeBand::From25To39),
        (1978, AgeBand::From40To59),
        (1958, AgeBand::Over60),
        (2030, AgeBand::Under12),
    ] {
        assert_eq!(age_band(born, at), band, "{born}");
    }
}
