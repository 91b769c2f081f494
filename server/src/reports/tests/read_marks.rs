//! Who has read which message, and who learns of it.

use super::*;
use crate::access::Action;

const READ: &str = "query($id: ID!) { report(id: $id) { unreadMessageCount messages { nodes {
    id kind author { name } readBy { byCentre reader { name } readAt } } } } }";
const MARK: &str = "mutation($input: MarkMessagesReadInput!) { markMessagesRead(input: $input) {
    report { unreadMessageCount } userErrors { code field } } }";

async fn add(world: &World, name: &str, report: &str, number: u32) {
    let input =
        json!({ "idempotencyKey": key(&format!("message {number}")), "reportId": report, "text": "Није дошла." });
    let document = "mutation($input: AddInformationInput!) { addInformation(input: $input) { userErrors { code } } }";
    let answer = world.ask(name, document, json!({ "input": input })).await;
    assert_eq!(answer["addInformation"]["userErrors"], json!([]));
}

async fn seen(world: &World, name: &str, report: &str) -> Value {
    world.ask(name, READ, json!({ "id": report })).await["report"].clone()
}

/// The names of those who have read a message, as somebody sees them; for the Centre as one, nothing.
fn readers(report: &Value, message: usize) -> Vec<Option<&str>> {
    let readings = report["messages"]["nodes"][message]["readBy"].as_array().expect("readings");
    readings.iter().map(|reading| reading["reader"]["name"].as_str()).collect()
}

async fn mark(world: &World, name: &str, report: &str, until: &Value) -> Value {
    let input = json!({ "reportId": report, "messageId": until });
    world.ask(name, MARK, json!({ "input": input })).await["markMessagesRead"].clone()
}

#[tokio::test]
async fn the_partner_learns_that_the_centre_has_read_and_the_centre_who() {
    let world = World::new().await;
    let report = submit(&world, "ana", a_content()).await;
    for number in 0..3 {
        add(&world, "ana", &report, number).await;
    }
    let before = seen(&world, "iva", &report).await;
    assert_eq!(before["unreadMessageCount"], 3);
    assert_eq!(seen(&world, "ana", &report).await["unreadMessageCount"], 0, "her own");
    let second = &before["messages"]["nodes"][1]["id"];
    let marked = mark(&world, "iva", &report, second).await;
    assert_eq!(marked, json!({ "report": { "unreadMessageCount": 1 }, "userErrors": [] }));
    assert_eq!(mark(&world, "ivan", &report, second).await["report"]["unreadMessageCount"], 1);

    let own = seen(&world, "ana", &report).await;
    for message in [0, 1] {
        assert_eq!(readers(&own, message), [None], "the Centre as one, once");
        assert_eq!(own["messages"]["nodes"][message]["readBy"][0]["byCentre"], true);
    }
    assert_eq!(readers(&own, 2), []);
    let centre = seen(&world, "sava", &report).await;
    assert_eq!(readers(&centre, 0), [Some("iva"), Some("ivan")]);

    mark(&world, "aca", &report, &before["messages"]["nodes"][2]["id"]).await;
    let own = seen(&world, "ana", &report).await;
    assert_eq!(readers(&own, 2), [Some("aca")]);
    assert_eq!(own["messages"]["nodes"][2]["readBy"][0]["byCentre"], false);
    assert_eq!(readers(&seen(&world, "sava", &report).await, 0).len(), 3, "the Centre sees both sides");
}

#[tokio::test]
async fn marking_twice_changes_nothing_and_leaves_one_row() {
    let world = World::new().await;
    let report = submit(&world, "ana", a_content()).await;
    add(&world, "ana", &report, 1).await;
    let message = seen(&world, "iva", &report).await["messages"]["nodes"][0]["id"].clone();
    mark(&world, "iva", &report, &message).await;
    let first = seen(&world, "sava", &report).await;
    mark(&world, "iva", &report, &message).await;
    assert_eq!(seen(&world, "sava", &report).await, first);
    let rows = world.audited(&report).await;
    assert_eq!(rows.iter().filter(|action| **action == Action::MessagesRead).count(), 1);
}

#[tokio::test]
async fn whoever_does_not_see_a_report_marks_nothing_on_it() {
    let world = World::new().await;
    let report = submit(&world, "ana", a_content()).await;
    add(&world, "ana", &report, 1).await;
    let other = submit(&world, "boris", a_content()).await;
    add(&world, "boris", &other, 1).await;
    let message = seen(&world, "ana", &report).await["messages"]["nodes"][0]["id"].clone();
    for name in ["boris", "pavle", "ada", "goran"] {
        let refused = mark(&world, name, &report, &message).await;
        assert_eq!(refused["userErrors"], json!([{ "code": "NOT_FOUND", "field": ["reportId"] }]), "{name}");
    }
    let elsewhere = mark(&world, "boris", &other, &message).await;
    assert_eq!(elsewhere["userErrors"], json!([{ "code": "NOT_FOUND", "field": ["messageId"] }]));
}
