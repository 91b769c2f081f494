//! The trail, by documents as clients send them.

use crate::error::Fault;
use crate::testing::{World, assert_fault};
use serde_json::{Value, json};

const TRAIL: &str = "query($filter: AuditFilter) { auditEvents(filter: $filter, first: 100) { totalCount nodes {
    id action object { type id } organisation { name } member { name } reason requestId occurredAt } } }";

async fn trail(world: &World, name: &str, filter: Value) -> Vec<Value> {
    let answer = world.ask(name, TRAIL, json!({ "filter": filter })).await;
    answer["auditEvents"]["nodes"].as_array().expect("nodes").clone()
}

fn actions(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["action"].as_str().expect("an action")).collect()
}

/// A report of a school, read by its author and by the Centre.
async fn report(world: &World) -> String {
    let content = json!({ "observations": "Не сме сама да изађе.", "persons": [{}] });
    let input = json!({ "idempotencyKey": "a-key-of-this", "report": { "content": content } });
    let document = "mutation($input: SubmitReportInput!) { submitReport(input: $input) { report { id } } }";
    let answer = world.ask("ana", document, json!({ "input": input })).await;
    let id = answer["submitReport"]["report"]["id"].as_str().expect("an id").to_owned();
    world.ask("iva", "query($id: ID!) { report(id: $id) { observations } }", json!({ "id": id })).await;
    id
}

#[tokio::test]
async fn the_protection_officer_reads_who_did_what_newest_first() {
    let world = World::new().await;
    let report = report(&world).await;
    let lines = trail(&world, "petar", json!({ "objectId": report })).await;
    assert_eq!(actions(&lines), ["REPORT_READ", "REPORT_SUBMITTED"]);
    let (read, submitted) = (&lines[0], &lines[1]);
    assert_eq!(read["member"]["name"], "iva");
    assert_eq!(read["organisation"]["name"], "Центар");
    assert_eq!(submitted["member"]["name"], "ana");
    assert_eq!(submitted["object"], json!({ "type": "REPORT", "id": report }));
    assert_eq!(submitted["requestId"].as_str().map(str::len), Some(36));
}

#[tokio::test]
async fn filters_narrow_the_trail() {
    let world = World::new().await;
    let report = report(&world).await;
    let school = world.scope("ana").await.viewer().organisation_id();
    let school = crate::ids::encode(crate::ids::ObjectType::Organisation, school);
    let now = world.clock.now() + chrono::TimeDelta::hours(1);
    for (filter, expected) in [
        (json!({ "action": "REPORT_SUBMITTED" }), vec!["REPORT_SUBMITTED"]),
        (json!({ "organisationId": school }), vec!["REPORT_SUBMITTED"]),
        (json!({ "membershipId": world.membership("iva").await }), vec!["REPORT_READ"]),
        (json!({ "objectId": report, "until": now.to_rfc3339() }), vec!["REPORT_READ", "REPORT_SUBMITTED"]),
        (json!({ "objectId": report, "from": now.to_rfc3339() }), vec![]),
        (json!({ "objectId": "report_nothing" }), vec![]),
        (json!({ "objectId": report.replace("report_", "person_") }), vec![]),
        (json!({ "organisationId": report }), vec![]),
    ] {
        assert_eq!(actions(&trail(&world, "petar", filter.clone()).await), expected, "{filter}");
    }
}

#[tokio::test]
async fn a_coordinator_reads_what_its_own_organisation_did() {
    let world = World::new().await;
    let report = report(&world).await;
    assert_eq!(actions(&trail(&world, "aca", json!({})).await), ["REPORT_SUBMITTED"]);
    assert_eq!(actions(&trail(&world, "aca", json!({ "objectId": report })).await), ["REPORT_SUBMITTED"]);
    for name in ["ana", "iva", "sava", "alma"] {
        assert_fault(&world.execute(name, TRAIL, json!({})).await, Fault::NotFound);
    }
}

#[tokio::test]
async fn reading_the_trail_leaves_a_line() {
    let world = World::new().await;
    trail(&world, "petar", json!({})).await;
    trail(&world, "aca", json!({})).await;
    let reads = trail(&world, "petar", json!({ "action": "AUDIT_TRAIL_READ" })).await;
    let readers: Vec<&Value> = reads.iter().map(|line| &line["member"]["name"]).collect();
    assert_eq!(readers, ["aca", "petar"]);
    assert_eq!(reads[0]["object"], json!({ "type": "AUDIT_EVENT", "id": null }));
}
