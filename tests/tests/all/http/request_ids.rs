//! Every response has the id of its request, and the audit trail and the log know it.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use std::collections::HashSet;
use tests::{Database, Server};

#[tokio::test]
async fn every_response_has_one_whatever_is_asked() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.anonymous().header("x-request-id", "mine");
    let mut seen = HashSet::new();
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/nowhere"),
        (Method::GET, "/health/live"),
        (Method::GET, "/health/ready"),
        (Method::GET, "/graphiql"),
        (Method::GET, "/sign-in"),
        (Method::GET, "/sign-in/callback"),
        (Method::POST, "/sign-out"),
        (Method::GET, "/sign-out"),
        (Method::PUT, "/graphql"),
        (Method::GET, "/graphql"),
        (Method::GET, "/demonstration/issuer/jwks"),
    ] {
        let response = client.request(method.clone(), path).send().await.expect("the server answers");
        let id = response.headers().get("x-request-id").unwrap_or_else(|| panic!("{method} {path} has none"));
        let id = id.to_str().expect("ASCII").to_owned();
        assert!(uuid::Uuid::parse_str(&id).is_ok(), "{method} {path}: {id} is ours and not the client's");
        assert!(seen.insert(id), "{method} {path}: an id is given once");
    }
    let refused = client.bearer("nonsense").query("{ __typename }", ()).await;
    assert_eq!(refused.status(), 401);
    let id = refused.header("x-request-id").expect("an id").to_owned();
    assert!(server.log().contains(&id), "{id} is in the log");
}

#[rstest]
#[tokio::test]
async fn the_audit_trail_names_the_request(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let create =
        "mutation C($input: CreateDraftInput!) { createDraft(input: $input) { report { id } userErrors { code } } }";
    let created = reporter.query(create, json!({ "input": { "idempotencyKey": "draft-0001", "content": {} } })).await;
    let report = created.payload("createDraft")["report"]["id"].clone();
    let request = created.header("x-request-id").expect("an id").to_owned();
    let officer = server.sign_in_as("protection@centre.example").await;
    let document =
        "query A($id: ID!) { auditEvents(first: 10, filter: { objectId: $id }) { nodes { action requestId } } }";
    let trail = officer.query(document, json!({ "id": report })).await;
    let events = trail.expect_no_errors().data()["auditEvents"]["nodes"].as_array().expect("a list").clone();
    assert!(events.contains(&json!({ "action": "DRAFT_CREATED", "requestId": request })), "{events:?}");
}
