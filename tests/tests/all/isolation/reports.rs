//! What the fields of a report show to whom, and what roles without reports find of them.

use super::server_for_walks;
use crate::steps::{content, list, step, submit};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Contract, Database, Server};

#[rstest]
#[tokio::test]
async fn a_partner_sees_none_of_the_centres_work(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server_for_walks(database).await;
    let contract = Contract::of(&server.sign_in_as("analyst@centre.example").await).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let report = submit(&reporter, "worked-on", content("quokka")).await;
    let other = submit(&reporter, "joined-to-it", content("numbat")).await;
    let join = json!({ "intoReportId": report.id, "reason": "the same events" });
    step(&supervisor, "joinReport", &other.id, join).await;
    step(&supervisor, "acceptReport", &report.id, json!({ "idempotencyKey": "accepts-it-now", "reason": "signs" }))
        .await;
    let joined = "query J($one: ID!, $other: ID!) {
        one: report(id: $one) { joined: joinedReports { id } } other: report(id: $other) { joined: joinedTo { id } } }";
    let joined = async |client: &Client| {
        let response = client.query(joined, json!({ "one": report.id, "other": other.id })).await;
        let seen = response.expect_no_errors().data().clone();
        [seen["one"]["joined"].clone(), seen["other"]["joined"].clone()]
    };
    let to_the_centre = [json!([{ "id": other.id }]), json!({ "id": report.id })];
    assert_eq!(joined(&supervisor).await, to_the_centre, "the Centre sees what was joined to what");
    let document = format!("query All($id: ID!) {{ report(id: $id) {} }}", contract.everything("Report", 4));
    for email in ["reporter@school-01.example", "coordinator@school-01.example"] {
        let partner = server.sign_in_as(email).await;
        let response = partner.query(&document, json!({ "id": report.id })).await;
        let shown = response.expect_no_errors().data()["report"].clone();
        for field in ["state", "assignee", "notes", "events", "cases", "bars"] {
            assert_eq!(shown.get(field), Some(&Value::Null), "{email}: {field}");
        }
        assert_eq!(joined(&partner).await, [Value::Null, Value::Null], "{email}");
        assert_eq!((&shown["status"], &shown["observations"]), (&json!("IN_ASSESSMENT"), &json!("quokka")));
        assert_eq!(shown["persons"][0]["identity"], Value::Null, "accepted: identity is the Centre's from now on");
    }
}

#[rstest]
#[tokio::test]
async fn identity_is_the_authors_alone_until_acceptance(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let report = submit(&reporter, "with-identity", content("x")).await;
    let names = |client: &Client| {
        let (client, id) = (client.clone(), report.id.clone());
        async move { crate::steps::field(&client, &id, "persons { identity { names } }").await[0]["identity"].clone() }
    };
    assert_eq!(names(&reporter).await["names"], crate::steps::invented("x"));
    for email in ["coordinator@school-01.example", "intake@centre.example", "supervisor@centre.example"] {
        assert_eq!(names(&server.sign_in_as(email).await).await, Value::Null, "{email}");
    }
    for state in [
        ("assignReport", json!({ "membershipId": crate::steps::own_membership(&supervisor).await })),
        ("requestInformation", json!({ "idempotencyKey": "asks-for-more", "question": "?" })),
    ] {
        step(&supervisor, state.0, &report.id, state.1).await;
        assert!(names(&reporter).await.is_object(), "after {}", state.0);
    }
    step(&supervisor, "acceptReport", &report.id, json!({ "idempotencyKey": "accepts-it-now", "reason": "signs" }))
        .await;
    assert_eq!(names(&reporter).await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn roles_without_reports_have_no_field_that_leads_to_one(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let contract = Contract::of(&server.sign_in_as("analyst@centre.example").await).await;
    let reports = ["report", "reportByReference", "reports", "triageQueue", "case", "cases"];
    for email in [
        "trainer@centre.example",
        "analyst@centre.example",
        "administrator@centre.example",
        "protection@centre.example",
    ] {
        let client = server.sign_in_as(email).await;
        for name in reports {
            let field = contract.fields("Query").iter().find(|field| field.name == name).expect("a root field");
            let variables = json!({ "id": "report_01h455vb4pex5vsknk084sn02q", "reference": "PI-0000-0000-0" });
            let response = client.query(&contract.document("Query", field, 1, 1), variables).await;
            assert_eq!(response.error_codes(), ["NOT_FOUND"], "{email}: {name}");
        }
        let objects = "{ nodes(ids: [\"report_01h455vb4pex5vsknk084sn02q\"]) { id } }";
        assert_eq!(list(&client.query(objects, ()).await.expect_no_errors().data()["nodes"]), [Value::Null]);
    }
}
