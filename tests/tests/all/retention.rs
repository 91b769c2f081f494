//! Retention on the real service: what is due is proposed, reviewed and erased, also by a server that is killed meanwhile, and
//! the published figures stay.

use crate::attachments::{announce, put};
use crate::steps::{content, done, field, own_membership, step, submit, with_every_role};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tests::{Client, Contract, Database, Options, Server};

/// Periods of a year, so that everything of 2018 that has ended is due in 2021.
fn options(database: Database) -> Options {
    Server::with(database)
        .env("OSLONAC_RETENTION__IDENTIFIED_YEARS", "1")
        .env("OSLONAC_RETENTION__NOT_IDENTIFIED_YEARS", "1")
        .env("OSLONAC_GRAPHQL__COMPLEXITY", "100000000")
        .env("OSLONAC_GRAPHQL__TOKENS", "100000")
        .clock("2021-01-04T08:00:00Z")
}

async fn supervisor(server: &Server) -> Client {
    server.sign_in_as("supervisor@centre.example").await
}

async fn count(client: &Client, state: &str) -> u64 {
    let document = format!("{{ erasures(state: {state}, first: 0) {{ totalCount }} }}");
    let response = client.query(&document, ()).await;
    response.expect_no_errors().data()["erasures"]["totalCount"].as_u64().expect("a number")
}

/// Every statistic of the contract with everything in it: of some years, of a period, of some sessions and programmes.
async fn statistics(server: &Server) -> BTreeMap<String, Value> {
    let client = with_every_role(server).await;
    let contract = Contract::of(&client).await;
    let ids = "{ trainingSessions(first: 4) { nodes { id } } programmes(first: 4) { nodes { id } } }";
    let ids = client.query(ids, ()).await.expect_no_errors().data().clone();
    let named = |list: &str, argument: &'static str| {
        let nodes = ids[list]["nodes"].as_array().expect("a list").clone();
        nodes.into_iter().map(move |node| (argument, node["id"].clone()))
    };
    let mut statistics = BTreeMap::new();
    for field in contract.fields("Query") {
        let asked: Vec<(&str, Value)> = match &*field.name {
            _ if field.takes("year") => [2017, 2018, 2019].map(|year| ("year", json!(year))).into(),
            "coverage" => vec![("until", json!("2019-12-31"))],
            "trainingEffect" => {
                named("trainingSessions", "sessionId").chain(named("programmes", "programmeId")).collect()
            }
            name => {
                assert!(
                    !name.ends_with("Counts") && !name.ends_with("Effect"),
                    "{name} is a statistic: compare it too"
                );
                continue;
            }
        };
        let document = contract.document("Query", field, 4, 20);
        for (argument, value) in asked {
            let arguments = contract.arguments(field, &[argument.to_owned()], &value, &|_| None);
            let response = client.query(&document, arguments).await;
            let answer = response.expect_no_errors().data()[&field.name].clone();
            statistics.insert(format!("{}({argument}: {value})", field.name), answer);
        }
    }
    for name in ["yearlyCounts", "deadlineCounts", "testCounts", "coverage", "trainingEffect"] {
        let counted = statistics.iter().any(|(asked, answer)| asked.starts_with(name) && has_a_number(answer));
        assert!(counted, "{name} says something: {statistics:?}");
    }
    statistics
}

/// Whether some number in an answer is more than nought.
fn has_a_number(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|number| number > 0.0),
        Value::Array(values) => values.iter().any(has_a_number),
        Value::Object(values) => values.values().any(has_a_number),
        _ => false,
    }
}

/// Waits until the number of erasures in a state is neither nought nor the one before, or has come to rest.
async fn at_rest(client: &Client, state: &str) -> u64 {
    let (mut before, mut looks) = (0, 0);
    for _ in 0..600 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let now = count(client, state).await;
        looks = if now == before { looks + 1 } else { 0 };
        // On a busy machine one transaction may take longer than the time between two looks.
        if now > 0 && looks == 8 {
            return now;
        }
        before = now;
    }
    panic!("nothing came to be {state}");
}

#[rstest]
#[tokio::test]
async fn what_is_due_goes_after_the_review_also_when_the_server_is_killed_half_way(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = options(database).start().await;
    let figures = statistics(&server).await;
    let client = supervisor(&server).await;
    let proposed = at_rest(&client, "PROPOSED").await;
    assert!(proposed > 150, "{proposed}");
    assert_eq!(count(&client, "EXECUTED").await, 0);
    let one = client.query("{ erasures(first: 1) { nodes { id report { id } } } }", ()).await;
    let one = one.expect_no_errors().data()["erasures"]["nodes"][0].clone();
    let hold = json!({ "erasureId": one["id"], "reason": "a court asks for it" });
    let held = done(&client, "holdErasure", "erasures { id }", hold).await["erasures"].as_array().expect("some").len();

    server.restart_at("2021-02-10T08:00:00Z").await;
    let client = supervisor(&server).await;
    while count(&client, "EXECUTED").await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.kill9();
    server.restart_at("2021-02-11T08:00:00Z").await;
    let client = supervisor(&server).await;
    let executed = at_rest(&client, "EXECUTED").await;
    assert_eq!(executed, proposed - held as u64);
    assert_eq!(count(&client, "HELD").await, held as u64);
    assert_ne!(field(&client, &one["report"]["id"], "observations").await, Value::Null, "held back");
    let query =
        "{ erasures(state: EXECUTED, first: 100) { nodes { person { pseudonym birthYear identity { names } } } } }";
    let erased = client.query(query, ()).await.expect_no_errors().data()["erasures"]["nodes"].clone();
    let nobody = json!({ "person": { "pseudonym": null, "birthYear": null, "identity": null } });
    assert!(erased.as_array().expect("a list").iter().all(|erasure| *erasure == nobody), "{erased}");
    let verified = server.storage().command(&["keys", "verify"]).run().await;
    assert!(verified.success, "{}{}", verified.stdout, verified.stderr);
    // What is overdue and what was reached depends on the day: it is asked on the day of the first look.
    server.restart_at("2021-01-04T10:00:00Z").await;
    for (asked, after) in statistics(&server).await {
        assert_eq!(after, figures[&asked], "{asked}");
    }
}

/// Changes nothing of the bars that hold a reason, and so counts them.
const REASONS_OF_BARS: &str = "UPDATE report_bar SET objects = objects WHERE reason <> '' OR lift_reason <> ''";

/// The openings that the protection officer reads.
async fn openings(server: &Server) -> Value {
    let officer = server.sign_in_as("protection@centre.example").await;
    let response = officer.query("{ identityOpenings { nodes { exported reason reviewedAt } } }", ()).await;
    response.expect_no_errors().data()["identityOpenings"]["nodes"].clone()
}

#[rstest]
#[tokio::test]
async fn a_person_is_erased_on_request_and_nothing_is_written_afterwards(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let start = |clock: &str| Server::with(database).clock(clock);
    let mut server = start("2021-01-04T08:00:00Z").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let client = supervisor(&server).await;
    let report = submit(&reporter, "to-be-erased", content("what was seen")).await;
    let file = announce(&reporter, "a-file-of-it", &report.id).await;
    put(&reporter, &file.path, "what was written").await;
    announce(&reporter, "another-file-of-it", &report.id).await;
    let intake = own_membership(&server.sign_in_as("intake@centre.example").await).await;
    let bar = json!({ "idempotencyKey": "bar-before-end", "reportId": report.id, "membershipId": intake, "reason": "a relative" });
    let bar = done(&client, "barFromReport", "bar { id }", bar).await["bar"]["id"].clone();
    done(&client, "liftBar", "bar { id }", json!({ "barId": bar, "reason": "no relative" })).await;
    step(&client, "closeReport", &report.id, json!({ "reason": "no sign" })).await;
    let ask = json!({ "idempotencyKey": "ask-to-erase", "personIds": [report.person], "reason": "asked for it" });
    let erasure = done(&client, "requestErasure", "erasures { id state reason }", ask).await["erasures"].clone();
    let erasure_id = erasure[0]["id"].clone();
    assert_eq!(erasure, json!([{ "id": erasure_id, "state": "PROPOSED", "reason": "asked for it" }]));
    let export = json!({ "personId": report.person, "reason": "asked for its data" });
    let export = done(&client, "exportPerson", "export", export).await["export"].clone();
    assert_eq!(export["identity"]["names"], crate::steps::invented("what was seen"));
    assert_eq!(export["report"]["observations"], "what was seen");
    let (file, length) = (&export["files"][0], "what was written".len());
    assert_eq!(
        (&file["number"], &file["kind"], &file["size"], file["receivedAt"].is_string()),
        (&json!(1), &json!("text"), &json!(length), true),
        "{file}"
    );
    assert_eq!(export["files"].as_array().map(Vec::len), Some(1), "one has come, the other was announced");
    assert_eq!(export["erasures"][0]["reason"], "asked for it");
    assert_eq!(
        openings(&server).await,
        json!([{ "exported": true, "reason": "asked for its data", "reviewedAt": null }])
    );
    assert_eq!(server.storage().tamper(REASONS_OF_BARS).await, 1);

    server.restart_at("2021-02-10T08:00:00Z").await;
    let client = supervisor(&server).await;
    assert_eq!(at_rest(&client, "EXECUTED").await, 1);
    assert_eq!(field(&client, &report.id, "observations").await, Value::Null);
    let hold = json!({ "erasureId": erasure_id, "reason": "a court asks for it" });
    let refused = crate::steps::refusals(&client, "holdErasure", hold).await;
    assert_eq!(refused, [("WRONG_STATE".to_owned(), "erasureId".to_owned())], "it is over");
    assert_eq!(server.storage().tamper(REASONS_OF_BARS).await, 0, "reasons of bars are emptied too");
    assert_eq!(openings(&server).await[0]["reason"], "asked for its data", "who looked answers for it afterwards");
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let more = json!({ "idempotencyKey": "too-late-1", "reportId": report.id, "text": "more" });
    let refused = crate::steps::refusals(&reporter, "addInformation", more).await;
    assert_eq!(refused, [("WRONG_STATE".to_owned(), "reportId".to_owned())]);
}
