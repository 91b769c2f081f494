//! The other tenant and the Centre at work: everything that the contract lets anybody do, with whatever can be named.

use super::beside::BESIDE;
use super::pool::{NAMES, Pool, found_by};
use super::trained::own_organisation;
use super::words::Words;
use crate::attachments::put;
use crate::contract::places::type_at;
use crate::steps::{own_membership, text};
use proptest::collection::vec;
use proptest::strategy::Strategy;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Below, Client, Contract, Field, Path, Response, Server};

/// The other tenant: those who report, its software, and its coordinator, who trains as well once everything is prepared.
pub(super) const TENANT: [&str; 3] = ["reporter@police-01.example", "coordinator@police-01.example", "police-records"];
/// Every role of the Centre.
const CENTRE: [&str; 8] = [
    "intake@centre.example",
    "intake2@centre.example",
    "caseworker@centre.example",
    "supervisor@centre.example",
    "trainer@centre.example",
    "protection@centre.example",
    "analyst@centre.example",
    "administrator@centre.example",
];

/// Ends what others need: done after them.
const ENDS: [&str; 11] = [
    "cancel",
    "changeMembership",
    "closeSession",
    "closeEvaluation",
    "complete",
    "discard",
    "end",
    "remove",
    "retire",
    "suspend",
    "withdrawP",
];

/// What leaves a state in which something else can be done, right before that.
const RIGHT_BEFORE: [(&str, &str); 7] = [
    ("discardDraft", "createDraft"),
    ("removeAttachment", "addAttachment"),
    ("transferPlace", "registerForSession"),
    ("liftBar", "barFromReport"),
    ("answerInformationRequest", "requestInformation"),
    ("evaluateSession", "openEvaluation"),
    ("reinstateOrganisation", "suspendOrganisation"),
];

/// What of a report, or whatever else a mutation changes, its revision is.
const REVISED: [&str; 6] = ["reportId", "caseId", "registrationId", "sessionId", "programmeId", "membershipId"];

/// One operation: whose, what, on which, with which key. Each is taken modulo what there is.
pub(super) type Operation = (usize, usize, usize, usize);

/// Some operations in a row.
pub(super) fn operations() -> impl Strategy<Value = Vec<Operation>> {
    vec((0..1_000_usize, 0..1_000_usize, 0..1_000_usize, 0..48_usize), 32..64)
}

/// One of those who act.
#[derive(Debug)]
pub(super) struct Actor {
    pub(super) name: &'static str,
    pub(super) client: Client,
    membership: String,
    /// Root fields that are not there for it.
    unreached: BTreeSet<String>,
}

/// What came of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    Done,
    Refused,
    /// The mutation is not there for the actor.
    Unreached,
}

/// The other tenant and the Centre at work on a server.
#[derive(Debug)]
pub(super) struct Others<'a> {
    pub(super) server: &'a Server,
    pub(super) contract: &'a Contract,
    pub(super) actors: Vec<Actor>,
    organisation: Value,
    /// What all of them name, and what the tenant names though it is not its own.
    pub(super) pool: Pool,
    foreign: Pool,
    /// Where its files are sent to.
    pub(super) paths: BTreeSet<String>,
    /// How often what was done.
    pub(super) done: BTreeMap<String, usize>,
    /// What was said last to whoever was refused what.
    pub(super) refused: BTreeMap<String, String>,
}

/// A number that follows from a place and a number, without a pattern.
fn mixed(number: usize, place: &str) -> usize {
    let mixed = place.bytes().fold(number as u64 ^ 0x9e37, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(23)
    });
    usize::try_from(mixed >> 33).unwrap_or_default()
}

/// What the actors find on a server that is not an observer's.
pub(super) async fn found_by_others(server: &Server, contract: &Contract, foreign: &Pool) -> Pool {
    let mut pool = Pool::without(foreign);
    for name in CENTRE.into_iter().chain(TENANT) {
        let client = super::planted::sign_in(server, name).await;
        for thing in found_by(&client, contract, 20).await {
            pool.take(&thing);
        }
    }
    pool
}

impl<'a> Others<'a> {
    pub(super) async fn on(server: &'a Server, contract: &'a Contract, mut pool: Pool, foreign: Pool) -> Others<'a> {
        let mut actors = Vec::new();
        for name in TENANT.into_iter().chain(CENTRE) {
            let client = super::planted::sign_in(server, name).await;
            let membership = own_membership(&client).await;
            pool.add(&json!([membership]));
            actors.push(Actor { name, client, membership: text(&membership), unreached: BTreeSet::new() });
        }
        let organisation = own_organisation(&actors[0].client).await;
        pool.add(&json!([organisation]));
        let (paths, done, refused) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        Others { server, contract, actors, organisation, pool, foreign, paths, done, refused }
    }

    /// Carries out one operation: by the one who is named or, where that one is refused or does not reach it at all, by the next, on
    /// something else. Perhaps nobody can.
    pub(super) async fn act(&mut self, (who, what, which, key): Operation) {
        let mutations = self.contract.fields("Mutation");
        let Some(field) = mutations.get(what % (mutations.len() + BESIDE.len())) else {
            return self.beside(what % (mutations.len() + BESIDE.len()) - mutations.len(), who, key).await;
        };
        for turn in 0..2 * self.actors.len() {
            let who = (who + turn) % self.actors.len();
            let stray = turn == 0 && which % 5 == 4 && who < TENANT.len();
            if self.attempt(field, who, (which + turn, key + 48 * turn), stray).await == Came::Done {
                return;
            }
        }
    }

    /// Does everything that can be done, each once: whoever can, on whatever there is. What is not done yet is tried again when more
    /// was done.
    pub(super) async fn do_everything(&mut self) {
        let ends = |field: &Field| ENDS.iter().any(|ends| field.name.starts_with(ends));
        let (late, early): (Vec<&Field>, Vec<&Field>) =
            self.contract.fields("Mutation").iter().partition(|it| ends(it));
        for which in 0..BESIDE.len() {
            self.beside(which, 1, which).await;
        }
        for round in 0..4 {
            for field in early.iter().chain(&late) {
                if self.done.contains_key(&field.name) {
                    continue;
                }
                if let Some((_, before)) = RIGHT_BEFORE.iter().find(|(name, _)| *name == field.name) {
                    self.do_once(&self.contract.mutation(before), round).await;
                }
                self.do_once(field, round).await;
            }
        }
    }

    async fn do_once(&mut self, field: &Field, round: usize) {
        for who in 0..self.actors.len() {
            let places = self.contract.places(field, "ID");
            let most = places.iter().filter_map(|place| type_at(field, place)).map(|ty| self.pool.count(&ty)).max();
            for which in 0..most.map_or(3, |most| (2 * most).clamp(8, 80)).min(6 << (2 * round)) {
                match self.attempt(field, who, (which, 1_000 * (round + 1) + which), false).await {
                    Came::Done => return,
                    Came::Refused => {}
                    Came::Unreached => break,
                }
            }
        }
    }

    /// The ids that an operation names, by the names of their places: the first whatever it is, the others rather such as belong to
    /// it.
    fn named(&self, field: &Field, which: usize, stray: bool) -> BTreeMap<String, Value> {
        let mut named: BTreeMap<String, Value> = BTreeMap::new();
        let mut first: Option<String> = None;
        for place in self.contract.places(field, "ID") {
            let Some(name) = place.iter().rev().find(|name| name.parse::<usize>().is_err()) else { continue };
            let Some(ty) = type_at(field, &place).filter(|_| !named.contains_key(name)) else { continue };
            let number = if first.is_none() { which } else { mixed(which, name) };
            // Joining to what another tenant reported is the Centre's business; that tenant does not learn of it.
            let elsewhere = (stray && strays(field, &ty)) || (name == "intoReportId" && which % 2 == 1);
            let trainer = self.trainer();
            let id = match &first {
                _ if name == "trainerIds" && which.is_multiple_of(2) => trainer.map(|trainer| &trainer.membership),
                _ if elsewhere => self.foreign.one(&ty, number),
                Some(first) if number % 4 != 0 => self.pool.beside(&ty, first, number / 4),
                _ => None,
            };
            if let Some(id) = id.or_else(|| self.pool.one(&ty, number)) {
                first.get_or_insert_with(|| id.clone());
                named.insert(name.clone(), json!(id));
            }
        }
        named
    }

    /// Something that is not asked for: another id, or one of so many possibilities. Not in a session, whose audience it would be.
    fn more(&self, field: &Field, named: &BTreeMap<String, Value>, key: usize) -> (Path, Value) {
        let mut more = self.contract.choices(field);
        for place in self.contract.places(field, "ID") {
            let name = place.iter().rev().find(|name| name.parse::<usize>().is_err());
            more.extend(name.and_then(|name| named.get(name)).map(|id| (place.clone(), id.clone())));
        }
        more.retain(|(place, _)| field.name != "inviteUnreached" && place.iter().all(|name| name != "session"));
        let which = if (key / 4).is_multiple_of(2) { 0 } else { mixed(key, &field.name) % (more.len() + 1) };
        if which == 0 { (Vec::new(), Value::Null) } else { more.swap_remove(which - 1) }
    }

    /// The revision of what a mutation changes, as its actor sees it.
    async fn revision(&self, field: &Field, who: usize, named: &BTreeMap<String, Value>) -> Value {
        let Some(id) = REVISED.iter().find_map(|name| named.get(*name)) else { return json!(1) };
        if self.contract.places(field, "Int").iter().all(|place| place.last().is_none_or(|name| name != "revision")) {
            return json!(1);
        }
        let document = "query R($id: ID!) { node(id: $id) { ... on Report { revision } ... on Case { revision }
            ... on Registration { revision } ... on TrainingSession { revision } ... on Programme { revision }
            ... on Membership { revision } } }";
        let response = self.actors[who].client.query(document, json!({ "id": id })).await;
        Some(response.body()["data"]["node"]["revision"].clone()).filter(Value::is_number).unwrap_or(json!(1))
    }

    /// Who trains for the Centre.
    pub(super) fn trainer(&self) -> Option<&Actor> {
        self.actors.iter().find(|actor| actor.name == "trainer@centre.example")
    }

    /// The code that is shown on one of the days.
    async fn code(&self, which: usize) -> Option<Value> {
        let trainer = self.trainer()?;
        let document = "query C($id: ID!) { attendanceCode(dayId: $id) { code } }";
        let day = self.pool.one("training_day", which)?;
        let response = trainer.client.query(document, json!({ "id": day })).await;
        Some(response.body()["data"]["attendanceCode"]["code"].clone()).filter(Value::is_string)
    }

    /// Lets one of them try a mutation.
    pub(super) async fn attempt(
        &mut self,
        field: &Field,
        who: usize,
        (which, key): (usize, usize),
        stray: bool,
    ) -> Came {
        if self.actors[who].unreached.contains(&field.name) {
            return Came::Unreached;
        }
        let named = self.named(field, which, stray);
        let words = Words {
            mutation: &field.name,
            revision: self.revision(field, who, &named).await,
            code: if field.name == "attend" { self.code(which).await } else { None },
            reference: self.pool.references.iter().rev().nth(which % self.pool.references.len().max(1)).cloned(),
            organisation: &self.organisation,
            named: &named,
            key,
        };
        let (place, value) = self.more(field, &named, key);
        let mut arguments = self.contract.arguments(field, &place, &value, &|place: &str| words.said(place));
        words.complete(&mut arguments);
        let leaves = [&NAMES[..], &["code", "field"]].concat();
        let document =
            self.contract.document_with("Mutation", field, 2, Below { leaves: Some(&leaves), ..Below::of(10) });
        let response = self.actors[who].client.query(&document, arguments).await;
        let what = format!("{} of {}", field.name, self.actors[who].name);
        assert!(!response.whole().contains("INTERNAL"), "{what}: {}", response.body());
        if response.error_codes() == ["NOT_FOUND"] && response.body()["data"].is_null() {
            self.actors[who].unreached.insert(field.name.clone());
            return Came::Unreached;
        }
        self.what_came(field, who, &response, key).await
    }

    /// Keeps what a mutation answered, and sends the file for which it gave a link.
    async fn what_came(&mut self, field: &Field, who: usize, response: &Response, key: usize) -> Came {
        let payload = &response.body()["data"][&field.name];
        if payload["userErrors"] != json!([]) {
            let said = format!("{} to {}", response.body(), self.actors[who].name);
            self.refused.insert(field.name.clone(), said);
            return Came::Refused;
        }
        self.note(&field.name);
        self.pool.add(payload);
        if let Some(path) = payload["attachment"]["uploadPath"].as_str() {
            self.paths.insert(path.to_owned());
            let sent = async || put(&self.actors[who].client, path, format!("a text with the number {key}")).await.0;
            if key.is_multiple_of(3) && sent().await == StatusCode::CREATED {
                self.note("a file is sent");
            }
        }
        Came::Done
    }

    pub(super) fn note(&mut self, what: &str) {
        *self.done.entry(what.to_owned()).or_default() += 1;
    }
}

/// Whether a tenant that names what is another's must be refused: not where a session is for both, or where it says who else is to
/// come or was given something.
fn strays(field: &Field, ty: &str) -> bool {
    ty != "organisation" && field.name != "registerForSession"
}
