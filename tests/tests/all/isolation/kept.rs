//! What is planted, and what of it stands where a thief or an operator reads: every text that a mutation takes is planted or has a
//! reason why not; the copy of the database, the files beside it and the log show none that is to be sealed.

use super::planted::{Marks, Planted};
use aho_corasick::AhoCorasick;
use serde_json::Value;
use std::collections::BTreeSet;
use tests::{Contract, Sent, Server};

/// Places for texts, by how their paths end, in which no mark can stand, each with the reason.
const WITHOUT_MARK: [(&str, &str); 17] = [
    ("idempotencyKey", "one's own words for an action, of which most that are planted carry a mark"),
    ("persons.citizenship", CODE),
    ("persons.language", CODE),
    ("indicators.set", CODE),
    ("indicators.version", CODE),
    ("indicators.code", CODE),
    ("content.municipality", CODE),
    ("session.municipality", CODE),
    ("registerOrganisation.municipality", CODE),
    ("districts", CODE),
    ("session.language", CODE),
    ("session.indicatorSets", CODE),
    ("question.indicatorSet", CODE),
    ("material.language", CODE),
    ("givePrintedMaterial.language", CODE),
    ("evaluateSession.marks.code", CODE),
    ("attend.code", "digits that the service itself shows for a minute"),
];

const CODE: &str = "a code of a published list, or it is refused";

/// A place as the list above names it.
fn named(mutation: &str, place: &[String]) -> String {
    let names = place.iter().filter(|name| *name != "input" && name.parse::<usize>().is_err());
    names.fold(mutation.to_owned(), |path, name| format!("{path}.{name}"))
}

/// The texts at a place; of lists, those of all elements.
fn texts_at<'a>(value: &'a Value, place: &[String]) -> Vec<&'a str> {
    match (place.split_first(), value) {
        (None, Value::String(text)) => vec![text],
        (Some((_, rest)), Value::Array(elements)) => {
            elements.iter().flat_map(|element| texts_at(element, rest)).collect()
        }
        (Some((name, rest)), Value::Object(members)) => {
            members.get(name).map(|at| texts_at(at, rest)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// Fails for every text that a mutation takes and that was planted nowhere, unless the list above says why.
pub(super) fn every_text_is_planted(contract: &Contract, planted: &Planted, sent: &[Sent]) {
    let marks: Vec<&String> = planted.marks.iter().flat_map(|marks| &marks.texts).collect();
    let search = search(&marks);
    let (mut forgotten, mut excused) = (Vec::new(), BTreeSet::new());
    for mutation in contract.fields("Mutation") {
        let call = format!(" {}(", mutation.name);
        let calls: Vec<&Value> =
            sent.iter().filter(|sent| sent.document.contains(&call)).map(|sent| &sent.variables).collect();
        for place in contract.places(mutation, "String") {
            let mut texts = calls.iter().flat_map(|variables| texts_at(variables, &place));
            if texts.any(|text| search.is_match(text)) {
                continue;
            }
            let path = named(&mutation.name, &place);
            match WITHOUT_MARK.iter().find(|(end, _)| path.ends_with(&format!(".{end}")) || path == *end) {
                Some((end, _)) => {
                    excused.insert(*end);
                }
                None => forgotten.push(path),
            }
        }
    }
    assert!(
        forgotten.is_empty(),
        "plant a mark there, or say in WITHOUT_MARK why none can stand there: {forgotten:#?}"
    );
    let stale: Vec<_> = WITHOUT_MARK.iter().filter(|(end, _)| !excused.contains(end)).collect();
    assert!(stale.is_empty(), "there are no such places without a mark: {stale:?}");
}

fn search<T: AsRef<[u8]>>(texts: &[T]) -> AhoCorasick {
    AhoCorasick::builder().ascii_case_insensitive(true).build(texts).expect("a search for all marks")
}

/// The first of these marks in some bytes, with what stands before it.
fn first_shown(of: &[(&Marks, &String)], bytes: &[u8]) -> Option<String> {
    let texts: Vec<&String> = of.iter().map(|(_, text)| *text).collect();
    let found = search(&texts).find(bytes)?;
    let around = String::from_utf8_lossy(&bytes[found.start().saturating_sub(200)..found.end()]).into_owned();
    Some(format!("{}: …{around}", of[found.pattern().as_usize()].0.class))
}

/// Looks at what a server that was stopped has left: its database, its files, its log.
pub(super) async fn nothing_stands_open(server: &Server, planted: &Planted) {
    let typed = || planted.marks.iter().flat_map(|marks| marks.typed().map(move |text| (marks, text)));
    let sealed: Vec<_> = typed().filter(|(marks, _)| marks.is_sealed()).collect();
    let copy = server.storage().stolen().await;
    let reference = &planted.of(0, "open").references[0];
    assert!(copy.windows(reference.len()).any(|window| window == reference.as_bytes()), "a copy of the database");
    if let Some(shown) = first_shown(&sealed, &copy) {
        panic!("a stolen copy of the database shows {shown}");
    }
    let files = server.storage().stolen_files();
    assert!(files.len() >= planted.known.len(), "a file of each report: {}", files.len());
    let all: Vec<_> = typed().collect();
    for file in files {
        if let Some(shown) = first_shown(&all, &file) {
            panic!("a file of the stolen folder shows {shown}");
        }
    }
    let log = server.log();
    assert!(log.contains("DEBUG") && log.contains("answered"), "a log of everything");
    if let Some(shown) = first_shown(&all, log.as_bytes()) {
        panic!("the log shows {shown}");
    }
}
