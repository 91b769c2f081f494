//! Non-interference: whatever another tenant does, and whatever the Centre does with that tenant's reports, every answer to
//! this one stays the same to the byte. Two servers run on copies of the same data; on one of them all that happens.

use super::downloads::{beginning, fetch, named};
use super::walk::{Answer, Known, Request, ask, mutations, queries, subscriptions};
use super::{for_walks, server_for_walks};
use crate::attachments::{announce, put};
use crate::steps::{content, done, list, own_membership, submit, text};
use proptest::collection::vec;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Client, Contract, Database, Field, Server, Storage};

/// Of which tenant nothing may be noticed by which.
const ACTORS: [&str; 5] = [
    "reporter@social-work-01.example",
    "coordinator@social-work-01.example",
    "supervisor@centre.example",
    "intake@centre.example",
    "trainer@centre.example",
];
pub(super) const OBSERVERS: [&str; 2] = ["coordinator@school-01.example", "reporter@school-01.example"];

/// One operation: whose, which mutation of the contract, on which report, with which key. Each is taken modulo what there is.
pub(super) type Operation = (usize, usize, usize, usize);

/// The other tenant and the Centre at work on a server.
pub(super) struct Others {
    clients: Vec<Client>,
    memberships: Vec<Value>,
    organisation: Value,
    /// The tenant's reports and drafts, with their references.
    reports: Vec<(Value, Value)>,
    /// Reports that are not the tenant's, which it names all the same.
    foreign: Vec<Value>,
    /// A session for the tenant, and the last registration for it.
    session: Value,
    registration: Value,
    /// Where its files are sent to.
    paths: BTreeSet<String>,
    /// How many operations were done.
    pub(super) done: usize,
}

/// The reports that a client lists: id and reference.
pub(super) async fn reports(client: &Client) -> Vec<(Value, Value)> {
    let response = client.query("{ reports(first: 100) { nodes { id reference } } }", ()).await;
    let nodes = list(&response.expect_no_errors().data()["reports"]["nodes"]).to_vec();
    nodes.into_iter().map(|node| (node["id"].clone(), node["reference"].clone())).collect()
}

/// A session for this organisation, far ahead, in a year of its own.
fn session(organisation: &Value, key: usize) -> Value {
    let year = 2050 + key;
    json!({
        "kind": "WORKSHOP", "title": "Радионица", "hours": 2, "mode": "ONLINE", "capacity": 3,
        "registrationOpensAt": "2001-01-01T00:00:00Z", "registrationClosesAt": format!("{year}-01-01T00:00:00Z"),
        "days": [{ "startsAt": format!("{year}-05-05T07:00:00Z"), "endsAt": format!("{year}-05-05T09:00:00Z") }],
        "audience": { "organisationIds": [organisation] },
    })
}

impl Others {
    pub(super) async fn on(server: &Server, foreign: Vec<Value>) -> Others {
        let (mut clients, mut memberships) = (Vec::new(), Vec::new());
        for email in ACTORS {
            let client = server.sign_in_as(email).await;
            memberships.push(own_membership(&client).await);
            clients.push(client);
        }
        let own = clients[1].query("{ viewer { membership { organisation { id } } } }", ()).await;
        let organisation = own.expect_no_errors().data()["viewer"]["membership"]["organisation"]["id"].clone();
        let reports = reports(&clients[1]).await;
        let input = json!({ "idempotencyKey": "another-session", "session": session(&organisation, 0) });
        let session = done(&clients[4], "planSession", "session { id }", input).await["session"]["id"].clone();
        let (registration, paths) = (Value::Null, BTreeSet::new());
        Others { clients, memberships, organisation, reports, foreign, session, registration, paths, done: 0 }
    }

    /// The revision of what a mutation changes: of the session or the registration, or of the report.
    async fn revision(&self, mutation: &str, of_report: &Value) -> Value {
        let id = if mutation.contains("Session") || mutation == "nameTrainers" {
            &self.session
        } else if mutation.contains("Registration") || ["acceptOffer", "transferPlace"].contains(&mutation) {
            &self.registration
        } else {
            return if of_report.is_null() { json!(1) } else { of_report.clone() };
        };
        let document = "query R($id: ID!) { node(id: $id) { ... on TrainingSession { revision } ... on Registration { revision } } }";
        let response = self.clients[4].query(document, json!({ "id": id })).await;
        Some(response.body()["data"]["node"]["revision"].clone()).filter(Value::is_number).unwrap_or(json!(1))
    }

    /// Carries out one operation, or is refused: by the one who is named or, where it does not reach the mutation at all, by the
    /// next who does.
    pub(super) async fn act(&mut self, contract: &Contract, (who, what, which, key): Operation) {
        for turn in 0..ACTORS.len() {
            if self.reaches(contract, (who + turn, what, which, key)).await {
                return;
            }
        }
    }

    /// Lets one of them try it. Says whether the mutation is there for it.
    async fn reaches(&mut self, contract: &Contract, (who, what, which, key): Operation) -> bool {
        let client = self.clients[who % ACTORS.len()].clone();
        // The catalogue of programmes is everybody's, and whoever was not reached is invited, the observer too.
        let of_the_tenant = |field: &&Field| !field.name.ends_with("Programme") && field.name != "inviteUnreached";
        let mutations: Vec<&Field> = contract.fields("Mutation").iter().filter(of_the_tenant).collect();
        let field = mutations[what % mutations.len()];
        let (mut target, reference) = self.reports[which % self.reports.len()].clone();
        // The Centre works on the tenant's reports only; the tenant itself names others as well.
        if who % ACTORS.len() < 2 && which % 5 == 4 {
            target = self.foreign[which % self.foreign.len()].clone();
        }
        let document =
            "query T($id: ID!) { report(id: $id) { revision persons { id } messages(first: 1) { nodes { id } }
            cases { id } bars { id } } }";
        let seen = client.query(document, json!({ "id": target })).await.body()["data"]["report"].clone();
        let revision = self.revision(&field.name, &seen["revision"]).await;
        let into = self.reports[(which + 1) % self.reports.len()].0.clone();
        let plausible = |name: &str| match name {
            "reportId" => Some(target.clone()),
            "intoReportId" => Some(into.clone()),
            "revision" => Some(revision.clone()),
            "personId" => Some(seen["persons"][0]["id"].clone()).filter(Value::is_string),
            "messageId" => Some(seen["messages"]["nodes"][0]["id"].clone()).filter(Value::is_string),
            "caseId" => Some(seen["cases"][0]["id"].clone()).filter(Value::is_string),
            "barId" => Some(seen["bars"][0]["id"].clone()).filter(Value::is_string),
            "sessionId" => Some(self.session.clone()),
            "registrationId" => Some(self.registration.clone()).filter(Value::is_string),
            "session" => Some(session(&self.organisation, key)),
            "participant" if key % 2 == 0 => Some(json!({ "name": format!("Учесник {which}") })),
            "participant" => Some(Value::Null),
            "organisationIds" => Some(json!([self.organisation])),
            "membershipId" => Some(self.memberships[key % self.memberships.len()].clone()),
            "organisationId" => Some(self.organisation.clone()),
            "reportReference" => Some(reference.clone()).filter(Value::is_string),
            "idempotencyKey" => Some(json!(format!("operation-{key}"))),
            "email" => Some(json!(format!("somebody-{key}@example.rs"))),
            "roles" => Some(json!(["REPORTER"])),
            "report" if key % 2 == 0 => Some(json!({ "draft": { "reportId": target, "revision": seen["revision"] } }))
                .filter(|_| seen["revision"].is_number()),
            "report" => Some(json!({ "content": content("seen elsewhere") })),
            "content" => Some(content("seen and changed")),
            _ => None,
        };
        let arguments = contract.arguments(field, &[], &Value::Null, &plausible);
        let response = client.query(&contract.document("Mutation", field, 1, 1), arguments).await;
        assert!(!response.whole().contains("INTERNAL"), "{}: {}", field.name, response.body());
        let payload = &response.body()["data"][&field.name];
        self.done += usize::from(payload["userErrors"] == json!([]));
        if payload["registration"]["id"].is_string() {
            self.registration = payload["registration"]["id"].clone();
        }
        self.paths.extend(payload["attachment"]["uploadPath"].as_str().map(str::to_owned));
        let report = &payload["report"];
        if report["id"].is_string() && self.reports.iter().all(|(id, _)| *id != report["id"]) {
            self.reports.push((report["id"].clone(), report["reference"].clone()));
        }
        response.body()["data"].is_object()
    }
}

/// What an observer asks: the audit trail first, since reading it and identities leaves lines with the time on them; then
/// everything else, by its own ids and by those of the others, with what subscriptions tell first; last, mutations that name what
/// is not its own.
fn questions(contract: &Contract, known: &Known, foreign: &Known) -> Vec<Request> {
    let (trail, rest): (Vec<_>, Vec<_>) =
        queries(contract, known).into_iter().partition(|request| request.field == "auditEvents");
    // Once: what is asked a second time shows the line of the first.
    let trail = trail.into_iter().filter(|request| request.every_page).take(1);
    trail.chain(rest).chain(subscriptions(contract, known)).chain(mutations(contract, foreign)).collect()
}

/// What both observers are answered, and what they fetch: whatever they are told of, some sessions, and the files of others.
async fn answers(
    server: &Server,
    contract: &Contract,
    known: &Known,
    others: (&Known, &BTreeSet<String>),
) -> Vec<Answer> {
    let (foreign, paths) = others;
    let mut answers = Vec::new();
    for email in OBSERVERS {
        let client = server.sign_in_as(email).await;
        let answered = ask(&client, &questions(contract, known, foreign)).await;
        let sessions = beginning("training_session_", &answered).into_iter().take(3).map(Value::String).collect();
        let files = Known { ids: sessions, references: Vec::new() };
        let told = named(&answered).union(paths).cloned().collect();
        let fetched = fetch(&client, &told, &files).await;
        answers.extend([answered, fetched].concat());
    }
    answers
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

/// The demonstration network, where an observer has sent a file as well.
async fn network() -> Server {
    let mut server = server_for_walks(Database::Sqlite).await;
    let observer = server.sign_in_as(OBSERVERS[1]).await;
    let report = submit(&observer, "observed-report", content("a file of its own")).await;
    let file = announce(&observer, "observed", &report.id).await;
    assert_eq!(put(&observer, &file.path, "a text of its own").await.0, StatusCode::CREATED);
    server.stop().await;
    server
}

/// Some operations in a row.
pub(super) fn operations() -> impl Strategy<Value = Vec<Operation>> {
    vec((0..4_usize, 0..1_000_usize, 0..1_000_usize, 0..24_usize), 8..40)
}

/// Lets these operations happen on one of two equal servers. Answers how many of them were done.
async fn nothing_is_noticed(network: &Storage, operations: &[Operation]) -> usize {
    let start = async || for_walks(Database::Sqlite).start_on(network.copy().await).await;
    let (quiet, busy) = tokio::join!(start(), start());
    let observer = quiet.sign_in_as(OBSERVERS[0]).await;
    let contract = Contract::of(&observer).await;
    let own = reports(&observer).await;
    let mut others = Others::on(&busy, own.iter().map(|(id, _)| id.clone()).collect()).await;
    for operation in operations {
        others.act(&contract, *operation).await;
    }
    let known = |reports: &[(Value, Value)]| Known {
        ids: reports.iter().map(|(id, _)| id.clone()).collect(),
        references: reports.iter().filter(|(_, it)| it.is_string()).map(|(_, reference)| text(reference)).collect(),
    };
    // The newest of the others' are those that only one of the servers has.
    let newest = others.reports.len().saturating_sub(4);
    let foreign = known(&others.reports[newest..]);
    let mut all = known(&own);
    all.ids.extend(foreign.ids.clone());
    all.references.extend(foreign.references.clone());
    let foreign = Known { ids: foreign.ids.into_iter().rev().take(1).collect(), references: Vec::new() };
    let others_have = (&foreign, &others.paths);
    let (before, after) =
        tokio::join!(answers(&quiet, &contract, &all, others_have), answers(&busy, &contract, &all, others_have));
    assert_eq!(before.len(), after.len(), "as many pages");
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(steady(before), steady(after), "{} after {operations:?}", before.field);
    }
    assert!(before.iter().any(|answer| answer.response.whole().ends_with("a text of its own")), "a file is fetched");
    others.done
}

#[test]
fn what_another_tenant_does_changes_no_answer() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let network = runtime.block_on(network());
    let config = Config { cases: 12, max_shrink_iters: 4, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let done = std::cell::Cell::new(0);
    let held = runner.run(&operations(), |operations| {
        done.set(done.get() + runtime.block_on(nothing_is_noticed(network.storage(), &operations)));
        Ok(())
    });
    held.unwrap_or_else(|error| panic!("{error}"));
    assert!(done.get() > 30, "only {} operations were done", done.get());
}
