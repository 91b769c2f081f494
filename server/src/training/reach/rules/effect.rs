//! Reports before and after, side by side. The figures prove nothing: whoever is trained may have been about to report, others
//! may have been trained elsewhere, and what happens there changes by itself.

use super::day_after;
use chrono::{Months, NaiveDate};
use entity::organisation::Kind;
use sea_orm::Iterable;
use std::collections::HashMap;
use std::ops::Range;
use uuid::Uuid;

/// How long is looked back and forward.
const MONTHS: Months = Months::new(12);

/// The 12 months before a day, and the 12 months after it. A report of the day itself may come from the session, and counts in
/// neither.
pub fn windows(day: NaiveDate) -> (Range<NaiveDate>, Range<NaiveDate>) {
    let start = day.checked_sub_months(MONTHS).unwrap_or(NaiveDate::MIN);
    let end = day.checked_add_months(MONTHS).unwrap_or(NaiveDate::MAX);
    (start..day, day_after(day)..day_after(end))
}

/// An institution that was reached, and when first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstReached {
    /// The institution.
    pub id: Uuid,
    /// What kind of institution it is.
    pub kind: Kind,
    /// Last day of the first session that reached it.
    pub on: NaiveDate,
}

/// Reports of institutions before they were reached and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many institutions these are, of which 12 months have passed.
    pub institutions: u64,
    /// Their reports in the 12 months before.
    pub before: u64,
    /// Their reports in the 12 months after.
    pub after: u64,
    /// How many more were reached, of which 12 months have not passed; their reports are in none of these numbers.
    pub pending: u64,
}

impl Counts {
    fn with(self, other: Self) -> Self {
        Self {
            institutions: self.institutions + other.institutions,
            before: self.before + other.before,
            after: self.after + other.after,
            pending: self.pending + other.pending,
        }
    }
}

/// Counts in all and by kind of institution. `reports` are the days on which an institution submitted one.
pub fn effect(
    reached: &[FirstReached],
    reports: &HashMap<Uuid, Vec<NaiveDate>>,
    today: NaiveDate,
) -> (Counts, Vec<(Kind, Counts)>) {
    let of_one = |institution: &FirstReached| {
        let days = reports.get(&institution.id).map(Vec::as_slice).unwrap_or_default();
        of_one(institution.on, days, today)
    };
    let each: Vec<(Kind, Counts)> = reached.iter().map(|institution| (institution.kind, of_one(institution))).collect();
    let sum = |kind: Option<Kind>| {
        let of_kind = each.iter().filter(|(of, _)| kind.is_none_or(|kind| kind == *of));
        of_kind.fold(Counts::default(), |sum, (_, counts)| sum.with(*counts))
    };
    let kinds = Kind::iter().filter(|kind| each.iter().any(|(of, _)| of == kind));
    (sum(None), kinds.map(|kind| (kind, sum(Some(kind)))).collect())
}

fn of_one(on: NaiveDate, reports: &[NaiveDate], today: NaiveDate) -> Counts {
    let (before, after) = windows(on);
    if today < after.end {
        return Counts { pending: 1, ..Counts::default() };
    }
    let within = |window: &Range<NaiveDate>| reports.iter().filter(|day| window.contains(day)).count() as u64;
    Counts { institutions: 1, before: within(&before), after: within(&after), pending: 0 }
}
