//! The demonstration network a fortnight later: an observer has sent a file, another tenant has said the same of the same person,
//! and trains and was trained, so that all that can be done with a session that began or is over can be done.

use super::for_walks;
use super::others::{TENANT, found_by_others};
use super::planted::sign_in;
use super::pool::{Pool, found_by};
use super::trained::own_organisation;
use crate::attachments::{announce, put};
use crate::steps::{content, done, own_membership, submit};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Client, Contract, Database, Options, Server};

/// What an observer has reported, and what stands in its file.
pub(super) const OBSERVED: &str = "seen by an observer";
pub(super) const FILE: &str = "a text of its own";

/// When sessions are planned, when one is over and another goes on, when the operations begin, and when all that waits is due.
const BEFORE: &str = "2021-01-05T08:00:00Z";
const ARRIVED: &str = "2021-01-17T10:00:00Z";
pub(super) const NOW: &str = "2021-01-17T10:10:00Z";
pub(super) const SOON: &str = "2021-02-20T10:00:00Z";
pub(super) const LATER: &str = "2021-03-08T10:00:00Z";

/// What was prepared on a server that has stopped since.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) server: Server,
    pub(super) contract: Contract,
    /// What the others may name, and what the observers see.
    pub(super) pool: Pool,
    pub(super) foreign: Pool,
}

/// Options of a server that goes on with what was prepared.
pub(super) fn options(database: Database, clock: &str) -> Options {
    for_walks(database).clock(clock)
}

/// Everything that the observers find.
async fn found_by_observers(server: &Server, contract: &Contract, observers: &[&str]) -> Pool {
    let mut pool = Pool::default();
    for name in observers {
        for thing in found_by(&sign_in(server, name).await, contract, 100).await {
            pool.add(&thing);
        }
    }
    pool
}

/// Prepares everything.
pub(super) async fn prepare(database: Database, observers: &[&str]) -> Prepared {
    let mut server = options(database, BEFORE).start().await;
    for name in &observers[1..3] {
        let observer = sign_in(&server, name).await;
        let report = submit(&observer, "observed-report", content(OBSERVED)).await;
        let file = announce(&observer, "observed", &report.id).await;
        assert_eq!(put(&observer, &file.path, FILE).await.0, StatusCode::CREATED);
    }
    report(&server).await;
    let sessions = plan(&server).await;
    server.restart_at(ARRIVED).await;
    hold(&server, &sessions[0].0).await;
    let place = json!({ "registrationId": sessions[2].2, "revision": 1 });
    done(&sign_in(&server, TENANT[0]).await, "withdrawRegistration", "registration { id }", place).await;
    rest(&server, ARRIVED).await;
    let contract = Contract::of(&sign_in(&server, observers[0]).await).await;
    let foreign = found_by_observers(&server, &contract, observers).await;
    let mut pool = found_by_others(&server, &contract, &foreign).await;
    for (session, test, _) in &sessions {
        pool.add(&together(&server, session, test).await);
    }
    server.stop().await;
    Prepared { server, contract, pool, foreign }
}

/// The tenant reports, the same as the observers among others, and lets its coordinator train.
async fn report(server: &Server) {
    let reporter = sign_in(server, TENANT[0]).await;
    for number in 0..8 {
        let said = if number == 0 { OBSERVED.to_owned() } else { format!("seen before, {number}") };
        submit(&reporter, &format!("before-{number}"), content(&said)).await;
    }
    let administrator = sign_in(server, "administrator@centre.example").await;
    let membership = own_membership(&sign_in(server, TENANT[1]).await).await;
    let input = json!({ "membershipId": membership, "revision": 1, "roles": ["COORDINATOR", "TRAINER"] });
    done(&administrator, "changeMembershipRoles", "membership { id }", input).await;
}

/// A session for the tenant, on a day of its own.
fn session(organisation: &Value, (day, from, to): (&str, &str, &str), more: (&str, Value)) -> Value {
    let at = |hour: &str| format!("{day}T{hour}:00Z");
    let mut session = super::words::session(organisation, 2);
    session["days"] = json!([{ "startsAt": at(from), "endsAt": at(to) }]);
    session["registrationClosesAt"] = json!(at(from));
    session[more.0] = more.1;
    session
}

/// Plans sessions for the tenant, and registers its members: one that will be over, one that will go on, one with a single place,
/// and one that asks for approval; each with its test and the first registration.
async fn plan(server: &Server) -> Vec<(Value, Value, Value)> {
    let trainer = sign_in(server, "trainer@centre.example").await;
    let (reporter, coordinator) = (sign_in(server, TENANT[0]).await, sign_in(server, TENANT[1]).await);
    let organisation = own_organisation(&reporter).await;
    let planned = [
        session(&organisation, ("2021-01-16", "08:00", "14:00"), ("capacity", json!(9))),
        session(&organisation, ("2021-01-17", "08:00", "20:00"), ("capacity", json!(9))),
        session(&organisation, ("2031-05-05", "08:00", "14:00"), ("capacity", json!(1))),
        session(&organisation, ("2032-05-05", "08:00", "14:00"), ("needsApproval", json!(true))),
    ];
    let question = json!({ "idempotencyKey": "prepared-question",
        "question": { "kind": "FREE_TEXT", "text": "Шта бисте урадили?" } });
    let question = done(&trainer, "createQuestion", "question { id }", question).await["question"]["id"].clone();
    let mut sessions = Vec::new();
    for (number, session) in planned.into_iter().enumerate() {
        let input = json!({ "idempotencyKey": format!("prepared-{number}"), "session": session });
        let planned = done(&trainer, "planSession", "session { id }", input).await["session"]["id"].clone();
        step(&trainer, "openSession", &planned, 1).await;
        let mut first = None;
        for (key, client, participant) in [
            ("the-reporter", &reporter, Value::Null),
            ("the-coordinator", &coordinator, Value::Null),
            ("somebody-else", &coordinator, json!({ "name": "Ана Анић" })),
        ] {
            let input = json!({ "idempotencyKey": format!("{key}-{number}"), "sessionId": planned, "participant": participant });
            let registered = done(client, "registerForSession", "registration { id }", input).await;
            first.get_or_insert(registered["registration"]["id"].clone());
        }
        let test = json!({ "sessionId": planned, "stage": "BEFORE", "questionIds": [question], "passPercent": 50,
            "attempts": 5, "opensAt": "2001-01-01T00:00:00Z", "closesAt": "2097-01-01T00:00:00Z" });
        let test = done(&trainer, "setSessionTest", "test { id }", test).await["test"]["id"].clone();
        sessions.push((planned, test, first.unwrap_or_default()));
    }
    sessions
}

async fn step(trainer: &Client, mutation: &str, session: &Value, revision: u32) {
    let input = json!({ "sessionId": session, "revision": revision });
    done(trainer, mutation, "session { id }", input).await;
}

/// A session with what belongs to it.
async fn together(server: &Server, session: &Value, test: &Value) -> Value {
    let trainer = sign_in(server, "trainer@centre.example").await;
    let document =
        "query S($id: ID!) { trainingSession(id: $id) { id days { id } registrations(first: 9) { nodes { id } } } }";
    let response = trainer.query(document, json!({ "id": session })).await;
    json!([response.expect_no_errors().data(), test])
}

/// Says that a session took place, and who was there.
async fn hold(server: &Server, session: &Value) {
    let trainer = sign_in(server, "trainer@centre.example").await;
    let document = "query S($id: ID!) { trainingSession(id: $id) { revision days { id } registrations(first: 9) { nodes { id } } } }";
    let response = trainer.query(document, json!({ "id": session })).await;
    let seen = response.expect_no_errors().data()["trainingSession"].clone();
    let present = seen["registrations"]["nodes"].as_array().expect("a list").iter();
    let present: Vec<Value> = present.map(|one| json!({ "registrationId": one["id"], "mark": "PRESENT" })).collect();
    let input = json!({ "dayId": seen["days"][0]["id"], "entries": present });
    done(&trainer, "recordAttendance", "session { id }", input).await;
    let input = json!({ "sessionId": session, "revision": seen["revision"] });
    done(&trainer, "holdSession", "session { id }", input).await;
}

/// Waits until a server that started at an instant does nothing by itself any more: of what it writes down, each look is the only
/// line.
pub(super) async fn rest(server: &Server, started: &str) {
    let protection = sign_in(server, "protection@centre.example").await;
    let document = "query A($from: DateTime) { auditEvents(first: 0, filter: { from: $from }) { totalCount } }";
    let (mut before, mut looks) = (0, 0);
    for _ in 0..200 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let response = protection.query(document, json!({ "from": started })).await;
        let now = response.expect_no_errors().data()["auditEvents"]["totalCount"].as_u64().expect("a number");
        looks = if now <= before + 1 { looks + 1 } else { 0 };
        if looks == 8 {
            return;
        }
        before = now;
    }
    panic!("the server does not come to rest");
}
