//! What a session may do: the membership it acts in, and the second factor that roles of the Centre need.

use super::{graphql, is_signed_in, sign_in};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Browser, Database, Server};

const VIEWER: &str =
    "{ viewer { roles secondFactorMissing membership { id } memberships { id organisation { id } } } }";
const ACT_FOR: &str =
    "mutation A($input: ActForInput!) { actFor(input: $input) { membership { id } userErrors { code } } }";

async fn viewer(browser: &mut Browser, server: &Server) -> Value {
    let answer = graphql(browser, server, VIEWER, json!({})).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"]["viewer"].clone()
}

#[rstest]
#[tokio::test]
async fn who_has_several_memberships_chooses(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let mut browser = sign_in(&server, "several@school-03.example", true).await;
    let mut other = sign_in(&server, "several@school-03.example", true).await;
    let before = viewer(&mut browser, &server).await;
    assert_eq!((&before["membership"], &before["roles"]), (&Value::Null, &json!([])));
    let memberships = before["memberships"].as_array().expect("a list").clone();
    assert_eq!(memberships.len(), 2);
    for membership in memberships {
        let input = json!({ "input": { "membershipId": membership["id"] } });
        let chosen = graphql(&mut browser, &server, ACT_FOR, input).await;
        assert_eq!(chosen["data"]["actFor"], json!({ "membership": { "id": membership["id"] }, "userErrors": [] }));
        let acting = viewer(&mut browser, &server).await;
        assert_eq!(acting["membership"]["id"], membership["id"]);
        assert_ne!(acting["roles"], json!([]));
    }
    assert_eq!(viewer(&mut other, &server).await["membership"], Value::Null, "another browser chooses for itself");
}

#[rstest]
#[tokio::test]
async fn nobody_acts_for_others(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let mut own = sign_in(&server, "reporter@school-01.example", true).await;
    let mut other = sign_in(&server, "reporter@school-02.example", true).await;
    let foreign = viewer(&mut other, &server).await["membership"]["id"].clone();
    let before = viewer(&mut own, &server).await;
    for id in [foreign, json!("membership_01h455vb4pex5vsknk084sn02q"), json!("nonsense"), json!("\u{0}")] {
        let answer = graphql(&mut own, &server, ACT_FOR, json!({ "input": { "membershipId": id } })).await;
        assert_eq!(answer["data"]["actFor"]["userErrors"], json!([{ "code": "NOT_FOUND" }]), "{id}");
    }
    assert_eq!(viewer(&mut own, &server).await, before);
    let token = server.sign_in_as("reporter@school-01.example").await;
    let answer = token.query(ACT_FOR, json!({ "input": { "membershipId": before["membership"]["id"] } })).await;
    assert_eq!(answer.user_errors("actFor")[0]["code"], "NOT_FOUND", "a token chooses by its header");
}

#[rstest]
#[tokio::test]
async fn a_membership_that_ends_takes_its_session_along(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let mut browser = sign_in(&server, "reporter2@school-01.example", true).await;
    let id = viewer(&mut browser, &server).await["membership"]["id"].clone();
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let end = "mutation E($input: EndMembershipInput!) { endMembership(input: $input) { membership { endedAt } userErrors { code } } }";
    let input = json!({ "input": { "membershipId": id, "revision": 1, "reason": "left the school" } });
    coordinator.query(end, input).await.payload("endMembership");
    if is_signed_in(&mut browser, &server).await {
        let after = viewer(&mut browser, &server).await;
        assert_eq!(
            (&after["membership"], &after["roles"], &after["memberships"]),
            (&Value::Null, &json!([]), &json!([]))
        );
    }
    let reports = graphql(&mut browser, &server, "{ reports(first: 1) { totalCount } }", json!({})).await;
    assert!(reports.get("data").is_none_or(Value::is_null), "{reports}");
}

#[rstest]
#[tokio::test]
async fn roles_of_the_centre_need_a_second_factor(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    for (email, second_factor, roles, missing) in [
        ("intake@centre.example", true, json!(["INTAKE_OFFICER"]), false),
        ("intake@centre.example", false, json!([]), true),
        ("reporter@school-01.example", false, json!(["REPORTER"]), false),
    ] {
        let mut browser = sign_in(&server, email, second_factor).await;
        let seen = viewer(&mut browser, &server).await;
        assert_eq!(
            (&seen["roles"], &seen["secondFactorMissing"]),
            (&roles, &json!(missing)),
            "{email} {second_factor}"
        );
        let queue = graphql(&mut browser, &server, "{ triageQueue { totalCount } }", json!({})).await;
        assert_eq!(queue["data"]["triageQueue"]["totalCount"].is_number(), second_factor, "{email}: {queue}");
    }
}
