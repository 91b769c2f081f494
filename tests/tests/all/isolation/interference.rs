//! Non-interference: whatever another tenant does, and whatever the Centre does with what is not this tenant's, every answer to
//! this one stays the same to the byte. Two servers run on copies of the same data; on one of them all that happens.

use super::beside::BESIDE;
use super::downloads::{beginning, fetch, named};
use super::others::{Operation, Others, operations};
use super::planted::sign_in;
use super::pool::{Pool, type_of};
use super::prepared::{FILE, LATER, NOW, Prepared, options, prepare, rest};
use super::walk::{Answer, Known, Request, ask, mutations, queries, subscriptions};
use crate::steps::{content, text};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rstest::rstest;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;
use tests::{Contract, Database, Server};

/// Who must notice nothing: a coordinator, first because it reads in the audit trail what the others read, a reporter, its software
/// and a partner's trainer. The first two see the most, and are asked where all of them would take too long.
pub(super) const OBSERVERS: [&str; 4] = [
    "coordinator@school-01.example",
    "reporter@school-01.example",
    "school-information-system",
    "trainer@school-01.example",
];

/// What others see by the rules of the domain, and where: after one of these, what is shown there is not compared, but whether
/// anything is.
const MEANT_TO_BE_SEEN: [(&str, &str); 5] = [
    // The catalogue of programmes is everybody's.
    ("registerProgramme", "programmes"),
    ("withdrawProgramme", "programmes"),
    // Trainers see the directory of organisations.
    ("registerOrganisation", "organisations"),
    ("suspendOrganisation", "organisations"),
    ("reinstateOrganisation", "organisations"),
];

/// What the observers ask by: their reports, and what only the others have.
struct Asked {
    known: Known,
    foreign: Known,
    paths: BTreeSet<String>,
    /// The fields that show what is meant to be seen.
    seen: Vec<&'static str>,
}

impl Asked {
    fn new(own: &Pool, others: &Others<'_>) -> Asked {
        let foreign = Known { ids: others.pool.newest(), references: Vec::new() };
        let newest = others.pool.references.iter().rev().take(2).map(text);
        let known = Known {
            ids: own.of_type("report").chain(foreign.ids.clone()).collect(),
            references: own.references.iter().map(text).chain(newest).collect(),
        };
        let seen = MEANT_TO_BE_SEEN.iter().filter(|(mutation, _)| others.done.contains_key(*mutation));
        Asked { known, foreign, paths: others.paths.clone(), seen: seen.map(|(_, field)| *field).collect() }
    }

    /// The audit trail first, since reading it and identities leaves lines with the time on them; then everything else, by the
    /// observers' own ids and by those of the others, with what subscriptions tell first; last, mutations that name what is not theirs.
    fn questions(&self, contract: &Contract) -> Vec<Request> {
        let (trail, rest): (Vec<_>, Vec<_>) =
            queries(contract, &self.known).into_iter().partition(|request| request.field == "auditEvents");
        let trail = trail.into_iter().filter(|request| request.every_page).take(1);
        let questions = trail.chain(rest).chain(subscriptions(contract, &self.known));
        questions.chain(mutations(contract, &self.foreign)).collect()
    }

    /// What these observers are answered, and what they fetch: whatever they are told of, some sessions, and the files of others.
    async fn answers(&self, observers: &[&str], server: &Server, contract: &Contract) -> Vec<Answer> {
        let questions = self.questions(contract);
        let mut answers = Vec::new();
        for name in observers {
            let client = sign_in(server, name).await;
            let answered = ask(&client, &questions).await;
            let sessions = beginning("training_session_", &answered).into_iter().take(3).map(Value::String).collect();
            let files = Known { ids: sessions, references: Vec::new() };
            let told = named(&answered).union(&self.paths).cloned().collect();
            let fetched = fetch(&client, &told, &files).await;
            answers.extend([answered, fetched].concat());
        }
        answers.retain(|answer| !self.seen.contains(&&*answer.field) || answer.response.body()["data"].is_null());
        answers
    }
}

/// An answer without what differs from one moment and one address to the next: until when a link counts, when a calendar was
/// written, and where the server is that a certificate names.
fn steady(answer: &Answer) -> String {
    let in_link = |letter: char| letter.is_ascii_alphanumeric() || "-_=&".contains(letter);
    let text = without(&answer.response.lasting(), "?until=", in_link);
    let text = without(&text, "http://127.0.0.1:", |letter| letter.is_ascii_digit());
    let text = match text.contains("application/pdf") {
        true => without(&text, "\"content-length\": \"", |letter| letter.is_ascii_digit()),
        false => text,
    };
    text.lines().filter(|line| !line.starts_with("DTSTAMP")).collect::<Vec<_>>().join("\n")
}

/// A text without the letters of a kind that follow each place of `before`.
fn without(text: &str, before: &str, letters: impl Fn(char) -> bool) -> String {
    let mut pieces = text.split(before);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + before + piece.trim_start_matches(&letters))
}

/// Where two texts begin to differ.
fn difference(before: &str, after: &str) -> String {
    let same = before.chars().zip(after.chars()).take_while(|(before, after)| before == after).count();
    let around = |text: &str| text.chars().skip(same.saturating_sub(300)).take(600).collect::<String>();
    format!("\n  quiet: {}\n  busy:  {}", around(before), around(after))
}

/// What an answer says of what was written since on both servers, each at its own moment and under ids and references of its own.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(match text {
            _ if type_of(text).is_some() => type_of(text).unwrap_or_default(),
            _ if text.starts_with("PI-") => "a reference",
            _ if text.starts_with('/') => text.split(['?', '_']).next().unwrap_or_default(),
            // A request's.
            _ if text.len() == 36 && text.split('-').count() == 5 => "a number",
            _ if text.starts_with("20") && text.contains('T') && text.contains('.') => "an instant",
            _ => text,
        }),
        Value::Array(values) => values.iter().map(shape).collect(),
        Value::Object(fields) => {
            let told = fields.iter().filter(|(name, _)| !name.to_lowercase().contains("cursor"));
            Value::Object(told.map(|(name, value)| (name.clone(), shape(value))).collect())
        }
        other => other.clone(),
    }
}

/// What a reporter is answered when it reports something, says more of it, and takes it up again.
async fn own_work(server: &Server, contract: &Contract) -> Vec<Value> {
    let observer = sign_in(server, OBSERVERS[1]).await;
    let mut said = Vec::new();
    for (mutation, input) in [
        ("createDraft", json!({ "content": content("written since") })),
        ("submitReport", json!({ "report": { "content": content(super::prepared::OBSERVED) } })),
    ] {
        let mut input = input;
        input["idempotencyKey"] = json!(format!("since-{mutation}"));
        let document = contract.document("Mutation", &contract.mutation(mutation), 3, 10);
        let response = observer.query(&document, json!({ "input": input })).await;
        response.expect_no_errors().payload(mutation);
        said.push(shape(response.body()));
    }
    said
}

/// Both servers, and what is asked of them.
struct Both<'a> {
    prepared: &'a Prepared,
    quiet: Server,
    busy: Server,
}

impl Both<'_> {
    async fn start(prepared: &Prepared, database: Database) -> Both<'_> {
        let copies = [prepared.server.storage().copy().await, prepared.server.storage().copy().await];
        let [quiet, busy] = copies.map(|copy| options(database, NOW).start_on(copy));
        let (quiet, busy) = tokio::join!(quiet, busy);
        Both { prepared, quiet, busy }
    }

    /// What both answer.
    async fn answers(&self, observers: &[&str], asked: &Asked) -> (Vec<Answer>, Vec<Answer>) {
        let contract = &self.prepared.contract;
        tokio::join!(asked.answers(observers, &self.quiet, contract), asked.answers(observers, &self.busy, contract))
    }

    /// Every answer is the same on both.
    async fn expect_the_same(&self, observers: &[&str], asked: &Asked, told: &str) {
        let contract = &self.prepared.contract;
        let (before, after) = self.answers(observers, asked).await;
        for (before, after) in before.iter().zip(&after) {
            let (question, before, after) = (&before.field, steady(before), steady(after));
            assert!(before == after, "{question} after {told}: {}", difference(&before, &after));
        }
        assert_eq!(before.len(), after.len(), "as many answers after {told}");
        assert!(before.iter().any(|answer| answer.response.whole().ends_with(FILE)), "a file is fetched");
        let (before, after) = tokio::join!(own_work(&self.quiet, contract), own_work(&self.busy, contract));
        assert_eq!(before, after, "the observer's own work after {told}");
    }

    /// The same weeks later, when the service has done by itself whatever came to be due. What it writes for the observers stands
    /// under other ids, and at another moment.
    async fn expect_the_same_later(&mut self, asked: &Asked) {
        tokio::join!(self.quiet.restart_at(LATER), self.busy.restart_at(LATER));
        tokio::join!(rest(&self.quiet, LATER), rest(&self.busy, LATER));
        let (before, after) = self.answers(&OBSERVERS[..2], asked).await;
        for (before, after) in before.iter().zip(&after) {
            let [is, was] = [after, before].map(|answer| shape(answer.response.body()).to_string());
            assert!(is == was, "{} weeks later: {}", before.field, difference(&was, &is));
        }
        assert_eq!(before.len(), after.len(), "as many answers weeks later");
    }
}

/// Lets these operations happen on one of two equal servers; answers what was done.
async fn nothing_is_noticed(prepared: &Prepared, database: Database, operations: &[Operation]) -> BTreeSet<String> {
    let both = Both::start(prepared, database).await;
    let (pool, foreign) = (prepared.pool.clone(), prepared.foreign.clone());
    let mut others = Others::on(&both.busy, &prepared.contract, pool, foreign).await;
    for operation in operations {
        others.act(*operation).await;
    }
    let told = format!("{operations:?}, of which this was done: {:?}", others.done);
    both.expect_the_same(&OBSERVERS[..2], &Asked::new(&prepared.foreign, &others), &told).await;
    others.done.into_keys().collect()
}

/// Lets everything happen that can be done, and weeks go by; answers what was not done, with what was said instead.
async fn nothing_is_noticed_of_everything(prepared: &Prepared, database: Database) -> Vec<(String, String)> {
    let mut both = Both::start(prepared, database).await;
    let (pool, foreign) = (prepared.pool.clone(), prepared.foreign.clone());
    let mut others = Others::on(&both.busy, &prepared.contract, pool, foreign).await;
    others.do_everything().await;
    let asked = Asked::new(&prepared.foreign, &others);
    let mutations = prepared.contract.fields("Mutation").iter().map(|field| field.name.as_str());
    let missing = mutations.chain(BESIDE).filter(|name| !others.done.contains_key(*name));
    let missing =
        missing.map(|name| (name.to_owned(), others.refused.get(name).cloned().unwrap_or_default())).collect();
    both.expect_the_same(&OBSERVERS, &asked, "everything").await;
    both.expect_the_same_later(&asked).await;
    missing
}

#[rstest]
fn what_others_do_changes_no_answer(#[values((Database::Sqlite, 2), (Database::Postgres, 1))] on: (Database, u32)) {
    let (database, cases) = on;
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let prepared = runtime.block_on(prepare(database, &OBSERVERS));
    let missing = runtime.block_on(nothing_is_noticed_of_everything(&prepared, database));
    assert!(
        missing.is_empty(),
        "nobody did this; say in words.rs what it asks for, or prepare in prepared.rs what must be there before: {missing:#?}"
    );
    let config = Config { cases, max_shrink_iters: 4, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let done = RefCell::new(BTreeSet::new());
    let held = runner.run(&operations(), |operations| {
        done.borrow_mut().extend(runtime.block_on(nothing_is_noticed(&prepared, database, &operations)));
        Ok(())
    });
    held.unwrap_or_else(|error| panic!("{error}"));
    let least = usize::try_from(8 * cases).expect("a small number");
    assert!(done.borrow().len() > least, "only this was done: {:?}", done.borrow());
}
