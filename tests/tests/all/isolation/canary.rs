//! The walk over the whole contract, as everybody: a mark stands in an answer exactly where the table says that it may.

use super::matrix::matrix;
use super::planted::{AUTHORS, Marks, Planted, SOURCES, plant, sign_in};
use super::server_for_walks;
use super::walk::{Answer, Known, ask, mutations, queries, subscriptions};
use crate::steps::field;
use aho_corasick::AhoCorasick;
use rstest::rstest;
use serde_json::Value;
use std::collections::BTreeMap;
use tests::{Contract, Database, Server};
use tokio::task::JoinSet;

/// Which classes of whose data stand in these answers, each with a piece of an answer that shows it.
pub(super) fn seen<'a>(planted: &'a Planted, answers: &[Answer]) -> BTreeMap<(usize, &'a str), String> {
    let texts: Vec<(&Marks, &String)> =
        planted.marks.iter().flat_map(|marks| marks.texts.iter().map(move |text| (marks, text))).collect();
    let search = AhoCorasick::builder().ascii_case_insensitive(true).build(texts.iter().map(|(_, text)| text));
    let search = search.expect("a search for all marks");
    let mut seen = BTreeMap::new();
    for answer in answers {
        let whole = answer.response.whole();
        for found in search.find_overlapping_iter(&whole) {
            let (marks, _) = texts[found.pattern().as_usize()];
            let around = || String::from_utf8_lossy(&whole.as_bytes()[found.start().saturating_sub(200)..found.end()]);
            seen.entry((marks.source, &*marks.class)).or_insert_with(|| format!("{}: …{}", answer.field, around()));
        }
    }
    seen
}

/// What the table leaves a walker no sight of, a draft, an open and an accepted report where there is one: they are named to
/// every mutation, and must stay as they are.
fn hidden(planted: &Planted, cells: &[Vec<&str>; 4]) -> Known {
    let mut hidden = BTreeMap::new();
    for (source, kind, known) in &planted.known {
        if !cells[*source].iter().any(|class| class.starts_with(kind)) {
            hidden.entry(kind).or_insert_with(|| known.ids.clone());
        }
    }
    Known { ids: hidden.into_values().flatten().collect(), references: Vec::new() }
}

/// The revision of every report that was planted, as its author reads it.
async fn revisions(server: &Server, planted: &Planted) -> Vec<Value> {
    let mut revisions = Vec::new();
    for (source, _, known) in &planted.known {
        let author = sign_in(server, AUTHORS[*source]).await;
        revisions.push(field(&author, &known.ids[0], "revision").await);
    }
    assert!(revisions.iter().all(Value::is_number), "{revisions:?}");
    revisions
}

/// What is not as the table says.
fn faults(planted: &Planted, answers: &[Answer], walker: &str, cells: &[Vec<&str>; 4]) -> Vec<String> {
    let failed = answers.iter().filter(|answer| answer.response.error_codes().contains(&"INTERNAL"));
    let mut faults: Vec<String> =
        failed.map(|answer| format!("{walker}: {}: {}", answer.field, answer.response.whole())).collect();
    let seen = seen(planted, answers);
    let more = seen.iter().filter(|((source, class), _)| !cells[*source].contains(class));
    faults.extend(
        more.map(|((source, class), answer)| format!("{walker} sees {class} of {}: {answer}", SOURCES[*source].0)),
    );
    for (source, cell) in cells.iter().enumerate() {
        let missing = cell.iter().filter(|class| !seen.contains_key(&(source, **class)));
        faults.extend(missing.map(|class| format!("{walker} does not see {class} of {}", SOURCES[source].0)));
    }
    faults
}

#[rstest]
#[tokio::test]
async fn a_mark_stands_where_the_table_says_and_nowhere_else(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server_for_walks(database).await;
    let contract = Contract::of(&server.sign_in_as("analyst@centre.example").await).await;
    let planted = plant(&server, &contract).await;
    let before = revisions(&server, &planted).await;
    let everything = planted.everything();
    let requests = [queries(&contract, &everything), subscriptions(&contract, &everything)].concat();
    let mut walks = JoinSet::new();
    for (walker, cells) in matrix() {
        let client = sign_in(&server, walker).await;
        let requests = [requests.clone(), mutations(&contract, &hidden(&planted, &cells))].concat();
        walks.spawn(async move { (walker, cells, ask(&client, &requests).await) });
    }
    let mut wrong = Vec::new();
    while let Some(walk) = walks.join_next().await {
        let (walker, cells, answers) = walk.expect("a walk to its end");
        wrong.extend(faults(&planted, &answers, walker, &cells));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(revisions(&server, &planted).await, before, "what was hidden from somebody was changed by it");
}
