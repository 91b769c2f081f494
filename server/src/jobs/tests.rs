//! Expiry on a database of its own.

use super::expiry::{Removed, Retention, run};
use crate::access::{Action, Purpose};
use crate::config::Config;
use crate::testing::World;
use chrono::TimeDelta;
use serde_json::{Value, json};

const CREATE: &str = "mutation($input: CreateDraftInput!) { createDraft(input: $input) {
    report { id expiresAt revision } userErrors { code } } }";

async fn draft(world: &World, key: &str) -> Value {
    let content = json!({ "persons": [{ "identity": { "names": "Мира" } }] });
    let input = json!({ "idempotencyKey": key, "content": content });
    world.ask("ana", CREATE, json!({ "input": input })).await["createDraft"]["report"].clone()
}

async fn expire(world: &World, later: TimeDelta) -> Removed {
    let retention = Retention::of(&Config::read(None).expect("the defaults"));
    run(&world.service(Purpose::Expiry), &retention, world.clock.now() + later).await.expect("runs")
}

#[tokio::test]
async fn an_idle_draft_goes_after_28_days_with_an_audit_row_and_a_report_stays() {
    let world = World::new().await;
    let idle = draft(&world, "key-of-the-idle").await;
    let sent = draft(&world, "key-of-the-sent").await;
    let submit = "mutation($input: SubmitReportInput!) { submitReport(input: $input) { userErrors { code } } }";
    let content = json!({ "observations": "Види се.", "persons": [{}] });
    let update = "mutation($input: UpdateDraftInput!) { updateDraft(input: $input) { userErrors { code } } }";
    world.ask("ana", update, json!({ "input": { "reportId": sent["id"], "revision": 1, "content": content } })).await;
    let report = json!({ "draft": { "reportId": sent["id"], "revision": 2 } });
    let input = json!({ "idempotencyKey": "key-of-the-submission", "report": report });
    let answer = world.ask("ana", submit, json!({ "input": input })).await;
    assert_eq!(answer["submitReport"]["userErrors"], json!([]));

    assert_eq!(expire(&world, TimeDelta::days(27)).await, Removed::default());
    let removed = expire(&world, TimeDelta::days(28) + TimeDelta::minutes(1)).await;
    assert_eq!(removed, Removed { drafts: 1, ..Removed::default() });
    let read = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let ids = json!({ "ids": [idle["id"], sent["id"]] });
    assert_eq!(world.ask("ana", read, ids).await, json!({ "nodes": [null, { "id": sent["id"] }] }));
    let audited = world.audited(idle["id"].as_str().expect("an id")).await;
    assert_eq!(audited, [Action::DraftCreated, Action::DraftExpired]);
}

#[tokio::test]
async fn old_idempotency_keys_go_and_may_be_used_again() {
    let world = World::new().await;
    let first = draft(&world, "a-key-used-again").await;
    assert_eq!(draft(&world, "a-key-used-again").await["id"], first["id"]);
    let removed = expire(&world, TimeDelta::days(31)).await;
    assert_eq!(removed, Removed { drafts: 1, idempotency_keys: 1, ..Removed::default() });
    assert_ne!(draft(&world, "a-key-used-again").await["id"], first["id"]);
}
