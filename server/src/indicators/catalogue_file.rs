//! One file of the indicator catalogue: one version of one set. `data/README.md` describes the format.

use async_graphql::Enum;
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};

use super::rules::{Count, Strength};

pub(super) mod check;
mod definition;
#[cfg(test)]
mod tests;

pub use definition::Definition;

/// One version of one indicator set, as its file says it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetFile {
    /// The set's stable code.
    pub code: String,
    /// The version's code, unique in the set.
    pub version: String,
    /// The first day on which a report may use the version.
    #[serde(deserialize_with = "day")]
    pub valid_from: NaiveDate,
    /// The first day on which it no longer may; absent while it is in use.
    #[serde(default, deserialize_with = "some_day")]
    pub valid_until: Option<NaiveDate>,
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

/// The sector whose staff a set is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sector {
    /// Every sector.
    General,
    /// Schools and preschools.
    Education,
    /// Centres for social work and social protection.
    SocialWelfare,
    /// Health services.
    Health,
    /// Police.
    Police,
    /// Employment services.
    Employment,
    /// Reception and asylum centres for migrants.
    Reception,
    /// Homes for children without parental care.
    ChildCare,
    /// Labour inspectorates.
    LabourInspection,
    /// Non-governmental organisations.
    CivilSociety,
}

/// Whom a set is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Audience {
    /// People who are of age.
    Adult,
    /// Children, and anyone whose age is unknown or disputed.
    Child,
    /// People of every age.
    Any,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Serbian in Cyrillic script.
    pub sr: String,
    /// English.
    pub en: String,
}

/// A group of indicators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DimensionEntry {
    /// Unique in the file.
    pub code: String,
    /// The name people see.
    pub name: Text,
    /// The group's indicators, in their order.
    #[serde(rename = "indicator")]
    pub indicators: Vec<IndicatorEntry>,
}

/// One observable sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorEntry {
    /// Unique in the file.
    pub code: String,
    /// Absent where the source gives none.
    pub strength: Option<Strength>,
    /// The wording in Serbian, in Cyrillic script.
    pub sr: String,
    /// The wording in English.
    pub en: String,
    /// Whether the indicator was seen in its source.
    pub confirmed: bool,
    /// Where the Serbian wording comes from.
    pub translation: Translation,
}

impl IndicatorEntry {
    /// Whether the Serbian wording is the source's own.
    pub fn is_published(&self) -> bool {
        self.translation == Translation::Published
    }
}

/// Where a Serbian wording comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Translation {
    /// Ours, until the Centre has confirmed it.
    Draft,
    /// As the source words it.
    Published,
}

/// How ticked indicators are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// See [`Rule::dimension_met_by`].
    pub dimension_met_by: Vec<Count>,
    /// See [`Rule::sufficient`].
    pub sufficient: Vec<Vec<String>>,
    /// What a reader must know about the rule.
    pub note: Text,
}

impl SetFile {
    /// All indicators, in their order.
    pub fn indicators(&self) -> impl Iterator<Item = &IndicatorEntry> {
        self.dimensions.iter().flat_map(|dimension| &dimension.indicators)
    }

    /// What the version says, apart from its name and its period.
    pub fn definition(&self) -> Definition {
        Definition {
            sector: self.sector,
            audience: self.audience,
            source: self.source.clone(),
            title: self.title.clone(),
            dimensions: self.dimensions.clone(),
            rule: self.rule.clone(),
        }
    }
}

/// What is wrong with a file of the catalogue, in one line: the file, the key or the line, the problem.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {place}: {problem}")]
pub struct CatalogueError {
    file: String,
    place: String,
    problem: String,
}

impl CatalogueError {
    pub(super) fn new(file: &str, place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: place.into(), problem: problem.into() }
    }
}

/// Reads and checks one file. `file` is its name, for messages.
///
/// # Errors
/// The first thing that is wrong: not TOML, an unknown or missing key, a value of the wrong kind; an empty text, a
/// text in the wrong script, a malformed or repeated code, a period that ends before it starts; strengths on only
/// some indicators; a rule without strengths, or one that asks for nothing or names an unknown dimension.
pub fn parse(file: &str, text: &str) -> Result<SetFile, CatalogueError> {
    let set: SetFile = toml::from_str(text).map_err(|error| {
        let problem = error.message().replace('\n', ", ");
        CatalogueError::new(file, place(text, error.span().map_or(0, |span| span.start)), problem)
    })?;
    check::check(&set).map_err(|(place, problem)| CatalogueError::new(file, place, problem))?;
    Ok(set)
}

/// The line at a byte offset, and the key on it if it has one.
fn place(text: &str, offset: usize) -> String {
    let offset = offset.min(text.len());
    let number = text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
    let line = text.lines().nth(number).unwrap_or_default();
    match line.split_once('=') {
        Some((key, _)) => format!("line {}, `{}`", number + 1, key.trim()),
        None => format!("line {}", number + 1),
    }
}

fn day<'de, D: Deserializer<'de>>(value: D) -> Result<NaiveDate, D::Error> {
    let date = toml::value::Date::deserialize(value)?;
    NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
        .ok_or_else(|| serde::de::Error::custom("no such day"))
}

fn some_day<'de, D: Deserializer<'de>>(value: D) -> Result<Option<NaiveDate>, D::Error> {
    day(value).map(Some)
}
