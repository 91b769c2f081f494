//! What is fetched rather than asked for, by whoever walks: every path that it is told, every route by every id that it takes,
//! and what others were told.

use super::walk::{Answer, Known};
use crate::steps::text;
use reqwest::Method;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tests::{Client, Response};

/// Routes that no answer names, and ids of which type stand in them. CONTRIBUTING.md asks for a new one to be written here.
pub(super) const ROUTES: [(&str, &str); 8] = [
    ("/sessions/{id}/participants.csv", "training_session"),
    ("/sessions/{id}/participants.xlsx", "training_session"),
    ("/sessions/{id}/certificates.pdf", "training_session"),
    ("/sessions/{id}/calendar.ics", "training_session"),
    ("/days/{id}/code.svg", "training_day"),
    ("/coverage.csv", ""),
    ("/coverage.xlsx", ""),
    ("/verify/{id}", NUMBERS),
];

/// Instead of a type: numbers of certificates. The page shows any number that it is asked for.
const NUMBERS: &str = "UV-";

/// So many of one kind are fetched of what the demonstration holds, beside all that was planted.
const MOST: usize = 10;

/// Before the class of what stands in a file rather than in an answer.
pub(super) const FILE: &str = "file:";

/// The paths that answers name.
pub(super) fn named(answers: &[Answer]) -> BTreeSet<String> {
    beginning("/", answers)
}

/// The texts in answers that begin so: paths, or ids of a type.
pub(super) fn beginning(with: &str, answers: &[Answer]) -> BTreeSet<String> {
    fn collect(with: &str, value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::String(text) if text.starts_with(with) => {
                found.insert(text.clone());
            }
            Value::Array(values) => values.iter().for_each(|value| collect(with, value, found)),
            Value::Object(fields) => fields.values().for_each(|value| collect(with, value, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    answers.iter().for_each(|answer| collect(with, answer.response.body(), &mut found));
    found
}

/// Fetches what it was told, and by every route.
pub(super) async fn fetch(client: &Client, told: &BTreeSet<String>, known: &Known) -> Vec<Answer> {
    let mut paths = once_each(told, known);
    for (route, prefix) in ROUTES {
        let fitting =
            known.ids.iter().map(text).filter(|id| !prefix.is_empty() && id.starts_with(&format!("{prefix}_")));
        paths.extend(fitting.map(|id| route.replace("{id}", &id)));
        let numbers = known.references.iter().filter(|number| prefix == NUMBERS && number.starts_with(NUMBERS));
        paths.extend(numbers.map(|number| route.replace("{id}", number)));
        paths.extend(Some(route.to_owned()).filter(|_| prefix.is_empty()));
    }
    let own = client.query("mutation { renewCalendarFeed { path } }", ()).await;
    paths.extend(own.body()["data"]["renewCalendarFeed"]["path"].as_str().map(str::to_owned));
    every(client, paths).await
}

/// Fetches what others were told of what was planted, by a link to each file that it was not given itself.
pub(super) async fn fetch_of_others(
    client: &Client,
    own: &BTreeSet<String>,
    told: &BTreeSet<String>,
    known: &Known,
) -> Vec<Answer> {
    let of_others = told.difference(own).filter(|path| known.is_in(path)).cloned().collect();
    every(client, once_each(&of_others, known)).await
}

/// Each file once, whatever links there are to it: all that was planted, and some of the others.
fn once_each(told: &BTreeSet<String>, known: &Known) -> Vec<String> {
    let of_file: BTreeMap<&str, &String> =
        told.iter().map(|path| (path.split('?').next().unwrap_or(path), path)).collect();
    let mut of_kind: BTreeMap<&str, usize> = BTreeMap::new();
    let some = of_file.into_iter().filter(|(file, _)| {
        let kind = of_kind.entry(file.split('/').nth(1).unwrap_or_default()).or_default();
        *kind += 1;
        *kind <= MOST || known.is_in(file)
    });
    some.map(|(_, path)| path.clone()).collect()
}

async fn every(client: &Client, paths: Vec<String>) -> Vec<Answer> {
    let mut answers = Vec::new();
    for path in paths {
        let response = Response::of_file(client.request(Method::GET, &path)).await;
        answers.push(Answer { field: format!("{FILE}{path}"), response });
    }
    answers
}
