//! Evaluations in words. Never a number that could be taken for a probability: only how many indicators there are.

use super::Version;
use super::rules::{Count, DimensionResult, Evaluation, GroupResult, Outcome};
use crate::language::{Language, Message};

#[cfg(test)]
mod tests;

/// What every reader of an evaluation must be told.
pub(super) fn caution(language: Language) -> String {
    language.say(&Message::new("indicator-caution"))
}

/// Which indicators of a dimension are ticked, and what the rule makes of them.
pub(super) fn dimension(language: Language, version: &Version, result: &DimensionResult) -> String {
    let words = Words { language, version };
    let ticked = words.ticked(result);
    let outcome = match &result.outcome {
        Outcome::NoRule if result.ticked.is_empty() => return ticked,
        Outcome::NoRule => Message::new("dimension-without-rule"),
        Outcome::Met(way) => Message::new("dimension-met").with("way", words.way(way)),
        Outcome::NotMet(ways) if ways.is_empty() => Message::new("dimension-out-of-reach"),
        Outcome::NotMet(ways) => {
            let ways: Vec<String> = ways.iter().map(|way| words.way(way)).collect();
            Message::new("dimension-not-met").with("ways", words.list(Message::new("list-ways"), &ways))
        }
    };
    format!("{ticked} {}", language.say(&outcome))
}

/// What the ticked indicators of a set amount to as a whole.
pub(super) fn conclusion(language: Language, version: &Version, evaluation: &Evaluation) -> String {
    let words = Words { language, version };
    let Some(groups) = &evaluation.constellation else {
        let ticked = evaluation.dimensions.iter().map(|dimension| dimension.ticked.len()).sum();
        let counted = words.indicators(&[words.counted(Message::new("counted"), ticked)], ticked);
        return language.say(&Message::new("conclusion-without-rule").with("counted", counted));
    };
    let met = words.met(groups);
    let missing: Vec<String> =
        groups.iter().filter(|group| !group.is_met()).map(|group| words.one_of(&group.one_of)).collect();
    if missing.is_empty() {
        return language.say(&Message::new("conclusion-met").with("met", met.unwrap_or_default()));
    }
    let mut sentences = vec![Message::new("conclusion-not-met")];
    sentences.extend(met.map(|met| Message::new("conclusion-met-so-far").with("met", met)));
    sentences.push(Message::new("conclusion-missing").with("missing", missing.join("; ")));
    sentences.iter().map(|sentence| language.say(sentence)).collect::<Vec<_>>().join(" ")
}

/// Words about one version in one language.
struct Words<'a> {
    language: Language,
    version: &'a Version,
}

impl Words<'_> {
    /// "Ticked: one strong indicator (“…”) and two weak indicators (“…”, “…”)."
    fn ticked(&self, result: &DimensionResult) -> String {
        let ticked = &result.ticked;
        let groups: Vec<String> = [
            (Message::new("counted-strong"), &ticked.strong),
            (Message::new("counted-medium"), &ticked.medium),
            (Message::new("counted-weak"), &ticked.weak),
            (Message::new("counted"), &ticked.without_strength),
        ]
        .into_iter()
        .filter(|(_, codes)| !codes.is_empty())
        .map(|(counted, codes)| {
            let counted = self.indicators(&[self.counted(counted, codes.len())], codes.len());
            let wordings: Vec<String> = codes.iter().map(|code| self.wording(code)).collect();
            let group = Message::new("ticked-indicators").with("counted", counted);
            self.language.say(&group.with("wordings", wordings.join(", ")))
        })
        .collect();
        if groups.is_empty() {
            return self.language.say(&Message::new("ticked-nothing"));
        }
        let list = self.list(Message::new("list-and"), &groups);
        self.language.say(&Message::new("ticked").with("list", list))
    }

    /// "one strong and one medium or weak indicator"
    fn way(&self, way: &Count) -> String {
        let parts = [
            (Message::new("counted-strong"), way.strong),
            (Message::new("counted-medium"), way.medium),
            (Message::new("counted-weak"), way.weak),
            (Message::new("counted-medium-or-weak"), way.medium_or_weak),
        ];
        let parts: Vec<_> = parts.into_iter().filter(|(_, count)| *count > 0).collect();
        let last = parts.last().map_or(0, |(_, count)| *count);
        let counted: Vec<String> = parts.into_iter().map(|(message, count)| self.counted(message, count)).collect();
        self.indicators(&counted, last)
    }

    fn counted(&self, message: Message, count: usize) -> String {
        self.language.say(&message.with_number("count", count))
    }

    /// Puts the noun behind numbers; it agrees with the last of them.
    fn indicators(&self, counted: &[String], last: usize) -> String {
        let counted = self.list(Message::new("list-and"), counted);
        self.language.say(&Message::new("indicators").with("counted", counted).with_number("count", last))
    }

    /// The dimensions that are met, where there are any.
    fn met(&self, groups: &[GroupResult]) -> Option<String> {
        let names: Vec<String> = groups.iter().flat_map(|group| &group.met).map(|code| self.name(code)).collect();
        (!names.is_empty()).then(|| self.list(Message::new("list-and"), &names))
    }

    fn one_of(&self, codes: &[String]) -> String {
        let names: Vec<String> = codes.iter().map(|code| self.name(code)).collect();
        if let [name] = &*names {
            return name.clone();
        }
        self.language.say(&Message::new("one-of").with("names", self.list(Message::new("list-or"), &names)))
    }

    fn name(&self, code: &str) -> String {
        let dimension = self.version.definition.dimensions.iter().find(|dimension| dimension.code == code);
        let name = dimension.map(|dimension| self.language.choose(&dimension.name.sr, &dimension.name.en));
        self.quoted(&name.unwrap_or_default())
    }

    fn wording(&self, code: &str) -> String {
        let mut indicators = self.version.definition.dimensions.iter().flat_map(|dimension| &dimension.indicators);
        let indicator = indicators.find(|indicator| indicator.code == code);
        let wording = indicator.map(|indicator| self.language.choose(&indicator.sr, &indicator.en));
        self.quoted(wording.unwrap_or_default().trim_end_matches('.'))
    }

    fn quoted(&self, text: &str) -> String {
        self.language.say(&Message::new("quoted").with("text", text))
    }

    /// "a, b and c", the last two linked by the message.
    fn list(&self, link: Message, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [only] => only.clone(),
            [start @ .., end] => self.language.say(&link.with("start", start.join(", ")).with("end", end)),
        }
    }
}
