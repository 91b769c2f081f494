//! Expiry on a database of its own.

use super::expiry::{Removed, Retention, remove_attempts, run};
use crate::access::{Action, NewSession, Purpose};
use crate::config::Config;
use crate::testing::{ISSUER, World};
use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

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

#[tokio::test]
async fn a_session_goes_when_nobody_used_it_for_an_hour() {
    let world = World::new().await;
    let session = NewSession {
        token_hash: vec![1; 32],
        issuer: ISSUER.to_owned(),
        subject: "ana".to_owned(),
        verified_email: None,
        second_factor: false,
    };
    assert!(world.gate().open_session(session, Uuid::nil()).await.expect("opens"));
    assert_eq!(expire(&world, TimeDelta::minutes(59)).await, Removed::default());
    let viewer = world.gate().viewer_of_session(&[1; 32], Uuid::nil()).await.expect("an answer");
    assert!(viewer.is_some());
    assert_eq!(expire(&world, TimeDelta::minutes(60)).await, Removed { sessions: 1, ..Removed::default() });
    let viewer = world.gate().viewer_of_session(&[1; 32], Uuid::nil()).await.expect("an answer");
    assert!(viewer.is_none());
}

#[tokio::test]
async fn unfinished_sign_ins_go_when_they_are_void_and_the_oldest_where_there_are_too_many() {
    let world = World::new().await;
    let now = world.clock.now();
    let gate = world.gate();
    for minute in 0..10_u8 {
        let attempt = entity::sign_in_attempt::Model {
            state_hash: vec![minute],
            nonce: String::new(),
            pkce_verifier: String::new(),
            return_to: "/".to_owned(),
            expires_at: now + TimeDelta::minutes(minute.into()),
        };
        gate.begin_attempt(attempt, Uuid::nil()).await.expect("written");
    }
    let scope = world.service(Purpose::Expiry);
    assert_eq!(remove_attempts(&scope, 9, now).await.expect("runs"), 1, "the void one");
    assert_eq!(remove_attempts(&scope, 4, now).await.expect("runs"), 5, "the oldest ones");
    let left = scope.find::<entity::sign_in_attempt::Entity>().all().await.expect("read");
    let mut left: Vec<u8> = left.iter().map(|attempt| attempt.state_hash[0]).collect();
    left.sort_unstable();
    assert_eq!(left, [6, 7, 8, 9]);
}
