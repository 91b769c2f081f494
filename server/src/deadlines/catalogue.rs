//! The deadlines in force: the embedded rules, and what the settings confirm.

use super::rules::{Counts, Length, Rule};
use crate::config;
use crate::triage::rules::Transition;
use entity::report::State;
use entity::report_deadline::Kind;
use sea_orm::{ActiveEnum, Iterable};
use serde::Deserialize;
use std::sync::{Arc, LazyLock};

/// A wording in both languages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// English.
    pub en: String,
    /// Serbian, in Cyrillic.
    pub sr: String,
}

/// Hours by urgency.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hours {
    immediate: u32,
    urgent: u32,
    ordinary: u32,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Time {
    Calendar,
    Working,
}

/// One deadline of `data/deadlines.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    name: Wording,
    starts: Vec<String>,
    stops: Vec<String>,
    pauses_in: Vec<String>,
    counts: Time,
    hours: Hours,
    escalates_after_hours: Hours,
    legal_basis: Wording,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    deadline: Vec<Entry>,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../data/deadlines.toml")).expect("a test reads it");
    file.deadline
});

/// The deadlines in force.
#[derive(Clone, Debug)]
pub struct Deadlines(Arc<[Rule]>);

impl Deadlines {
    /// The embedded deadlines; each length confirmed and replaced by a number of hours in the settings.
    pub fn of(settings: &config::Deadlines) -> Self {
        Self(Kind::iter().map(|kind| entry(kind).rule(kind, confirmed(settings, kind))).collect())
    }

    /// Every deadline.
    pub fn rules(&self) -> &[Rule] {
        &self.0
    }

    /// This deadline.
    pub fn rule(&self, kind: Kind) -> &Rule {
        self.0.iter().find(|rule| rule.kind == kind).expect("there is one of each kind")
    }
}

impl Default for Deadlines {
    /// The embedded deadlines, of which none is confirmed.
    fn default() -> Self {
        Self::of(&config::Deadlines::default())
    }
}

/// The name of a deadline.
pub(super) fn name(kind: Kind) -> &'static Wording {
    &entry(kind).name
}

/// What says how long a deadline is.
pub(super) fn legal_basis(kind: Kind) -> &'static Wording {
    &entry(kind).legal_basis
}

fn entry(kind: Kind) -> &'static Entry {
    ENTRIES.iter().find(|entry| entry.code == kind.to_value()).expect("a test looks for each kind")
}

fn confirmed(settings: &config::Deadlines, kind: Kind) -> [u32; 3] {
    let hours = match kind {
        Kind::FirstAssessment => settings.first_assessment,
        Kind::Decision => settings.decision,
    };
    [hours.immediate_hours, hours.urgent_hours, hours.ordinary_hours]
}

impl Hours {
    fn by_urgency(self) -> [u32; 3] {
        [self.immediate, self.urgent, self.ordinary]
    }
}

impl Entry {
    fn rule(&self, kind: Kind, confirmed: [u32; 3]) -> Rule {
        let (hours, grace) = (self.hours.by_urgency(), self.escalates_after_hours.by_urgency());
        let length = |urgency: usize| Length {
            hours: if confirmed[urgency] > 0 { confirmed[urgency] } else { hours[urgency] },
            escalates_after_hours: grace[urgency],
            confirmed: confirmed[urgency] > 0,
        };
        let transitions = |names: &[String]| names.iter().filter_map(|name| Transition::from_name(name)).collect();
        Rule {
            kind,
            starts: transitions(&self.starts),
            stops: transitions(&self.stops),
            pauses_in: self.pauses_in.iter().filter_map(|name| State::try_from_value(name).ok()).collect(),
            counts: match self.counts {
                Time::Calendar => Counts::Calendar,
                Time::Working => Counts::Working,
            },
            lengths: [length(0), length(1), length(2)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_one_entry_whose_names_are_all_known() {
        assert_eq!(ENTRIES.len(), Kind::iter().count());
        for kind in Kind::iter() {
            let entry = entry(kind);
            let rule = entry.rule(kind, [0; 3]);
            assert_eq!(rule.starts.len(), entry.starts.len(), "{kind:?}");
            assert_eq!(rule.stops.len(), entry.stops.len(), "{kind:?}");
            assert_eq!(rule.pauses_in.len(), entry.pauses_in.len(), "{kind:?}");
            assert!(rule.lengths.is_sorted_by_key(|length| length.hours), "{kind:?}: the more urgent, the shorter");
            for wording in [&entry.name, &entry.legal_basis] {
                assert!(!wording.en.is_empty() && !wording.sr.is_empty(), "{kind:?}");
            }
        }
    }

    #[test]
    fn nothing_is_confirmed_before_the_settings_say_so() {
        let rules = Deadlines::default();
        assert!(rules.rules().iter().all(|rule| rule.lengths.iter().all(|length| !length.confirmed)));
        let first_assessment = config::DeadlineHours { urgent_hours: 48, ..Default::default() };
        let rules = Deadlines::of(&config::Deadlines { first_assessment, ..Default::default() });
        let lengths = rules.rule(Kind::FirstAssessment).lengths;
        assert_eq!(lengths.map(|length| length.hours), [24, 48, 168]);
        assert_eq!(lengths.map(|length| length.confirmed), [false, true, false]);
    }
}
