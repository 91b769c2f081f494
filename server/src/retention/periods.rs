//! The periods in force: the embedded rules, and what the settings confirm.

use super::rules::{Class, CountsFrom, Period};
use crate::config;
use serde::Deserialize;
use std::sync::LazyLock;

/// One class of `data/retention.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: Class,
    years: u32,
    counts_from: CountsFrom,
    legal_basis: String,
    confirmed: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    class: Vec<Entry>,
}

static RULES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../data/retention.toml")).expect("a test reads it");
    file.class
});

/// The period of each class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Periods {
    identified: Period,
    not_identified: Period,
}

impl Periods {
    /// The embedded periods, each confirmed and replaced by a number of years in the settings.
    pub fn of(settings: &config::Retention) -> Self {
        Self {
            identified: period(Class::Identified, settings.identified_years),
            not_identified: period(Class::NotIdentified, settings.not_identified_years),
        }
    }

    /// The period of a class.
    pub fn of_class(&self, class: Class) -> Period {
        match class {
            Class::Identified => self.identified,
            Class::NotIdentified => self.not_identified,
        }
    }

    /// What says how long a class is kept; empty while nobody knows.
    pub fn legal_basis(class: Class) -> &'static str {
        &entry(class).legal_basis
    }

    /// The shortest period of those that count, in years; nothing where none counts.
    pub fn shortest(&self, with_unconfirmed: bool) -> Option<u32> {
        let counting = [self.identified, self.not_identified].into_iter();
        counting.filter(|period| period.confirmed || with_unconfirmed).map(|period| period.years).min()
    }
}

fn entry(class: Class) -> &'static Entry {
    RULES.iter().find(|entry| entry.code == class).expect("a test looks for each class")
}

fn period(class: Class, confirmed_years: u32) -> Period {
    let entry = entry(class);
    let confirmed = entry.confirmed || confirmed_years > 0;
    let years = if confirmed_years > 0 { confirmed_years } else { entry.years };
    Period { years, counts_from: entry.counts_from, confirmed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(identified_years: u32, not_identified_years: u32) -> config::Retention {
        let defaults = config::Config::read(None).expect("the defaults").retention;
        config::Retention { identified_years, not_identified_years, ..defaults }
    }

    #[test]
    fn each_class_has_one_rule_and_a_confirmed_one_says_by_what_law() {
        for class in [Class::Identified, Class::NotIdentified] {
            let rules: Vec<&Entry> = RULES.iter().filter(|entry| entry.code == class).collect();
            assert_eq!(rules.len(), 1, "{class:?}");
            assert!((1..=100).contains(&rules[0].years));
            assert!(!rules[0].confirmed || !rules[0].legal_basis.is_empty(), "{class:?}");
        }
    }

    #[test]
    fn nothing_is_confirmed_before_the_settings_say_so() {
        assert_eq!(Periods::of(&settings(0, 0)).shortest(false), None);
        assert_eq!(Periods::of(&settings(0, 0)).shortest(true), Some(5));
        let periods = Periods::of(&settings(0, 7));
        assert_eq!(periods.shortest(false), Some(7));
        assert_eq!(periods.of_class(Class::NotIdentified).years, 7);
        assert!(!periods.of_class(Class::Identified).confirmed);
    }
}
