use super::*;
use crate::access::Standing;
use crate::training::attendance::rules::was_there;
use entity::attendance::Mark;
use proptest::prelude::*;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

proptest! {
    #[test]
    fn more_attendance_never_costs_a_certificate(
        days in 0_usize..10, attended in 0_usize..10, attendance_percent in 0..=100, test: bool, passed: bool,
    ) {
        let required = Requirements { days, attendance_percent, test };
        let now = earned(required, Done { attended, passed });
        let later = earned(required, Done { attended: attended + 1, passed });
        prop_assert!(now.is_err() || later.is_ok());
        prop_assert!(now.is_err() || !test || passed);
        prop_assert!(now.is_err() || days > 0);
        if attended >= days && days > 0 {
            prop_assert_eq!(now.is_ok(), passed || !test, "everything was attended");
        }
    }

    #[test]
    fn a_number_is_read_in_either_script(digits in prop::array::uniform8(0_u8..32)) {
        let written = ids::reference_from(NUMBER_PREFIX, digits);
        prop_assert_eq!(number(&written.to_lowercase().replace("uv", "ув")), Some(written.clone()));
        prop_assert_eq!(number(&format!(" {written} ")), Some(written));
    }

    #[test]
    fn any_text_is_a_number_or_not(text: String) {
        let _ = number(&text);
    }

    #[test]
    fn validity_ends_on_the_same_day_of_a_month_or_its_last(offset in 0_u64..20_000, months in 1..=600) {
        let issued = day(1990, 1, 1) + chrono::Days::new(offset);
        let last = valid_until(issued, Some(months)).expect("an end");
        prop_assert!(last > issued);
        let standing = Standing { valid_until: Some(last), revocation: None, programme_withdrawn: false };
        prop_assert_eq!(validity(&standing, last), Validity::Valid);
        prop_assert_eq!(validity(&standing, last.succ_opt().expect("a day")), Validity::Expired);
    }
}

#[test]
fn the_share_of_days_is_counted_exactly() {
    let attended = |attended, days, attendance_percent| {
        earned(Requirements { days, attendance_percent, test: false }, Done { attended, passed: false }).is_ok()
    };
    assert!(attended(2, 2, 100) && !attended(1, 2, 100));
    assert!(attended(1, 2, 50) && !attended(1, 2, 51));
    assert!(attended(2, 3, 66) && !attended(2, 3, 67));
    assert!(attended(0, 2, 0) && !attended(0, 0, 0));
}

#[test]
fn who_came_late_or_left_early_was_there() {
    for (mark, expected) in [(Mark::Present, true), (Mark::Late, true), (Mark::LeftEarly, true), (Mark::Absent, false)]
    {
        assert_eq!(was_there(mark), expected);
    }
}

#[test]
fn what_was_revoked_stays_so_whatever_else_happens() {
    for (revocation, expected) in [(Revocation::Revoked, Validity::Revoked), (Revocation::Replaced, Validity::Replaced)]
    {
        for programme_withdrawn in [false, true] {
            let standing = Standing { valid_until: None, revocation: Some(revocation), programme_withdrawn };
            assert_eq!(validity(&standing, day(2026, 1, 1)), expected);
        }
    }
    let withdrawn = Standing { valid_until: Some(day(2020, 1, 1)), revocation: None, programme_withdrawn: true };
    assert_eq!(validity(&withdrawn, day(2026, 1, 1)), Validity::ProgrammeWithdrawn);
    assert_eq!(valid_until(day(2024, 2, 29), Some(12)), Some(day(2025, 2, 28)));
    assert_eq!(valid_until(day(2024, 2, 29), None), None);
}

#[test]
fn letters_that_cannot_be_printed_are_refused() {
    assert_eq!(holder(" Ђурђица Žižić ").expect("a name"), "Ђурђица Žižić");
    assert!(holder("").is_err() && holder("王芳").is_err());
}
