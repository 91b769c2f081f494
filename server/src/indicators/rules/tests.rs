//! The rule, case by case, and what the properties beside it share.

use super::*;

/// The rule of the study, as the files of both its sets have it.
fn study_rule(sufficient: &[&[&str]]) -> Rule {
    let none = Count::default();
    Rule {
        dimension_met_by: vec![
            Count { strong: 2, ..none },
            Count { strong: 1, medium_or_weak: 1, ..none },
            Count { medium: 3, ..none },
            Count { medium: 2, weak: 1, ..none },
        ],
        sufficient: sufficient.iter().map(|one_of| one_of.iter().map(|code| code.to_string()).collect()).collect(),
    }
}

/// A dimension with as many indicators of each strength; their codes are like `d-s0`, `d-m0`, `d-w0`.
pub(super) fn dimension(code: &str, strong: usize, medium: usize, weak: usize) -> Dimension {
    let of = |letter: char, strength: Strength, size: usize| {
        (0..size).map(move |n| Indicator { code: format!("{code}-{letter}{n}"), strength: Some(strength) })
    };
    let indicators = of('s', Strength::Strong, strong)
        .chain(of('m', Strength::Medium, medium))
        .chain(of('w', Strength::Weak, weak))
        .collect();
    Dimension { code: code.to_owned(), indicators }
}

pub(super) fn set(dimensions: Vec<Dimension>) -> SetVersion {
    SetVersion { dimensions, rule: Some(study_rule(&[&["a", "b"], &["c"]])) }
}

fn outcome_of(ticked: &[&str]) -> Outcome {
    let set = set(vec![dimension("a", 3, 4, 2)]);
    evaluate(&set, ticked.iter().copied()).expect("known codes").dimensions[0].outcome.clone()
}

#[test]
fn each_way_of_the_study_meets_a_dimension() {
    let none = Count::default();
    let cases: [(&[&str], Count); 5] = [
        (&["a-s0", "a-s1"], Count { strong: 2, ..none }),
        (&["a-s0", "a-m0"], Count { strong: 1, medium_or_weak: 1, ..none }),
        (&["a-s0", "a-w0"], Count { strong: 1, medium_or_weak: 1, ..none }),
        (&["a-m0", "a-m1", "a-m2"], Count { medium: 3, ..none }),
        (&["a-m0", "a-m1", "a-w0"], Count { medium: 2, weak: 1, ..none }),
    ];
    for (ticked, way) in cases {
        assert_eq!(outcome_of(ticked), Outcome::Met(way), "{ticked:?}");
    }
}

#[test]
fn says_what_the_nearest_ways_lack() {
    let none = Count::default();
    let one_strong = Count { strong: 1, ..none };
    let one_medium = Count { medium: 1, ..none };
    let one_weak = Count { weak: 1, ..none };
    let one_medium_or_weak = Count { medium_or_weak: 1, ..none };
    assert_eq!(outcome_of(&["a-s0"]), Outcome::NotMet(vec![one_strong, one_medium_or_weak]));
    assert_eq!(outcome_of(&["a-m0", "a-m1"]), Outcome::NotMet(vec![one_strong, one_medium, one_weak]));
    assert_eq!(outcome_of(&["a-m0", "a-w0"]), Outcome::NotMet(vec![one_strong, one_medium]));
    assert_eq!(outcome_of(&["a-w0", "a-w1"]), Outcome::NotMet(vec![one_strong]));
    let nothing = vec![Count { strong: 2, ..none }, Count { strong: 1, medium_or_weak: 1, ..none }];
    assert_eq!(outcome_of(&[]), Outcome::NotMet(nothing));
}

#[test]
fn a_way_the_dimension_cannot_offer_is_not_proposed() {
    let set = set(vec![dimension("a", 0, 5, 0), dimension("b", 1, 0, 0)]);
    let evaluation = evaluate(&set, ["a-m0", "b-s0"]).expect("known codes");
    let two_medium = Count { medium: 2, ..Count::default() };
    assert_eq!(evaluation.dimensions[0].outcome, Outcome::NotMet(vec![two_medium]));
    assert_eq!(evaluation.dimensions[1].outcome, Outcome::NotMet(Vec::new()));
}

#[test]
fn no_indicator_counts_for_two_numbers() {
    let way = Count { medium: 1, medium_or_weak: 1, ..Count::default() };
    let rule = Rule { dimension_met_by: vec![way], ..study_rule(&[]) };
    let set = SetVersion { dimensions: vec![dimension("a", 0, 2, 1)], rule: Some(rule) };
    let outcome =
        |ticked: &[&str]| evaluate(&set, ticked.iter().copied()).expect("known codes").dimensions[0].outcome.clone();
    let one_more = Count { medium_or_weak: 1, ..Count::default() };
    assert_eq!(outcome(&["a-m0"]), Outcome::NotMet(vec![one_more]));
    assert_eq!(outcome(&["a-m0", "a-m1"]), Outcome::Met(way));
    assert_eq!(outcome(&["a-m0", "a-w0"]), Outcome::Met(way));
    assert_eq!(outcome(&["a-w0"]), Outcome::NotMet(vec![Count { medium: 1, ..Count::default() }]));
}

#[test]
fn names_the_groups_that_are_met_and_those_that_are_not() {
    let set = set(vec![dimension("a", 2, 0, 0), dimension("b", 2, 0, 0), dimension("c", 2, 0, 0)]);
    let part = evaluate(&set, ["b-s0", "b-s1", "c-s0"]).expect("known codes");
    let groups = part.constellation.clone().expect("the set has a rule");
    assert_eq!(groups[0], GroupResult { one_of: vec!["a".into(), "b".into()], met: vec!["b".into()] });
    assert_eq!(groups[1], GroupResult { one_of: vec!["c".into()], met: Vec::new() });
    assert_eq!(part.suffices(), Some(false));
    let whole = evaluate(&set, ["b-s0", "b-s1", "c-s0", "c-s1"]).expect("known codes");
    assert_eq!(whole.suffices(), Some(true));
}

#[test]
fn without_a_rule_there_is_only_the_list() {
    let set = SetVersion { rule: None, ..set(vec![dimension("a", 2, 1, 1)]) };
    let evaluation = evaluate(&set, ["a-w0", "a-s1", "a-s0"]).expect("known codes");
    assert_eq!((evaluation.constellation.as_ref(), evaluation.suffices()), (None, None));
    assert_eq!(evaluation.dimensions[0].outcome, Outcome::NoRule);
    assert_eq!(evaluation.dimensions[0].ticked.strong, ["a-s0", "a-s1"]);
    assert_eq!(evaluation.dimensions[0].ticked.weak, ["a-w0"]);
}

#[test]
fn unknown_codes_are_refused_by_name() {
    let set = set(vec![dimension("a", 2, 0, 0)]);
    let error = evaluate(&set, ["z", "a-s0", "A-S0", "z"]).expect_err("two are unknown");
    assert_eq!(error, UnknownCodes(vec!["A-S0".into(), "z".into()]));
    assert_eq!(error.to_string(), "not in this indicator set: A-S0, z");
}

#[test]
fn ways_that_lack_the_same_are_named_once() {
    let strong_and_medium = Count { strong: 1, medium: 1, ..Count::default() };
    let strong_and_any = Count { strong: 1, medium_or_weak: 1, ..Count::default() };
    let rule = Rule { dimension_met_by: vec![strong_and_medium, strong_and_any], ..study_rule(&[]) };
    let set = SetVersion { dimensions: vec![dimension("a", 1, 1, 0)], rule: Some(rule) };
    let evaluation = evaluate(&set, ["a-m0"]).expect("known codes");
    let one_strong = Count { strong: 1, ..Count::default() };
    assert_eq!(evaluation.dimensions[0].outcome, Outcome::NotMet(vec![one_strong]));
}
