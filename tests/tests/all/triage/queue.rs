//! The triage queue: what it lists, in which order, and how it is narrowed.

use crate::steps::{content, list, own_membership, step, submit, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

const QUEUE: &str = "query Queue($filter: TriageFilter, $sort: TriageSort! = URGENCY) {
    triageQueue(first: 100, filter: $filter, sort: $sort) { nodes { id reference state urgency submittedAt assignee { id }
        organisation { kind } municipality { code } persons { treatedAsChild } } } }";

async fn queue(client: &Client, variables: Value) -> Vec<Value> {
    let response = client.query(QUEUE, variables).await;
    list(&response.expect_no_errors().data()["triageQueue"]["nodes"]).to_vec()
}

/// Whether a row of the queue fits a filter.
type Fits = fn(&Value) -> bool;

#[rstest]
#[tokio::test]
async fn the_queue_narrows_and_sorts(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let open = queue(&intake, json!({})).await;
    let is_open =
        |row: &Value| matches!(row["state"].as_str(), Some("SUBMITTED" | "IN_TRIAGE" | "MORE_INFORMATION_NEEDED"));
    assert!(open.len() == 20 && open.iter().all(is_open), "2018 ends with twenty open reports: {}", open.len());
    let rank = |row: &Value| ["IMMEDIATE", "URGENT", "ORDINARY"].iter().position(|urgency| row["urgency"] == *urgency);
    let key = |row: &Value| (rank(row), text(&row["submittedAt"]));
    assert!(open.is_sorted_by_key(key), "the most urgent first, and of those the ones that wait longest");
    let newest = queue(&intake, json!({ "sort": "NEWEST" })).await;
    assert!(newest.iter().rev().is_sorted_by_key(|row| text(&row["submittedAt"])));
    let oldest = queue(&intake, json!({ "sort": "OLDEST" })).await;
    assert_eq!(newest.iter().rev().collect::<Vec<_>>(), oldest.iter().collect::<Vec<_>>());

    let narrowed: [(Value, Fits); 7] = [
        (json!({ "states": ["SUBMITTED"] }), |row| row["state"] == "SUBMITTED"),
        (json!({ "urgency": "URGENT" }), |row| row["urgency"] == "URGENT"),
        (json!({ "unassigned": true }), |row| row["assignee"].is_null()),
        (json!({ "unassigned": false }), |row| row["assignee"].is_object()),
        (json!({ "organisationKind": "CENTRE_FOR_SOCIAL_WORK" }), |row| {
            row["organisation"]["kind"] == "CENTRE_FOR_SOCIAL_WORK"
        }),
        (json!({ "childInvolved": true }), |row| list(&row["persons"]).iter().any(|one| one["treatedAsChild"] == true)),
        (json!({ "childInvolved": false }), |row| {
            list(&row["persons"]).iter().all(|one| one["treatedAsChild"] == false)
        }),
    ];
    for (filter, fits) in narrowed {
        let found = queue(&intake, json!({ "filter": filter })).await;
        let expected: Vec<&Value> = open.iter().filter(|row| fits(row)).collect();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter}");
        assert!(!found.is_empty() && found.len() < open.len(), "{filter} tells apart: {}", found.len());
    }
    let day = &text(&oldest[9]["submittedAt"])[..10];
    let until = queue(&intake, json!({ "sort": "OLDEST", "filter": { "submittedUntil": day } })).await;
    let from = queue(&intake, json!({ "sort": "OLDEST", "filter": { "submittedFrom": day } })).await;
    assert!(until.contains(&oldest[9]) && from.contains(&oldest[9]) && until.len() + from.len() >= 21);
    assert!(until.len() < 20 && from.len() < 20);
    let done = json!({ "states": ["ACCEPTED", "JOINED", "PASSED_ON", "CLOSED"] });
    let all = queue(&intake, json!({ "filter": done })).await;
    assert_eq!(all.len(), 100);
}

#[rstest]
#[tokio::test]
async fn found_by_reference_and_by_who_has_it(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let own = own_membership(&intake).await;
    let mut content = content("found");
    content["municipality"] = json!("novi-sad");
    let report = submit(&reporter, "to-be-found-1", content).await;
    step(&intake, "assignReport", &report.id, json!({ "membershipId": own })).await;
    step(&intake, "closeReport", &report.id, json!({ "reason": "no ground" })).await;
    let sloppy = report.reference.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    for written in [&report.reference, &sloppy] {
        let found = queue(&intake, json!({ "filter": { "reference": written } })).await;
        assert_eq!(found.iter().map(|row| &row["id"]).collect::<Vec<_>>(), [&report.id], "{written}");
    }
    let mut wrong = report.reference.clone();
    let last = wrong.pop().expect("a check digit");
    wrong.push(if last == '2' { '3' } else { '2' });
    assert_eq!(queue(&intake, json!({ "filter": { "reference": wrong } })).await, [] as [Value; 0]);
    let mine = json!({ "assignedTo": own, "states": ["CLOSED"], "municipality": "novi-sad" });
    let mine = queue(&intake, json!({ "filter": mine })).await;
    assert!(mine.iter().any(|row| row["id"] == report.id) && mine.iter().all(|row| row["assignee"]["id"] == own));
}
