//! What must hold in a file of the catalogue beyond its form.

use std::collections::BTreeSet;

use super::{DimensionEntry, IndicatorEntry, RuleEntry, SetFile, Text};
use crate::transliteration::to_latin;

/// Where something is wrong, as a path of keys, and what.
type Problem = (String, String);

/// Checks one file; the first problem ends it.
pub(super) fn check(set: &SetFile) -> Result<(), Problem> {
    check_slug("code", &set.code)?;
    check_slug("version", &set.version)?;
    if set.valid_until.is_some_and(|end| end <= set.valid_from) {
        return problem("valid_until", "must be later than valid_from");
    }
    check_english("source", &set.source)?;
    check_text("title", &set.title)?;
    check_dimensions(&set.dimensions)?;
    let strengths = set.indicators().filter(|indicator| indicator.strength.is_some()).count();
    if let Some(without) = set.indicators().find(|indicator| indicator.strength.is_none() && strengths > 0) {
        return problem(format!("indicator `{}`, strength", without.code), "missing, although others have one");
    }
    match &set.rule {
        None => Ok(()),
        Some(_) if strengths == 0 => problem("rule", "needs indicators with strengths"),
        Some(rule) => check_rule(rule, &set.dimensions),
    }
}

/// Whether two files are versions of one set and some day is in the validity of both. A version that says no end gives
/// way to one that begins later.
pub(in crate::indicators) fn valid_together(one: &SetFile, other: &SetFile) -> bool {
    let (earlier, later) = if one.valid_from <= other.valid_from { (one, other) } else { (other, one) };
    let ends_in_time = earlier.valid_until.map_or(earlier.valid_from < later.valid_from, |end| end <= later.valid_from);
    one.code == other.code && !ends_in_time
}

fn check_dimensions(dimensions: &[DimensionEntry]) -> Result<(), Problem> {
    if dimensions.is_empty() {
        return problem("dimension", "at least one is needed");
    }
    let mut dimension_codes = BTreeSet::new();
    let mut indicator_codes = BTreeSet::new();
    for dimension in dimensions {
        let place = format!("dimension `{}`", dimension.code);
        check_slug(&format!("{place}, code"), &dimension.code)?;
        check_text(&format!("{place}, name"), &dimension.name)?;
        if !dimension_codes.insert(&dimension.code) {
            return problem(format!("{place}, code"), "stands twice in the file");
        }
        if dimension.indicators.is_empty() {
            return problem(format!("{place}, indicator"), "at least one is needed");
        }
        for indicator in &dimension.indicators {
            check_indicator(indicator)?;
            if !indicator_codes.insert(&indicator.code) {
                return problem(format!("indicator `{}`, code", indicator.code), "stands twice in the file");
            }
        }
    }
    Ok(())
}

fn check_indicator(indicator: &IndicatorEntry) -> Result<(), Problem> {
    let place = format!("indicator `{}`", indicator.code);
    let in_code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    if indicator.code.is_empty() || !indicator.code.chars().all(in_code) {
        return problem(format!("{place}, code"), "must be capital letters A to Z, digits and hyphens");
    }
    check_serbian(&format!("{place}, sr"), &indicator.sr)?;
    check_english(&format!("{place}, en"), &indicator.en)
}

fn check_rule(rule: &RuleEntry, dimensions: &[DimensionEntry]) -> Result<(), Problem> {
    if rule.dimension_met_by.is_empty() || rule.dimension_met_by.iter().any(|way| way.total() == 0) {
        return problem("rule.dimension_met_by", "must have lines, and every line must ask for something");
    }
    if rule.sufficient.is_empty() || rule.sufficient.iter().any(Vec::is_empty) {
        return problem("rule.sufficient", "must have lists, and every list must name a dimension");
    }
    let is_unknown = |code: &&String| !dimensions.iter().any(|dimension| dimension.code == **code);
    if let Some(code) = rule.sufficient.iter().flatten().find(is_unknown) {
        return problem("rule.sufficient", format!("no dimension has the code `{code}`"));
    }
    check_text("rule.note", &rule.note)
}

fn check_slug(place: &str, slug: &str) -> Result<(), Problem> {
    let in_slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if slug.is_empty() || !slug.chars().all(in_slug) {
        return problem(place, "must be small letters a to z, digits and hyphens");
    }
    Ok(())
}

fn check_text(place: &str, text: &Text) -> Result<(), Problem> {
    check_serbian(&format!("{place}.sr"), &text.sr)?;
    check_english(&format!("{place}.en"), &text.en)
}

/// Serbian is in Cyrillic. A foreign word may be in Latin letters, but a word in both scripts is a typing error.
fn check_serbian(place: &str, text: &str) -> Result<(), Problem> {
    if !text.contains(is_cyrillic) {
        return problem(place, "must be Serbian in Cyrillic script");
    }
    let is_mixed = |word: &&str| word.contains(is_cyrillic) && word.contains(|c: char| c.is_ascii_alphabetic());
    if let Some(word) = text.split(|c: char| !c.is_alphabetic()).find(is_mixed) {
        return problem(place, format!("`{word}` mixes Cyrillic and Latin letters"));
    }
    if let Some(letter) = to_latin(text).chars().find(|c| is_cyrillic(*c)) {
        return problem(place, format!("`{letter}` is not a Serbian letter"));
    }
    Ok(())
}

fn check_english(place: &str, text: &str) -> Result<(), Problem> {
    if text.trim().is_empty() || text.contains(is_cyrillic) {
        return problem(place, "must be English");
    }
    Ok(())
}

fn is_cyrillic(letter: char) -> bool {
    ('\u{400}'..='\u{4ff}').contains(&letter)
}

fn problem(place: impl Into<String>, what: impl Into<String>) -> Result<(), Problem> {
    Err((place.into(), what.into()))
}
