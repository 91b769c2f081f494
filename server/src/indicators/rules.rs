//! What ticked indicators amount to under the rule of their set.
//!
//! The rule is data and comes with the set. For the two sets of the ILO and European Commission study it says: a
//! dimension is met by two strong indicators, by one strong with one medium or weak, by three medium, or by two
//! medium with one weak. An evaluation explains; it is never a probability or a score, and it decides nothing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

/// How much a set lets one indicator weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Strength {
    /// Two of them meet a dimension under the study's rule.
    Strong,
    /// Three of them meet a dimension under the study's rule.
    Medium,
    /// Counts only beside stronger ones under the study's rule.
    Weak,
}

/// One version of an indicator set, as far as evaluation needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetVersion {
    /// The groups of indicators, in the order of the set.
    pub dimensions: Vec<Dimension>,
    /// Absent where the set is a plain list.
    pub rule: Option<Rule>,
}

/// A group of indicators that a rule looks at together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// Unique in the version.
    pub code: String,
    /// In the order of the set.
    pub indicators: Vec<Indicator>,
}

/// One observable sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// Unique in the version.
    pub code: String,
    /// Absent where the source of the set gives none.
    pub strength: Option<Strength>,
}

/// How a set reads its ticked indicators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The ways to meet a dimension: one is enough.
    pub dimension_met_by: Vec<Count>,
    /// The constellation that suffices: of every inner list of dimension codes at least one must be met.
    pub sufficient: Vec<Vec<String>>,
}

/// A number of indicators by strength: what a way to meet a dimension asks for, or what it still lacks.
///
/// Every number is a minimum, and no indicator counts for two of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Count {
    /// Strong indicators.
    pub strong: usize,
    /// Medium indicators.
    pub medium: usize,
    /// Weak indicators.
    pub weak: usize,
    /// Further indicators, medium or weak.
    pub medium_or_weak: usize,
}

impl Count {
    /// How many indicators this is altogether.
    pub fn total(self) -> usize {
        self.strong + self.medium + self.weak + self.medium_or_weak
    }

    /// What is still lacking of `self` where there are `strong`, `medium` and `weak` indicators of each strength.
    fn lacking(self, strong: usize, medium: usize, weak: usize) -> Count {
        let to_spare = medium.saturating_sub(self.medium) + weak.saturating_sub(self.weak);
        Count {
            strong: self.strong.saturating_sub(strong),
            medium: self.medium.saturating_sub(medium),
            weak: self.weak.saturating_sub(weak),
            medium_or_weak: self.medium_or_weak.saturating_sub(to_spare),
        }
    }
}

/// What the ticked indicators amount to, dimension by dimension and as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// One result for every dimension of the set, in its order.
    pub dimensions: Vec<DimensionResult>,
    /// The groups of the constellation that suffices; absent where the set has no rule.
    pub constellation: Option<Vec<GroupResult>>,
}

impl Evaluation {
    /// Whether every group of the constellation is met; absent where the set has no rule.
    pub fn suffices(&self) -> Option<bool> {
        let groups = self.constellation.as_ref()?;
        Some(groups.iter().all(GroupResult::is_met))
    }
}

/// What the ticked indicators of one dimension amount to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DimensionResult {
    /// The dimension's code.
    pub code: String,
    /// The ticked indicators of this dimension.
    pub ticked: Ticked,
    /// What the rule makes of them.
    pub outcome: Outcome,
}

/// The codes of the ticked indicators of one dimension, in the order of the set, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Strong ones.
    pub strong: Vec<String>,
    /// Medium ones.
    pub medium: Vec<String>,
    /// Weak ones.
    pub weak: Vec<String>,
    /// Those of a set that gives no strengths.
    pub without_strength: Vec<String>,
}

impl Ticked {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.lists().map(Vec::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the indicator with this code is among them.
    pub fn contains(&self, code: &str) -> bool {
        self.lists().flatten().any(|ticked| ticked == code)
    }

    fn lists(&self) -> impl Iterator<Item = &Vec<String>> {
        [&self.strong, &self.medium, &self.weak, &self.without_strength].into_iter()
    }
}

/// What a rule makes of one dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The set has no rule: the ticked indicators are all there is to say.
    NoRule,
    /// Met, in this way: the first that holds, in the order of the rule.
    Met(Count),
    /// Not met. Each entry is what one of the nearest ways lacks; any of them would do. Ways that the dimension
    /// has not enough indicators for are left out.
    NotMet(Vec<Count>),
}

impl Outcome {
    /// Whether the rule holds the dimension to be met.
    pub fn is_met(&self) -> bool {
        matches!(self, Outcome::Met(_))
    }
}

/// One group of the constellation that suffices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupResult {
    /// The codes of the dimensions of which one must be met.
    pub one_of: Vec<String>,
    /// Those of them that are met.
    pub met: Vec<String>,
}

impl GroupResult {
    /// Whether at least one dimension of the group is met.
    pub fn is_met(&self) -> bool {
        !self.met.is_empty()
    }
}

/// Ticked codes that the set does not have, sorted, each once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not in this indicator set: {}", .0.join(", "))]
pub struct UnknownCodes(pub Vec<String>);

/// Explains what the ticked codes amount to. Neither their order nor a repetition makes a difference.
///
/// # Errors
/// [`UnknownCodes`] when a code is not in the set: a tick that cannot be read is never dropped silently.
pub fn evaluate<'a>(set: &SetVersion, ticked: impl IntoIterator<Item = &'a str>) -> Result<Evaluation, UnknownCodes> {
    let ticked: BTreeSet<&str> = ticked.into_iter().collect();
    refuse_unknown(set, &ticked)?;
    let dimensions: Vec<_> =
        set.dimensions.iter().map(|dimension| evaluate_dimension(dimension, set.rule.as_ref(), &ticked)).collect();
    let constellation = set.rule.as_ref().map(|rule| evaluate_groups(rule, &dimensions));
    Ok(Evaluation { dimensions, constellation })
}

fn refuse_unknown(set: &SetVersion, ticked: &BTreeSet<&str>) -> Result<(), UnknownCodes> {
    let indicators = set.dimensions.iter().flat_map(|dimension| &dimension.indicators);
    let known: BTreeSet<&str> = indicators.map(|indicator| indicator.code.as_str()).collect();
    let unknown: Vec<String> = ticked.difference(&known).map(|code| code.to_string()).collect();
    if unknown.is_empty() { Ok(()) } else { Err(UnknownCodes(unknown)) }
}

fn evaluate_dimension(dimension: &Dimension, rule: Option<&Rule>, ticked: &BTreeSet<&str>) -> DimensionResult {
    let all = by_strength(&dimension.indicators, |_| true);
    let ticked = by_strength(&dimension.indicators, |code| ticked.contains(code));
    let outcome = rule.map_or(Outcome::NoRule, |rule| outcome(&rule.dimension_met_by, &ticked, &all));
    DimensionResult { code: dimension.code.clone(), ticked, outcome }
}

fn by_strength(indicators: &[Indicator], keep: impl Fn(&str) -> bool) -> Ticked {
    let mut sorted = Ticked::default();
    for indicator in indicators.iter().filter(|indicator| keep(&indicator.code)) {
        let list = match indicator.strength {
            Some(Strength::Strong) => &mut sorted.strong,
            Some(Strength::Medium) => &mut sorted.medium,
            Some(Strength::Weak) => &mut sorted.weak,
            None => &mut sorted.without_strength,
        };
        list.push(indicator.code.clone());
    }
    sorted
}

fn outcome(ways: &[Count], ticked: &Ticked, all: &Ticked) -> Outcome {
    let lacking = |way: &Count, of: &Ticked| way.lacking(of.strong.len(), of.medium.len(), of.weak.len());
    if let Some(way) = ways.iter().find(|way| lacking(way, ticked).total() == 0) {
        return Outcome::Met(*way);
    }
    let possible = ways.iter().filter(|way| lacking(way, all).total() == 0);
    Outcome::NotMet(smallest(possible.map(|way| lacking(way, ticked))))
}

/// The counts with the smallest total, each once, in their order.
fn smallest(counts: impl Iterator<Item = Count>) -> Vec<Count> {
    let mut nearest: Vec<Count> = Vec::new();
    for count in counts {
        let best = nearest.first().map_or(usize::MAX, |first| first.total());
        if count.total() < best {
            nearest = vec![count];
        } else if count.total() == best && !nearest.contains(&count) {
            nearest.push(count);
        }
    }
    nearest
}

fn evaluate_groups(rule: &Rule, dimensions: &[DimensionResult]) -> Vec<GroupResult> {
    let is_met = |code: &String| dimensions.iter().any(|result| result.code == *code && result.outcome.is_met());
    let group = |one_of: &Vec<String>| GroupResult {
        one_of: one_of.clone(),
        met: one_of.iter().filter(|code| is_met(code)).cloned().collect(),
    };
    rule.sufficient.iter().map(group).collect()
}
