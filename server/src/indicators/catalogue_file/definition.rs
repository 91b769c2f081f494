//! What one version of a set says: what the database keeps of it.

use super::{Audience, DimensionEntry, IndicatorEntry, RuleEntry, Sector, Text};
use crate::indicators::rules::{Dimension, Indicator, Rule, SetVersion};
use serde::{Deserialize, Serialize};

/// One version of a set without its name and its period, which have columns of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Who the set is for.
    pub sector: Sector,
    /// Whom the set is about.
    pub audience: Audience,
    /// Where the set comes from, in English.
    pub source: String,
    /// The name people see.
    pub title: Text,
    /// The groups of indicators, in their order.
    #[serde(rename = "dimension")]
    pub dimensions: Vec<DimensionEntry>,
    /// How ticked indicators are read; only where they have strengths.
    pub rule: Option<RuleEntry>,
}

impl Definition {
    /// What evaluation needs of it.
    pub fn for_evaluation(&self) -> SetVersion {
        let indicator = |entry: &IndicatorEntry| Indicator { code: entry.code.clone(), strength: entry.strength };
        let dimension = |entry: &DimensionEntry| Dimension {
            code: entry.code.clone(),
            indicators: entry.indicators.iter().map(indicator).collect(),
        };
        let rule = |entry: &RuleEntry| Rule {
            dimension_met_by: entry.dimension_met_by.clone(),
            sufficient: entry.sufficient.clone(),
        };
        SetVersion { dimensions: self.dimensions.iter().map(dimension).collect(), rule: self.rule.as_ref().map(rule) }
    }

    /// Where another definition first says something else, as a path of keys; nothing where both say the same.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let json = |definition| serde_json::to_value(definition).unwrap_or_default();
        let path = first_difference(&json(self), &json(other))?;
        Some(path.join(", "))
    }
}

/// The path to the first difference. What has a code is named by it.
fn first_difference(one: &serde_json::Value, other: &serde_json::Value) -> Option<Vec<String>> {
    use serde_json::Value::{Array, Object};
    let inner = |name: String, one, other| {
        let rest = first_difference(one, other)?;
        Some(std::iter::once(name).chain(rest).collect())
    };
    match (one, other) {
        _ if one == other => None,
        (Object(some), Object(others)) => some.iter().find_map(|(key, value)| match (value, others.get(key)) {
            (Array(list), Some(Array(others))) if list.len() == others.len() => {
                let mut pairs = list.iter().zip(others).enumerate();
                pairs.find_map(|(at, (one, other))| inner(named(key, at, one), one, other))
            }
            (value, found) => inner(key.clone(), value, found.unwrap_or(&serde_json::Value::Null)),
        }),
        _ => Some(Vec::new()),
    }
}

fn named(key: &str, position: usize, value: &serde_json::Value) -> String {
    match value.get("code").and_then(serde_json::Value::as_str) {
        Some(code) => format!("{key} `{code}`"),
        None => format!("{key} {}", position + 1),
    }
}
