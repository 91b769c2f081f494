//! One entry for each parser of our own, with what must be true of whatever it is given. `tests/fuzz` gives it what a fuzzer
//! thinks up; the test below gives it what is kept beside that, among it whatever was ever found.

use crate::access::parsers::{cursor, master_key, sealed};
use crate::config::Config;
use crate::date::Date;
use crate::http::parsers::{accept, authorization, cookies, forwarded_for, return_to};
use crate::indicators::catalogue_file;
use crate::language::Language;
use crate::limits;
use crate::{ids, reports};
use async_graphql::{ScalarType, Value};

/// What a parser is called, and how it is fed.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 15] = [
    ("accept", accept),
    ("accept_language", |bytes| text(bytes, accept_language)),
    ("authorization", authorization),
    ("catalogue", |bytes| text(bytes, catalogue)),
    ("cookies", cookies),
    ("cursor", |bytes| text(bytes, cursor)),
    ("date", |bytes| text(bytes, date)),
    ("document", |bytes| text(bytes, document)),
    ("forwarded_for", forwarded_for),
    ("id", |bytes| text(bytes, id)),
    ("master_key", |bytes| text(bytes, master_key)),
    ("reference", |bytes| text(bytes, reference)),
    ("return_to", |bytes| text(bytes, return_to)),
    ("sealed", sealed),
    ("settings", |bytes| text(bytes, settings)),
];

fn text(bytes: &[u8], feed: impl Fn(&str)) {
    feed(&String::from_utf8_lossy(bytes));
}

fn accept_language(text: &str) {
    assert!(Language::ALL.contains(&Language::accepted(text)));
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

    #[test]
    fn what_is_kept_is_read() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fuzz/corpus");
        for (name, feed) in TARGETS {
            let folder = corpus.join(name);
            let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
            let files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
            assert!(!files.is_empty(), "{name} has nothing to begin with");
            files.iter().for_each(|file| feed(&std::fs::read(file).expect("a file")));
        }
    }
}
