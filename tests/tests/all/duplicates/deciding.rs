//! What the Centre decides, and what becomes of a possible duplicate when its reports are joined or its persons erased.

use super::{child, proposed, reported_twice};
use crate::steps::{Submitted, act, done, field, own_membership, refusals, step, submit};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Client, Database, Server};

fn because(duplicate: &Value, reason: &str) -> Value {
    json!({ "possibleDuplicateId": duplicate["id"], "reason": reason })
}

#[rstest]
#[tokio::test]
async fn dismissed_with_a_reason_and_taken_back(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let (_, later) = reported_twice(&clinic, &school).await;
    let found = proposed(&intake, &later.id, 1).await.remove(0);
    let refused = |code: &str| vec![(code.to_owned(), "possibleDuplicateId".to_owned())];
    let blank = refusals(&intake, "dismissPossibleDuplicate", because(&found, " ")).await;
    assert_eq!(blank, [("REQUIRED".to_owned(), "reason".to_owned())]);
    assert_eq!(refusals(&intake, "reopenPossibleDuplicate", because(&found, "a slip")).await, refused("WRONG_STATE"));
    let selection = "possibleDuplicate { state reason resolvedAt resolvedBy { name } }";
    let dismissed = done(&intake, "dismissPossibleDuplicate", selection, because(&found, "друга породица")).await;
    let dismissed = &dismissed["possibleDuplicate"];
    assert_eq!((&dismissed["state"], &dismissed["reason"]), (&json!("DISMISSED"), &json!("друга породица")));
    assert!(dismissed["resolvedAt"].is_string() && dismissed["resolvedBy"]["name"].is_string(), "{dismissed}");
    assert_eq!(refusals(&intake, "dismissPossibleDuplicate", because(&found, "twice")).await, refused("WRONG_STATE"));
    assert_eq!(field(&intake, &later.id, "possibleDuplicates(state: OPEN) { id }").await, json!([]));
    let reopened = done(&intake, "reopenPossibleDuplicate", selection, because(&found, "ипак иста")).await;
    let open = json!({ "state": "OPEN", "reason": null, "resolvedAt": null, "resolvedBy": null });
    assert_eq!(reopened["possibleDuplicate"], open);
    let officer = server.sign_in_as("protection@centre.example").await;
    let document = "query($of: ID!) { auditEvents(filter: { objectId: $of }, first: 100) { nodes { action reason } } }";
    let trail = officer.query(document, json!({ "of": later.id })).await;
    let trail = trail.expect_no_errors().data()["auditEvents"]["nodes"].to_string();
    for what in ["DUPLICATE_PROPOSED", "DUPLICATE_DISMISSED", "DUPLICATE_REOPENED", "друга породица", "ипак иста"]
    {
        assert!(trail.contains(what), "{what}: {trail}");
    }
}

#[rstest]
#[tokio::test]
async fn of_two_who_decide_at_once_one_does(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let (_, later) = reported_twice(&clinic, &school).await;
    let found = proposed(&intake, &later.id, 1).await.remove(0);
    let attempt = |client: &tests::Client| {
        let (client, input) = (client.clone(), because(&found, "at once"));
        async move { act(&client, "dismissPossibleDuplicate", "__typename", input).await }
    };
    let (one, other) = tokio::join!(attempt(&intake), attempt(&supervisor));
    let done = [one, other].iter().filter(|answer| answer.user_errors("dismissPossibleDuplicate").is_empty()).count();
    assert_eq!(done, 1);
}

#[rstest]
#[tokio::test]
async fn joining_closes_it_and_undoing_opens_it(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let (earlier, later) = reported_twice(&clinic, &school).await;
    let third = submit(&school, "a-third-time", child("Marija Jovanović")).await;
    proposed(&intake, &third.id, 2).await;
    let join = json!({ "intoReportId": earlier.id, "reason": "the same child" });
    step(&intake, "joinReport", &later.id, join.clone()).await;
    let states = async |report: &Value| {
        let mut states: Vec<String> = Vec::new();
        for found in proposed(&intake, report, 2).await {
            states.push(crate::steps::text(&found["state"]));
        }
        states.sort();
        states
    };
    assert_eq!(states(&later.id).await, ["JOINED", "OPEN"]);
    assert_eq!(states(&third.id).await, ["OPEN", "OPEN"]);
    step(&intake, "joinReport", &third.id, join).await;
    assert_eq!(states(&third.id).await, ["JOINED", "JOINED"], "with what was joined before as well");
    step(&intake, "undoJoin", &third.id, json!({ "reason": "another child" })).await;
    assert_eq!(states(&third.id).await, ["OPEN", "OPEN"]);
    assert_eq!(states(&later.id).await, ["JOINED", "OPEN"]);
}

/// The state of the possible duplicate between these two reports.
async fn state_between(client: &Client, one: &Submitted, other: &Submitted) -> Value {
    let both = [&one.person, &other.person];
    let found = proposed(client, &one.id, 2).await;
    let pair = found
        .iter()
        .find(|found| both.contains(&&found["person"]["id"]) && both.contains(&&found["earlierPerson"]["id"]));
    pair.expect("a pair")["state"].clone()
}

#[rstest]
#[tokio::test]
async fn undoing_a_joining_leaves_joined_what_was_joined_before(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let (earlier, later) = reported_twice(&clinic, &school).await;
    let third = submit(&school, "a-third-time", child("Marija Jovanović")).await;
    proposed(&intake, &third.id, 2).await;
    let into = |report: &Submitted| json!({ "intoReportId": report.id, "reason": "the same child" });
    step(&intake, "joinReport", &third.id, into(&later)).await;
    step(&intake, "joinReport", &later.id, into(&earlier)).await;
    for (one, other) in [(&third, &later), (&later, &earlier), (&third, &earlier)] {
        assert_eq!(state_between(&intake, one, other).await, "JOINED");
    }
    step(&intake, "undoJoin", &later.id, json!({ "reason": "another child" })).await;
    assert_eq!(state_between(&intake, &third, &later).await, "JOINED");
    assert_eq!(state_between(&intake, &later, &earlier).await, "OPEN");
    assert_eq!(state_between(&intake, &third, &earlier).await, "OPEN");
}

#[rstest]
#[tokio::test]
async fn what_an_undoing_could_not_see_is_opened_by_hand(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let barred = server.sign_in_as("intake2@centre.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let (earlier, later) = reported_twice(&clinic, &school).await;
    let found = proposed(&intake, &later.id, 1).await.remove(0);
    let join = json!({ "intoReportId": earlier.id, "reason": "the same child" });
    step(&intake, "joinReport", &later.id, join).await;
    let wrong = [("WRONG_STATE".to_owned(), "possibleDuplicateId".to_owned())];
    assert_eq!(refusals(&intake, "reopenPossibleDuplicate", because(&found, "still joined")).await, wrong);
    let bar = json!({ "idempotencyKey": "bars-from-the-earlier", "reportId": earlier.id, "reason": "a relative",
        "membershipId": own_membership(&barred).await });
    done(&supervisor, "barFromReport", "bar { id }", bar).await;
    step(&barred, "undoJoin", &later.id, json!({ "reason": "another child" })).await;
    assert_eq!(proposed(&intake, &later.id, 1).await[0]["state"], "JOINED", "who undid it does not see the pair");
    let reopened = because(&found, "joined no more");
    let reopened = done(&intake, "reopenPossibleDuplicate", "possibleDuplicate { state }", reopened).await;
    assert_eq!(reopened["possibleDuplicate"]["state"], "OPEN");
}

#[rstest]
#[tokio::test]
async fn whoever_is_erased_is_compared_with_nobody(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut server = Server::with(database).clock("2021-01-04T08:00:00Z").start().await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let (earlier, later) = reported_twice(&clinic, &school).await;
    proposed(&supervisor, &later.id, 1).await;
    step(&supervisor, "closeReport", &earlier.id, json!({ "reason": "no sign" })).await;
    let ask = json!({ "idempotencyKey": "ask-to-erase", "personIds": [earlier.person], "reason": "asked for it" });
    done(&supervisor, "requestErasure", "erasures { id }", ask).await;
    server.restart_at("2021-02-10T08:00:00Z").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    proposed(&supervisor, &later.id, 0).await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let again = submit(&school, "after-the-erasure", child("Marija Jovanović")).await;
    let found = proposed(&supervisor, &again.id, 1).await.remove(0);
    assert_eq!(found["earlierPerson"]["id"], later.person, "the other is still there");
    tokio::time::sleep(Duration::from_millis(500)).await;
    proposed(&supervisor, &again.id, 1).await;
}
