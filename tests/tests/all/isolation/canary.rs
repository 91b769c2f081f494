//! The walk over the whole contract, as everybody: a mark stands in an answer exactly where the table says that it may.

use super::downloads::{FILE, fetch, fetch_of_others, named};
use super::for_walks_with_receivers;
use super::kept::{every_text_is_planted, nothing_stands_open};
use super::matrix::matrix;
use super::planted::{AUTHORS, Marks, Planted, SOURCES, key, mark, marks, plant, sign_in};
use super::readings::Readings;
use super::walk::{Answer, Known, ask, mutations, queries, subscriptions};
use crate::steps::{done, field, text};
use aho_corasick::AhoCorasick;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tests::{Client, Contract, Database, Hooks, Post, Response, Server};
use tokio::task::JoinSet;

/// All marks, to look for in answers.
pub(super) struct Search<'a> {
    texts: Vec<(&'a Marks, &'a String)>,
    search: AhoCorasick,
}

impl<'a> Search<'a> {
    pub(super) fn of(planted: &'a Planted) -> Search<'a> {
        let texts: Vec<(&Marks, &String)> =
            planted.marks.iter().flat_map(|marks| marks.texts.iter().map(move |text| (marks, text))).collect();
        let search = AhoCorasick::builder().ascii_case_insensitive(true).build(texts.iter().map(|(_, text)| text));
        Search { search: search.expect("a search for all marks"), texts }
    }

    /// The marks in an answer, each with a piece of the answer that shows it.
    pub(super) fn in_answer(&self, answer: &Answer) -> Vec<(&'a Marks, &'a String, String)> {
        let whole = answer.response.whole();
        let mut found = BTreeMap::new();
        for place in self.search.find_overlapping_iter(&whole) {
            found.entry(place.pattern().as_usize()).or_insert((place.start(), place.end()));
        }
        let around = |from: usize, to: usize| {
            String::from_utf8_lossy(&whole.as_bytes()[from.saturating_sub(200)..to]).into_owned()
        };
        let texts = found
            .into_iter()
            .map(|(number, (from, to))| (self.texts[number].0, self.texts[number].1, around(from, to)));
        texts.collect()
    }
}

/// Which classes of whose data stand in these answers, each with a piece of an answer that shows it. What stands in a file
/// counts by itself, as a class of files.
pub(super) fn seen(search: &Search<'_>, answers: &[Answer]) -> BTreeMap<(usize, String), String> {
    let mut seen = BTreeMap::new();
    for answer in answers {
        for (marks, _, around) in search.in_answer(answer) {
            let place = if answer.field.starts_with(FILE) { FILE } else { "" };
            let class = format!("{place}{}", marks.class);
            seen.entry((marks.source, class)).or_insert_with(|| format!("{}: …{around}", answer.field));
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
fn faults(search: &Search<'_>, answers: &[Answer], walker: &str, cells: &[Vec<&str>; 4]) -> Vec<String> {
    let failed = answers.iter().filter(|answer| answer.response.error_codes().contains(&"INTERNAL"));
    let mut faults: Vec<String> =
        failed.map(|answer| format!("{walker}: {}: {}", answer.field, answer.response.whole())).collect();
    let seen = seen(search, answers);
    let more = seen.iter().filter(|((source, class), _)| !cells[*source].contains(&&**class));
    faults.extend(
        more.map(|((source, class), answer)| format!("{walker} sees {class} of {}: {answer}", SOURCES[*source].0)),
    );
    for (source, cell) in cells.iter().enumerate() {
        let missing = cell.iter().filter(|class| !seen.contains_key(&(source, (**class).to_owned())));
        faults.extend(missing.map(|class| format!("{walker} does not see {class} of {}", SOURCES[source].0)));
    }
    faults
}

/// Somebody who asked for everything.
struct Walk {
    walker: &'static str,
    cells: [Vec<&'static str>; 4],
    client: Client,
    answers: Vec<Answer>,
    /// The paths that it was told.
    told: BTreeSet<String>,
}

/// Whose webhooks there are: who registers one, and the walker who sees all that its software may be told of.
const WEBHOOKS: [(&str, &str); 2] = [
    ("coordinator@school-01.example", "coordinator@school-01.example"),
    ("coordinator@social-work-01.example", "reporter@social-work-01.example"),
];

/// Registers them, at addresses with marks.
async fn register_webhooks(server: &Server, hooks: &Hooks) -> [Marks; 2] {
    let sources = [0, 2];
    for (number, (coordinator, _)) in WEBHOOKS.iter().enumerate() {
        let source = sources[number];
        let url = hooks.url(&format!("/{number}/{}", mark(source, "webhook")));
        let input = json!({ "idempotencyKey": key(source, "webhook"), "url": url });
        done(&server.sign_in_as(coordinator).await, "registerWebhook", "webhook { id }", input).await;
    }
    sources.map(|source| marks(source, "webhook"))
}

/// What left the service by itself while everything was planted, by whom it went to.
async fn sent(post: &Post, hooks: &Hooks) -> BTreeMap<String, Vec<Answer>> {
    post.wait_for(10).await;
    hooks.wait_for(WEBHOOKS.len()).await;
    let (mut emails, mut calls) = (post.taken().await, hooks.got().await);
    loop {
        tokio::time::sleep(Duration::from_secs(3)).await;
        let before = (emails.len(), calls.len());
        (emails, calls) = (post.taken().await, hooks.got().await);
        if before == (emails.len(), calls.len()) {
            break;
        }
    }
    let mut sent: BTreeMap<String, Vec<Answer>> = BTreeMap::new();
    for email in emails {
        let response = Response::elsewhere(format!("{}\n{}", email.head, email.body));
        sent.entry(email.to).or_default().push(Answer { field: "(e-mail)".to_owned(), response });
    }
    for mut call in calls {
        let path = text(&call["path"].take());
        let (_, walker) = WEBHOOKS[path[1..2].parse::<usize>().expect("a number")];
        let answer = Answer { field: "(webhook)".to_owned(), response: Response::elsewhere(call.to_string()) };
        sent.entry(walker.to_owned()).or_default().push(answer);
    }
    // It was told of reports before it was barred from them.
    sent.remove("intake2@centre.example");
    let called = |walker: &str| sent[walker].iter().any(|answer| answer.field == "(webhook)");
    assert!(WEBHOOKS.iter().all(|(_, walker)| called(walker)), "software of both was told something");
    sent
}

#[rstest]
#[tokio::test]
async fn a_mark_stands_where_the_table_says_and_nowhere_else(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (options, post, hooks) = for_walks_with_receivers(database).await;
    let mut server = options.clone().env("OSLONAC_LOG__FILTER", "debug,h2=info").start().await;
    let contract = Contract::of(&server.sign_in_as("analyst@centre.example").await).await;
    server.keep_what_is_sent();
    let of_webhooks = register_webhooks(&server, &hooks).await;
    let mut planted = plant(&server, database, &contract).await;
    planted.marks.extend(of_webhooks);
    every_text_is_planted(&contract, &planted, &server.what_was_sent());
    let mut sent = sent(&post, &hooks).await;
    server.stop().await;
    nothing_stands_open(&server, &planted).await;
    // So long a log as of the planting would be none to look through.
    server.restart_with(options).await;
    let search = Search::of(&planted);
    let more_than_names: Vec<_> = sent.values().flat_map(|answers| seen(&search, answers)).collect();
    let more_than_names = more_than_names.iter().filter(|((_, class), _)| !class.ends_with(".known"));
    assert_eq!(more_than_names.collect::<Vec<_>>(), Vec::<&((usize, String), String)>::new(), "what leaves says which");
    let before = revisions(&server, &planted).await;
    let walks = walk(&server, &contract, &planted, &mut sent).await;
    let told: BTreeSet<String> = walks.iter().flat_map(|walk| walk.told.clone()).collect();
    let (mut wrong, mut readings) = (Vec::new(), Readings::of(&planted, &contract));
    for mut walk in walks {
        walk.answers.extend(fetch_of_others(&walk.client, &walk.told, &told, &planted.everything()).await);
        wrong.extend(faults(&search, &walk.answers, walk.walker, &walk.cells));
        readings.take_down(&search, &walk.answers);
    }
    wrong.extend(readings.unnoticed(server.storage(), database == Database::Postgres).await);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(revisions(&server, &planted).await, before, "what was hidden from somebody was changed by it");
}

/// Lets everybody ask for everything, at the same time.
async fn walk(
    server: &Server,
    contract: &Contract,
    planted: &Planted,
    sent: &mut BTreeMap<String, Vec<Answer>>,
) -> Vec<Walk> {
    let everything = planted.everything();
    let requests = [queries(contract, &everything), subscriptions(contract, &everything)].concat();
    let mut walks = JoinSet::new();
    for (walker, cells) in matrix() {
        let client = sign_in(server, walker).await;
        let requests = [requests.clone(), mutations(contract, &hidden(planted, &cells))].concat();
        let (sent, everything) = (sent.remove(walker).unwrap_or_default(), everything.clone());
        walks.spawn(async move {
            let mut answers = ask(&client, &requests).await;
            let told = named(&answers);
            answers.extend(fetch(&client, &told, &everything).await);
            answers.extend(sent);
            Walk { walker, cells, client, answers, told }
        });
    }
    walks.join_all().await
}
