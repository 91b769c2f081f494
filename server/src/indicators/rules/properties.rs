//! What holds for every set under the rule of the study, and every choice of ticks.

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::tests::{dimension, set};
use super::*;

fn codes(set: &SetVersion) -> Vec<String> {
    set.dimensions.iter().flat_map(|dimension| &dimension.indicators).map(|i| i.code.clone()).collect()
}

fn run(set: &SetVersion, ticked: &[String]) -> Evaluation {
    evaluate(set, ticked.iter().map(String::as_str)).expect("known codes")
}

fn any_set() -> impl Strategy<Value = SetVersion> {
    prop::collection::vec((0..4usize, 0..5usize, 0..4usize), 3).prop_map(|sizes| {
        let named = ["a", "b", "c"].into_iter().zip(sizes);
        set(named.map(|(code, (strong, medium, weak))| dimension(code, strong, medium, weak)).collect())
    })
}

/// A set, some of its codes, and some more of them.
fn ticks() -> impl Strategy<Value = (SetVersion, Vec<String>, Vec<String>)> {
    any_set().prop_flat_map(|set| {
        let codes = codes(&set);
        let some = || subsequence(codes.clone(), 0..=codes.len());
        (Just(set), some(), some())
    })
}

/// The study's rule read off its page, without the data.
fn naive(ticked: &Ticked) -> bool {
    let (strong, medium, weak) = (ticked.strong.len(), ticked.medium.len(), ticked.weak.len());
    strong >= 2 || (strong == 1 && medium + weak >= 1) || medium >= 3 || (medium == 2 && weak >= 1)
}

/// Codes of a dimension's unticked indicators of one strength.
fn unticked(dimension: &Dimension, ticked: &[String], strength: Strength) -> Vec<String> {
    let free = |indicator: &&Indicator| indicator.strength == Some(strength) && !ticked.contains(&indicator.code);
    dimension.indicators.iter().filter(free).map(|indicator| indicator.code.clone()).collect()
}

/// Ticks as many more as `lacking` says; the medium or weak ones are taken from the weak end.
fn supply(dimension: &Dimension, ticked: &[String], lacking: Count) -> Vec<String> {
    let free = |strength| unticked(dimension, ticked, strength).into_iter();
    let mut medium_and_weak = free(Strength::Medium).skip(lacking.medium).collect::<Vec<_>>();
    medium_and_weak.extend(free(Strength::Weak).skip(lacking.weak));
    let mut more: Vec<String> = free(Strength::Strong).take(lacking.strong).collect();
    more.extend(free(Strength::Medium).take(lacking.medium));
    more.extend(free(Strength::Weak).take(lacking.weak));
    more.extend(medium_and_weak.into_iter().rev().take(lacking.medium_or_weak));
    assert_eq!(more.len(), lacking.total(), "what is said to be missing is there to be ticked");
    more.extend_from_slice(ticked);
    more
}

proptest! {
    #[test]
    fn agrees_with_a_naive_reading((set, ticked, _) in ticks()) {
        let evaluation = run(&set, &ticked);
        for dimension in &evaluation.dimensions {
            prop_assert_eq!(dimension.outcome.is_met(), naive(&dimension.ticked));
        }
        let met: Vec<bool> = evaluation.dimensions.iter().map(|dimension| naive(&dimension.ticked)).collect();
        prop_assert_eq!(evaluation.suffices(), Some((met[0] || met[1]) && met[2]));
    }

    #[test]
    fn ticking_more_never_takes_anything_away((set, ticked, more) in ticks()) {
        let before = run(&set, &ticked);
        let after = run(&set, &[ticked, more].concat());
        for (before, after) in before.dimensions.iter().zip(&after.dimensions) {
            prop_assert!(!before.outcome.is_met() || after.outcome.is_met());
        }
        prop_assert!(before.suffices() <= after.suffices());
    }

    #[test]
    fn neither_order_nor_repetition_matters(
        (set, ticked, shuffled) in ticks().prop_flat_map(|(set, ticked, _)| {
            let twice = [ticked.clone(), ticked.clone()].concat();
            (Just(set), Just(ticked), Just(twice).prop_shuffle())
        })
    ) {
        prop_assert_eq!(run(&set, &ticked), run(&set, &shuffled));
    }

    #[test]
    fn every_tick_is_listed_once((set, ticked, more) in ticks()) {
        let evaluation = run(&set, &[ticked.clone(), more.clone()].concat());
        let lists = evaluation.dimensions.iter().flat_map(|dimension| {
            let Ticked { strong, medium, weak, without_strength } = &dimension.ticked;
            [strong, medium, weak, without_strength]
        });
        let mut listed: Vec<String> = lists.flatten().cloned().collect();
        listed.sort();
        let expected: BTreeSet<String> = ticked.into_iter().chain(more).collect();
        prop_assert_eq!(listed, expected.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn what_is_missing_is_enough_and_nothing_less_is((set, ticked, more) in ticks()) {
        for (dimension, result) in set.dimensions.iter().zip(run(&set, &ticked).dimensions) {
            let Outcome::NotMet(nearest) = result.outcome else { continue };
            let is_met = |ticked: &[String]| {
                let all = run(&set, ticked).dimensions;
                all.iter().any(|other| other.code == dimension.code && other.outcome.is_met())
            };
            for lacking in &nearest {
                prop_assert!(is_met(&supply(dimension, &ticked, *lacking)));
            }
            let in_dimension = |code: &&String| dimension.indicators.iter().any(|i| i.code == **code);
            let fresh = more.iter().filter(in_dimension).filter(|code| !ticked.contains(code));
            let needed = nearest.first().map_or(usize::MAX, |lacking| lacking.total());
            let fewer: Vec<String> = fresh.take(needed - 1).cloned().collect();
            prop_assert!(!is_met(&[ticked.clone(), fewer].concat()));
        }
    }

    #[test]
    fn an_unknown_code_is_never_swallowed((set, ticked, _) in ticks(), stranger in "[A-Z]{1,8}") {
        let with_stranger = ticked.iter().map(String::as_str).chain([stranger.as_str()]);
        prop_assert_eq!(evaluate(&set, with_stranger), Err(UnknownCodes(vec![stranger.clone()])));
    }
}
