//! Names that are known: short forms of given names, common family names, and words that are no names.

use super::normalising::folded;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    no_names: Vec<String>,
    family: Vec<String>,
    given: BTreeMap<String, Vec<String>>,
}

/// The lists, each word as it is compared.
struct Names {
    no_names: HashSet<String>,
    known: HashSet<String>,
    full: HashMap<String, BTreeSet<String>>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../data/names.toml")).expect("a test reads it");
    let fold = |words: &[String]| -> Vec<String> { words.iter().map(|word| folded(word)).collect() };
    let mut full: HashMap<String, BTreeSet<String>> = HashMap::new();
    let mut known: HashSet<String> = fold(&file.family).into_iter().collect();
    for (name, short_forms) in &file.given {
        let name = folded(name);
        for short in fold(short_forms) {
            full.entry(short.clone()).or_default().insert(name.clone());
            known.insert(short);
        }
        known.insert(name);
    }
    Names { no_names: fold(&file.no_names).into_iter().collect(), known, full }
});

/// The full names that a word is a short form of, in their order.
pub(super) fn full_names(word: &str) -> impl Iterator<Item = &'static str> {
    NAMES.full.get(word).into_iter().flatten().map(String::as_str)
}

/// Whether a word is a name that is known, and so no misspelling of another.
pub(super) fn is_known(word: &str) -> bool {
    NAMES.known.contains(word)
}

/// Whether a word stands where a name would and is none.
pub(super) fn is_no_name(word: &str) -> bool {
    NAMES.no_names.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duplicates::normalising::MOST_FULL_NAMES;

    #[test]
    fn short_forms_lead_to_full_names_and_nothing_is_cut_off() {
        assert_eq!(full_names("aca").collect::<Vec<_>>(), ["aleksa", "aleksandar", "aleksandra"]);
        assert_eq!(full_names("marija").collect::<Vec<_>>(), ["marijana"], "it is a short form as well");
        assert_eq!(full_names("petrovic").next(), None);
        for (short, full) in &NAMES.full {
            assert!(full.len() < MOST_FULL_NAMES, "{short} stands for {full:?}: more than are kept");
        }
    }

    #[test]
    fn every_word_of_the_lists_is_one_word_in_one_script() {
        let file: File = toml::from_str(include_str!("../../data/names.toml")).expect("it is read");
        let given = file.given.iter().flat_map(|(name, short)| short.iter().chain([name]));
        for word in given.chain(&file.family) {
            assert!(!folded(word).is_empty() && !folded(word).contains(' '), "{word}");
            assert!(word.chars().all(|letter| !letter.is_ascii()), "{word} has letters of two scripts");
        }
        assert!(file.given.len() > 150 && file.family.len() > 150);
    }

    #[test]
    fn no_name_is_a_word_that_is_none() {
        let both: Vec<_> = NAMES.no_names.intersection(&NAMES.known).collect();
        assert!(both.is_empty(), "{both:?}");
        assert!(is_no_name("nepoznato") && is_known("milica") && !is_known("milcia"));
    }
}
