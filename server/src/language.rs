//! The three languages of every message: Serbian in Cyrillic and in Latin script, and English.
//!
//! Wording stands in `locales/*.ftl` (Project Fluent). The Latin script is made from the Cyrillic one.

use crate::transliteration::to_latin;
use chrono::NaiveDate;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::LazyLock;

/// A language of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Serbian, Cyrillic script: `sr-Cyrl`, and what is meant by `sr`.
    #[default]
    SerbianCyrillic,
    /// Serbian, Latin script: `sr-Latn`.
    SerbianLatin,
    /// English: `en`.
    English,
}

/// A message before it is put into a language: its key in `locales/*.ftl`, and its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    key: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

/// What a message says in one place.
#[derive(Clone, Debug, PartialEq)]
enum Argument {
    /// The same in every language.
    Text(String),
    /// Stays a number, so that the wording can choose the plural: in Serbian 1, 2 to 4, and 5 or more differ.
    Number(usize),
    /// Messages of their own, separated by commas.
    Messages(Vec<Message>),
}

impl Message {
    /// The message with this key.
    pub fn new(key: &'static str) -> Self {
        Self { key, arguments: Vec::new() }
    }

    /// The same message with one more argument, which is text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.arguments.push((name, Argument::Text(value.to_string())));
        self
    }

    /// The same message with one more argument, which is a number that its wording depends on.
    #[must_use]
    pub fn with_number(mut self, name: &'static str, value: usize) -> Self {
        self.arguments.push((name, Argument::Number(value)));
        self
    }

    /// The same message with one more argument: a list of messages, which are put into words with it.
    #[must_use]
    pub fn with_messages(mut self, name: &'static str, messages: impl IntoIterator<Item = Self>) -> Self {
        self.arguments.push((name, Argument::Messages(messages.into_iter().collect())));
        self
    }
}

const SERBIAN: &str = include_str!("locales/sr-Cyrl.ftl");
const ENGLISH: &str = include_str!("locales/en.ftl");

static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 3]> = LazyLock::new(|| {
    [bundle("sr-Cyrl", SERBIAN.to_owned()), bundle("sr-Latn", to_latin(SERBIAN)), bundle("en", ENGLISH.to_owned())]
});

fn bundle(tag: &str, text: String) -> FluentBundle<FluentResource> {
    let resource = FluentResource::try_new(text).unwrap_or_else(|(_, errors)| panic!("locales, {tag}: {errors:?}"));
    let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().expect("a BCP 47 tag")]);
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).unwrap_or_else(|errors| panic!("locales, {tag}: {errors:?}"));
    bundle
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::SerbianCyrillic, Self::SerbianLatin, Self::English];

    /// The best language for an `Accept-Language` header (RFC 9110, 12.5.4); Serbian in Cyrillic where none fits.
    pub fn accepted(header: &str) -> Self {
        let mut ranges: Vec<(f32, &str)> = header.split(',').filter_map(quality_and_tag).collect();
        ranges.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranges.into_iter().find_map(|(_, tag)| Self::from_tag(tag)).unwrap_or_default()
    }

    /// A day as it is written in the language: 5. 11. 2018. or 5 November 2018.
    pub fn day(self, day: NaiveDate) -> String {
        match self {
            Self::English => day.format("%-d %B %Y").to_string(),
            Self::SerbianCyrillic | Self::SerbianLatin => day.format("%-d. %-m. %Y.").to_string(),
        }
    }

    fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        match tag.split('-').next()? {
            "sr" if tag.contains("latn") => Some(Self::SerbianLatin),
            "sr" | "*" => Some(Self::SerbianCyrillic),
            // Close enough to be read; a reader of these expects Latin script.
            "bs" | "hr" | "sh" | "cnr" => Some(Self::SerbianLatin),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::SerbianCyrillic => "sr-Cyrl",
            Self::SerbianLatin => "sr-Latn",
            Self::English => "en",
        }
    }

    /// Of two wordings the one to show, in the right script.
    pub fn choose(self, serbian: &str, english: &str) -> String {
        match self {
            Self::SerbianCyrillic => serbian.to_owned(),
            Self::SerbianLatin => to_latin(serbian),
            Self::English => english.to_owned(),
        }
    }

    /// The message in this language. A key that does not exist is shown as it is; a test holds that none is missing.
    pub fn say(self, message: &Message) -> String {
        let bundle = &BUNDLES[self as usize];
        let Some(pattern) = bundle.get_message(message.key).and_then(|found| found.value()) else {
            return message.key.to_owned();
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in &message.arguments {
            match value {
                Argument::Text(text) => arguments.set(*name, text.as_str()),
                Argument::Number(number) => arguments.set(*name, *number),
                Argument::Messages(messages) => arguments.set(*name, self.list(messages)),
            }
        }
        bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    }

    fn list(self, messages: &[Message]) -> String {
        messages.iter().map(|message| self.say(message)).collect::<Vec<_>>().join(", ")
    }
}

fn quality_and_tag(range: &str) -> Option<(f32, &str)> {
    let mut parts = range.split(';');
    let tag = parts.next()?.trim();
    let quality = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(Some(1.0), |q| q.trim().parse().ok())?;
    (quality > 0.0 && !tag.is_empty()).then_some((quality, tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn keys(text: &str) -> BTreeSet<&str> {
        text.lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" =").map(|(key, _)| key))
            .collect()
    }

    #[test]
    fn both_wordings_have_the_same_messages() {
        assert_eq!(keys(SERBIAN), keys(ENGLISH));
    }

    #[test]
    fn every_key_in_the_code_has_a_wording() {
        let known = keys(ENGLISH);
        for file in sources(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
            let code = std::fs::read_to_string(&file).expect("a source file");
            for (_, rest) in code.match_indices("Message::new(\"").map(|(at, found)| code.split_at(at + found.len())) {
                let key = rest.split('"').next().expect("a closing quote");
                assert!(known.contains(key) || file.ends_with("language.rs"), "{key} in {}", file.display());
            }
        }
    }

    fn sources(folder: std::path::PathBuf) -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths
            .flat_map(|path| if path.is_dir() { sources(path) } else { vec![path] })
            .filter(|p| p.extension().is_some_and(|e| e == "rs"))
            .collect()
    }

    #[test]
    fn numbers_choose_the_plural() {
        for (language, number, expected) in [
            (Language::SerbianCyrillic, 1, "Предугачко је: највише 1 знак."),
            (Language::SerbianCyrillic, 3, "Предугачко је: највише 3 знака."),
            (Language::SerbianCyrillic, 5, "Предугачко је: највише 5 знакова."),
            (Language::SerbianCyrillic, 12, "Предугачко је: највише 12 знакова."),
            (Language::SerbianLatin, 21, "Predugačko je: najviše 21 znak."),
            (Language::SerbianLatin, 2002, "Predugačko je: najviše 2002 znaka."),
            (Language::English, 1, "This is too long: 1 character at most."),
            (Language::English, 21, "This is too long: 21 characters at most."),
        ] {
            assert_eq!(language.say(&Message::new("too-long").with_number("longest", number)), expected);
        }
    }

    #[test]
    fn the_header_chooses() {
        for (header, expected) in [
            ("", Language::SerbianCyrillic),
            ("en", Language::English),
            ("en-GB,en;q=0.9", Language::English),
            ("de, sr-Latn;q=0.7, en;q=0.3", Language::SerbianLatin),
            ("sr-Latn-RS", Language::SerbianLatin),
            ("sr", Language::SerbianCyrillic),
            ("en;q=0, sr", Language::SerbianCyrillic),
            (";;;,q=", Language::SerbianCyrillic),
        ] {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_header_chooses_a_language(header in "[ -~]*", many in prop::collection::vec("[a-zA-Z*-]{1,12}(;q=[0-9.]{0,4})?", 0..20)) {
            let _ = Language::accepted(&header);
            let _ = Language::accepted(&many.join(","));
        }

        #[test]
        fn what_is_asked_for_alone_is_chosen(at in 0..Language::ALL.len(), quality in 1..=9) {
            let language = Language::ALL[at];
            prop_assert_eq!(Language::accepted(&format!("{};q=0.{quality}", language.tag())), language);
        }
    }
}
