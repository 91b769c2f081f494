//! One entry for each parser of our own, with what must be true of whatever it is given. `tests/fuzz` gives it what a fuzzer
//! thinks up; the test below gives it what is kept beside that, among it whatever was ever found.

use crate::access::parsers::{cursor, master_key, sealed};
use crate::attachments::{kinds, scanner};
use crate::audit::checkpoints;
use crate::config::Config;
use crate::date::Date;
use crate::http::live::parsers::message;
use crate::http::parsers::{accept, authorization, cookies, forwarded_for, return_to};
use crate::indicators::catalogue_file;
use crate::language::Language;
use crate::limits;
use crate::notifications::webhooks::parsers::address;
use crate::training::attendance::code::Code;
use crate::training::calendar::address::{Key, PATH};
use crate::training::certificates::rules::number;
use crate::training::import::parsers::{csv, windows_1250, xlsx};
use crate::{ids, reports};
use async_graphql::{ScalarType, Value};
use chrono::DateTime;

/// What a parser is called, and how it is fed.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 26] = [
    ("accept", accept),
    ("accept_language", |bytes| text(bytes, accept_language)),
    ("attendance_code", |bytes| text(bytes, attendance_code)),
    ("authorization", authorization),
    ("calendar_address", |bytes| text(bytes, calendar_address)),
    ("catalogue", |bytes| text(bytes, catalogue)),
    ("certificate_number", |bytes| text(bytes, certificate_number)),
    ("checkpoints", |bytes| text(bytes, checkpoint_lines)),
    ("cookies", cookies),
    ("csv", csv),
    ("cursor", |bytes| text(bytes, cursor)),
    ("date", |bytes| text(bytes, date)),
    ("document", |bytes| text(bytes, document)),
    ("forwarded_for", forwarded_for),
    ("id", |bytes| text(bytes, id)),
    ("kinds", recognised),
    ("live_message", |bytes| text(bytes, message)),
    ("master_key", |bytes| text(bytes, master_key)),
    ("reference", |bytes| text(bytes, reference)),
    ("return_to", |bytes| text(bytes, return_to)),
    ("scanner_answer", |bytes| text(bytes, scanner::answer)),
    ("sealed", sealed),
    ("settings", |bytes| text(bytes, settings)),
    ("webhook_address", |bytes| text(bytes, address)),
    ("windows_1250", windows_1250),
    ("xlsx", xlsx),
];

fn text(bytes: &[u8], feed: impl Fn(&str)) {
    feed(&String::from_utf8_lossy(bytes));
}

fn accept_language(text: &str) {
    assert!(Language::ALL.contains(&Language::accepted(text)));
}

/// A code that nobody signed opens nothing, at whatever moment.
fn attendance_code(text: &str) {
    if let Some(code) = Code::read(text) {
        assert!(!code.holds("a secret that nobody knows", DateTime::UNIX_EPOCH));
    }
}

/// The key of a calendar is written as it was read.
fn calendar_address(text: &str) {
    if let Some(key) = Key::read(text) {
        assert_eq!(key.path(), format!("{PATH}?key={text}"));
    }
}

/// What was read of how people write a certificate's number is read again.
fn certificate_number(text: &str) {
    if let Some(read) = number(text) {
        assert_eq!(number(&read), Some(read));
    }
}

/// Checkpoints are read as they were written.
fn checkpoint_lines(text: &str) {
    if let Ok(read) = checkpoints::from_lines(text) {
        let lines: Vec<String> = read.iter().map(|line| checkpoints::to_line(line).expect("JSON")).collect();
        assert_eq!(checkpoints::from_lines(&lines.join("\n")), Ok(read));
    }
}

/// What is kept of a file is of the same kind.
fn recognised(bytes: &[u8]) {
    if let Ok(kept) = kinds::recognise(bytes) {
        let again = kinds::recognise(&kept.bytes).map(|again| again.kind);
        assert_eq!(again, Ok(kept.kind));
    }
}

/// What is wrong with an indicator set is said in one line.
fn catalogue(text: &str) {
    if let Err(error) = catalogue_file::parse("set.toml", text) {
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

/// What the limits let through can be parsed: it neither exhausts the stack nor takes long.
fn document(text: &str) {
    let settings = Config::of_text("").expect("the defaults").graphql;
    if limits::check_text(text, &settings).is_ok()
        && let Ok(document) = async_graphql::parser::parse_query(text)
    {
        let _ = limits::check_document(&document, &settings);
    }
}

/// A day is written as it was read.
fn date(text: &str) {
    let value = Value::from(text);
    if let Ok(day) = Date::parse(value.clone()) {
        assert_eq!(day.to_value(), value);
    }
}

/// An id is written as it was read, so that nothing has two.
fn id(text: &str) {
    if let Some((object_type, key)) = ids::decode_any(text) {
        assert_eq!(ids::encode(object_type, key), text);
    }
}

/// What was read of how people write a reference is read again.
fn reference(text: &str) {
    if let Some(reference) = ids::normalise_reference(reports::REFERENCE_PREFIX, text) {
        assert_eq!(ids::normalise_reference(reports::REFERENCE_PREFIX, &reference), Some(reference));
    }
}

/// What is wrong with settings is said in one line.
fn settings(text: &str) {
    if let Err(error) = Config::of_text(text) {
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

#[cfg(test)]
mod tests {
    use super::TARGETS;
    use std::path::Path;

    /// `tests/fuzz/run` takes the parsers from the folders: each target has one, and each folder a target.
    #[test]
    fn every_target_has_something_to_begin_with() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fuzz/corpus");
        let folders = std::fs::read_dir(corpus).expect("a folder").map(|folder| folder.expect("a folder").file_name());
        let mut folders: Vec<String> = folders.map(|name| name.into_string().expect("letters")).collect();
        folders.sort();
        assert_eq!(folders, TARGETS.map(|(name, _)| name));
    }

    /// What is kept for a parser.
    fn kept(name: &str) -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fuzz/corpus").join(name);
        let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        files.map(|file| std::fs::read(file.expect("a file").path()).expect("a file")).collect()
    }

    #[test]
    fn what_is_kept_is_read() {
        for (name, feed) in TARGETS {
            let kept = kept(name);
            assert!(!kept.is_empty(), "{name} has nothing to begin with");
            kept.iter().for_each(|bytes| feed(bytes));
        }
    }

    /// A number below `end`, the next of an endless row that is always the same (xorshift).
    fn next(state: &mut u64, end: usize) -> usize {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        usize::try_from(*state % end.max(1) as u64).expect("a small number")
    }

    /// Bytes with a few places changed, cut out, repeated or taken from others.
    fn disturbed(bytes: &[u8], others: &[Vec<u8>], state: &mut u64) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=next(state, 4) {
            let (at, length) = (next(state, bytes.len() + 1), next(state, 9));
            let end = (at + length).min(bytes.len());
            match next(state, 5) {
                0 => bytes[at..end].iter_mut().for_each(|byte| *byte ^= 1 << next(state, 8)),
                1 => bytes.insert(at, next(state, 256) as u8),
                2 => drop(bytes.drain(at..end)),
                3 => bytes.extend_from_within(at..end),
                _ => {
                    let other = &others[next(state, others.len())];
                    bytes.extend_from_slice(&other[next(state, other.len())..]);
                }
            }
        }
        bytes
    }

    /// Less than a fuzzer does, and every time: `ROUNDS=100000` in the environment does more.
    #[test]
    fn what_is_nearly_what_is_kept_is_read() {
        let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(200);
        for (name, feed) in TARGETS {
            let kept = kept(name);
            let mut state = 0x9e37_79b9_7f4a_7c15;
            for round in 0..rounds {
                let bytes = disturbed(&kept[round % kept.len()], &kept, &mut state);
                let read = std::panic::catch_unwind(|| feed(&bytes));
                assert!(read.is_ok(), "{name}, round {round}: {:?}", String::from_utf8_lossy(&bytes));
            }
        }
    }
}
