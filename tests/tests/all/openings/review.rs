//! Every opening is reviewed, once, by somebody else.

use super::{OPENING, after, listed, open, opening, refused};
use crate::steps::{act, content, done, list, own_membership, refusals, submit, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

fn review(opening: &Value, review: &str, remark: &str) -> Value {
    json!({ "openingId": opening["id"], "review": review, "remark": remark })
}

async fn opened(server: &Server) -> (Client, Value) {
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let report = submit(&reporter, "to-be-reviewed", content("x")).await;
    let opened = open(&intake, "reviewed-later", &report.person).await;
    (intake, opened)
}

#[rstest]
#[tokio::test]
async fn the_protection_officer_reviews_each_once(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let (intake, opened) = opened(&server).await;
    let officer = server.sign_in_as("protection@centre.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    assert_eq!(listed(&officer, json!({ "unreviewed": true })).await, std::slice::from_ref(&opened));
    assert_eq!(listed(&supervisor, json!({})).await, std::slice::from_ref(&opened));
    for client in [&intake, &supervisor] {
        let nobody = act(client, "reviewIdentityOpening", "__typename", review(&opened, "IN_ORDER", "")).await;
        assert_eq!(nobody.error_codes(), ["NOT_FOUND"], "a supervisor reads, and does not review");
    }
    let refusal = async |input| refusals(&officer, "reviewIdentityOpening", input).await;
    assert_eq!(refusal(review(&opened, "NOT_IN_ORDER", "  ")).await, refused("REQUIRED", "remark"));
    assert_eq!(refusal(review(&opened, "IN_ORDER", &"a".repeat(2_001))).await, refused("TOO_LONG", "remark"));
    let selection = format!("opening {{ {OPENING} }}");
    let input = review(&opened, "NOT_IN_ORDER", " nobody was called ");
    let reviewed = done(&officer, "reviewIdentityOpening", &selection, input.clone()).await["opening"].clone();
    assert_eq!((&reviewed["review"], &reviewed["remark"]), (&json!("NOT_IN_ORDER"), &json!("nobody was called")));
    assert_eq!(reviewed["reviewer"]["id"], own_membership(&officer).await);
    assert!(reviewed["reviewedAt"].is_string());
    for input in [input, review(&opened, "IN_ORDER", "")] {
        assert_eq!(refusal(input).await, refused("WRONG_STATE", "openingId"), "a review is final");
    }
    assert_eq!(listed(&officer, json!({ "unreviewed": true })).await, Vec::<Value>::new());
    assert_eq!(listed(&intake, json!({ "unreviewed": false })).await, [reviewed], "who opened learns what was found");
}

#[rstest]
#[tokio::test]
async fn nobody_reviews_an_opening_of_its_own(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let everything = crate::steps::with_every_role(&server).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "opened-and-reviewed", content("x")).await;
    let opened = open(&everything, "its-own-opening", &report.person).await;
    let own = refusals(&everything, "reviewIdentityOpening", review(&opened, "IN_ORDER", "")).await;
    assert_eq!(own, refused("INVALID", "openingId"));
    let officer = server.sign_in_as("protection@centre.example").await;
    done(&officer, "reviewIdentityOpening", "opening { id }", review(&opened, "IN_ORDER", "")).await;
}

#[rstest]
#[tokio::test]
async fn of_two_reviews_at_once_one_holds(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let (_, opened) = opened(&server).await;
    let officer = server.sign_in_as("protection@centre.example").await;
    let attempts: Vec<_> = ["IN_ORDER", "NOT_IN_ORDER"]
        .map(|found| {
            let (officer, input) = (officer.clone(), review(&opened, found, "a remark"));
            tokio::spawn(async move { act(&officer, "reviewIdentityOpening", "opening { id }", input).await })
        })
        .into();
    let mut codes = Vec::new();
    for attempt in attempts {
        let response = attempt.await.expect("it ends");
        let errors = response.expect_no_errors().user_errors("reviewIdentityOpening");
        codes.extend(errors.iter().map(|error| text(&error["code"])));
    }
    assert_eq!(codes, ["WRONG_STATE"]);
}

#[rstest]
#[tokio::test]
async fn what_nobody_reviewed_in_time_is_overdue(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut server = Server::start(database).await;
    let (_, opened) = opened(&server).await;
    assert_eq!(opened["reviewDueAt"], json!(after(&opened["openedAt"], 7 * 24 * 60, 0)));
    let officer = server.sign_in_as("protection@centre.example").await;
    assert_eq!(listed(&officer, json!({ "overdue": true })).await, Vec::<Value>::new());
    server.restart_at(&after(&opened["openedAt"], 7 * 24 * 60, 1)).await;
    let officer = server.sign_in_as("protection@centre.example").await;
    assert_eq!(listed(&officer, json!({ "overdue": true })).await, std::slice::from_ref(&opened));
    done(&officer, "reviewIdentityOpening", "opening { id }", review(&opened, "IN_ORDER", "")).await;
    assert_eq!(listed(&officer, json!({ "overdue": true })).await, Vec::<Value>::new());
}

/// What a client was told of openings that nobody reviewed: the openings, as far as it sees them.
async fn told(client: &Client) -> Vec<Value> {
    let document =
        format!("{{ notifications(first: 100) {{ nodes {{ kind report {{ id }} opening {{ {OPENING} }} }} }} }}");
    let response = client.query(&document, ()).await;
    let nodes = list(&response.expect_no_errors().data()["notifications"]["nodes"]).to_vec();
    nodes.into_iter().filter(|node| node["kind"] == "REVIEW_OVERDUE").collect()
}

/// Waits until a client was told of so many.
async fn wait_for(client: &Client, number: usize) -> Vec<Value> {
    for _ in 0..500 {
        let found = told(client).await;
        if found.len() >= number {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nobody was told of {number}");
}

#[rstest]
#[tokio::test]
async fn whoever_must_know_is_told_once_of_what_nobody_reviewed_in_time(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let start = Server::with(database).env("OSLONAC_NOTIFICATIONS__LOOK_EVERY_SECONDS", "1");
    let mut server = start.clock("2026-04-20T08:00:00Z").start().await;
    let (intake, first) = opened(&server).await;
    let second = open(&intake, "reviewed-in-time", &first["personId"]).await;
    let officer = server.sign_in_as("protection@centre.example").await;
    done(&officer, "reviewIdentityOpening", "opening { id }", review(&second, "IN_ORDER", "")).await;
    server.restart_at(&after(&first["openedAt"], 7 * 24 * 60, -60)).await;
    let officer = server.sign_in_as("protection@centre.example").await;
    assert_eq!(told(&officer).await, Vec::<Value>::new(), "there is a minute left");

    for seconds in [1, 3_600, 2] {
        server.restart_at(&after(&first["openedAt"], 7 * 24 * 60, seconds)).await;
        let officer = server.sign_in_as("protection@centre.example").await;
        let supervisor = server.sign_in_as("supervisor@centre.example").await;
        let expected = json!([{ "kind": "REVIEW_OVERDUE", "report": null, "opening": first }]);
        assert_eq!(json!(wait_for(&officer, 1).await), expected, "{seconds}: the officer sees no report");
        let expected = json!([{ "kind": "REVIEW_OVERDUE", "report": { "id": first["reportId"] }, "opening": first }]);
        assert_eq!(json!(wait_for(&supervisor, 1).await), expected, "{seconds}");
        let trail =
            "{ auditEvents(first: 10, filter: { action: REVIEW_MISSED }) { nodes { object { id } member { id } } } }";
        let rows = officer.query(trail, ()).await.expect_no_errors().data()["auditEvents"]["nodes"].clone();
        assert_eq!(rows, json!([{ "object": { "id": first["personId"] }, "member": null }]), "{seconds}");
    }
    for nobody in ["intake@centre.example", "reporter@school-01.example", "administrator@centre.example"] {
        assert_eq!(told(&server.sign_in_as(nobody).await).await, Vec::<Value>::new(), "{nobody}");
    }
}

#[rstest]
#[tokio::test]
async fn openings_are_found_by_member_and_time(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let (intake, first) = opened(&server).await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let second = open(&supervisor, "second-opening", &first["personId"]).await;
    let officer = server.sign_in_as("protection@centre.example").await;
    let found = async |filter| listed(&officer, filter).await;
    assert_eq!(found(json!({})).await, [second.clone(), first.clone()], "the newest first");
    assert_eq!(found(json!({ "membershipId": own_membership(&intake).await })).await, std::slice::from_ref(&first));
    assert_eq!(found(json!({ "membershipId": "membership_x" })).await, Vec::<Value>::new());
    assert_eq!(found(json!({ "from": second["openedAt"] })).await, std::slice::from_ref(&second));
    assert_eq!(found(json!({ "until": second["openedAt"] })).await, std::slice::from_ref(&first));
    assert_eq!(found(json!({ "emergency": true })).await, Vec::<Value>::new());
    let unknown = opening("no-such-person", &json!("person_01h455vb4pex5vsknk084sn02q"));
    assert_eq!(refusals(&intake, "openIdentity", unknown).await, refused("NOT_FOUND", "personId"));
}
