//! How things are counted. Pure: no database, no clock.

use super::types::{CountedForm, FormCount, IdentifiedCounts, SourceCount, SourceSystem};
use crate::code_lists::ExploitationForm;
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use entity::answer::Answer;
use entity::organisation::Kind;
use entity::person::Sex;
use std::collections::BTreeMap;
use std::ops::Range;

/// The years that can be asked for.
const YEARS: Range<i32> = 1900..2200;

/// A year from its first instant to the first one behind it, on the wall in Serbia; nothing for a year that nobody counts.
pub fn year(year: i32) -> Option<Range<DateTime<Utc>>> {
    let first = |year| {
        let midnight = NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(0, 0, 0)?;
        Some(chrono_tz::Europe::Belgrade.from_local_datetime(&midnight).earliest()?.with_timezone(&Utc))
    };
    if !YEARS.contains(&year) {
        return None;
    }
    Some(first(year)?..first(year + 1)?)
}

/// The system that an organisation of this kind belongs to, as the Centre's yearly reports group them.
pub fn source_system(kind: Kind) -> SourceSystem {
    match kind {
        Kind::Police => SourceSystem::Police,
        Kind::CentreForSocialWork | Kind::ChildrensHome => SourceSystem::SocialWelfare,
        Kind::NonGovernmental | Kind::Centre => SourceSystem::CivilSocietyAndOther,
        Kind::School
        | Kind::HealthService
        | Kind::EmploymentService
        | Kind::ReceptionCentre
        | Kind::LabourInspectorate
        | Kind::OtherAuthority => SourceSystem::OtherGovernment,
    }
}

/// Reports by source system, each system once, whether or not anything came from it.
pub fn by_source(kinds: impl IntoIterator<Item = (Kind, u64)>) -> Vec<SourceCount> {
    let mut counts: BTreeMap<SourceSystem, u64> = SourceSystem::ALL.into_iter().map(|source| (source, 0)).collect();
    for (kind, number) in kinds {
        *counts.entry(source_system(kind)).or_default() += number;
    }
    counts.into_iter().map(|(source, count)| SourceCount { source, count }).collect()
}

/// So many identified persons who are alike in what is counted.
#[derive(Clone, Debug)]
pub struct Group {
    /// Their sex.
    pub sex: Sex,
    /// Whether they are children.
    pub child: Answer,
    /// Country code of their citizenship; empty where not known.
    pub citizenship: String,
    /// Forms of exploitation that the Centre found.
    pub forms: Vec<ExploitationForm>,
    /// How many they are.
    pub number: u64,
}

/// Identified persons by what is published about them. Whoever may be a child counts as one; whoever's citizenship is not
/// known does not count as a foreign national; whoever was exploited in several forms counts once, as such.
pub fn identified(groups: &[Group]) -> IdentifiedCounts {
    let count = |which: &dyn Fn(&Group) -> bool| groups.iter().filter(|g| which(g)).map(|group| group.number).sum();
    let mut forms: BTreeMap<CountedForm, u64> = BTreeMap::new();
    for group in groups {
        let form = match group.forms[..] {
            [] => continue,
            [form] => form.into(),
            _ => CountedForm::Multiple,
        };
        *forms.entry(form).or_default() += group.number;
    }
    IdentifiedCounts {
        total: count(&|_| true),
        female: count(&|group| group.sex == Sex::Female),
        male: count(&|group| group.sex == Sex::Male),
        children: count(&|group| matches!(group.child, Answer::Yes | Answer::Unsure)),
        foreign_nationals: count(&|group| !matches!(&*group.citizenship, "" | "RS")),
        by_form: forms.into_iter().map(|(form, count)| FormCount { form, count }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sea_orm::Iterable;

    #[test]
    fn a_year_is_that_of_the_wall_in_serbia() {
        let year = year(2018).expect("a year");
        assert_eq!(year.start.to_rfc3339(), "2017-12-31T23:00:00+00:00");
        assert_eq!(year.end.to_rfc3339(), "2018-12-31T23:00:00+00:00");
        for none in [0, -1, 1899, 2200, i32::MAX, i32::MIN] {
            assert_eq!(super::year(none), None, "{none}");
        }
    }

    #[test]
    fn every_kind_counts_once() {
        let counts = by_source(Kind::iter().map(|kind| (kind, 1)));
        assert_eq!(counts.iter().map(|source| source.count).collect::<Vec<_>>(), [1, 2, 6, 2]);
    }

    fn groups() -> impl Strategy<Value = Vec<Group>> {
        let forms = proptest::sample::subsequence(ExploitationForm::ALL.to_vec(), 1..4);
        let sex = proptest::sample::select(Sex::iter().collect::<Vec<_>>());
        let child = proptest::sample::select(Answer::iter().collect::<Vec<_>>());
        let citizenship = proptest::sample::select(vec!["", "RS", "BA"]);
        let group = (sex, child, citizenship, forms, 1u64..9).prop_map(|(sex, child, citizenship, forms, number)| {
            Group { sex, child, citizenship: citizenship.to_owned(), forms, number }
        });
        prop::collection::vec(group, 0..12)
    }

    proptest! {
        #[test]
        fn parts_never_exceed_the_whole(groups in groups()) {
            let counts = identified(&groups);
            prop_assert!(counts.female + counts.male <= counts.total);
            prop_assert!(counts.children <= counts.total && counts.foreign_nationals <= counts.total);
            prop_assert_eq!(counts.by_form.iter().map(|form| form.count).sum::<u64>(), counts.total);
            let several: u64 = groups.iter().filter(|group| group.forms.len() > 1).map(|group| group.number).sum();
            let multiple = counts.by_form.iter().find(|form| form.form == CountedForm::Multiple);
            prop_assert_eq!(multiple.map_or(0, |form| form.count), several);
        }
    }
}
