//! The audit trail: what each action leaves, to the row; who reads it; and that nobody changes it.

mod actions;
mod certificates;
mod evidence;
mod linking;
mod materials;
mod notifications;
mod script;
mod tampering;
mod training;

use crate::sign_in::{pick, send, sign_in};
use crate::steps::{list, text};
use actions::{administer, keep_apart, report, triage};
use certificates::certify;
use materials::{hand_out, keep_a_calendar};
use notifications::be_told;
use rstest::rstest;
use script::Script;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use std::collections::BTreeSet;
use tests::{Contract, Database};
use training::train;

/// Chooses the membership to act in, which only a browser's session does.
async fn choose(script: &mut Script) {
    let several = script.server.sign_in_as("several@school-03.example").await;
    let memberships =
        several.query("{ viewer { memberships { id } } }", ()).await.data()["viewer"]["memberships"].clone();
    let mut browser = sign_in(&script.server, "several@school-03.example", false).await;
    let document =
        "mutation A($input: ActForInput!) { actFor(input: $input) { membership { id } userErrors { code } } }";
    let input = json!({ "input": { "membershipId": memberships[0]["id"] } });
    let page = send(&mut browser, &script.server, "same-origin", document, input).await;
    let answer: Value = serde_json::from_str(&page.text).expect("JSON");
    assert_eq!(answer["data"]["actFor"]["membership"]["id"], memberships[0]["id"], "{answer}");
    script.mutations.insert("actFor".to_owned());
    let request = page.headers["x-request-id"].to_str().expect("a request id");
    let rows: Vec<Value> = script.trail().await.into_iter().filter(|row| row["requestId"] == json!(request)).collect();
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["action"], &rows[0]["object"]["type"]), (&json!("ACTING_CHOSEN"), &json!("SESSION")));
}

#[rstest]
#[tokio::test]
async fn every_action_leaves_exactly_its_rows(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut script = Script::begin(database).await;
    administer(&mut script).await;
    let (reports, person) = report(&mut script).await;
    triage(&mut script, &reports, &person).await;
    keep_apart(&mut script, &reports[1]).await;
    train(&mut script, database).await;
    let held = certify(&mut script, database).await;
    hand_out(&mut script, held).await;
    keep_a_calendar(&mut script).await;
    be_told(&mut script).await;
    let trail = "{ auditEvents(first: 1) { nodes { action } } other: auditEvents(first: 1) { totalCount } }";
    let officer = script.officer.clone();
    script.read(&officer, trail, json!({}), &["AUDIT_TRAIL_READ AUDIT_EVENT"]).await;
    script.check().await;
    choose(&mut script).await;
    let contract = Contract::of(&script.officer).await;
    let all: BTreeSet<String> = contract.fields("Mutation").iter().map(|field| field.name.clone()).collect();
    let sent = script.mutations.clone();

    assert_eq!(sent, all, "every mutation of the contract is in this script");
}

#[rstest]
#[tokio::test]
async fn signing_in_and_out_leaves_rows(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let script = Script::begin(database).await;
    let mut browser = sign_in(&script.server, "reporter@school-01.example", false).await;
    browser.submit(script.server.url("/sign-out"), &[]).await;
    let mut former = script.server.browser();
    let page = former.open(script.server.url("/sign-in")).await;
    let page = pick(&mut former, &page, "former@school-02.example", false).await;
    assert_eq!(page.status, 403, "{}", page.text);
    let trail = script.trail().await;
    // What the service did at its start is no act of anybody.
    let service = ["INDICATORS_IMPORTED", "DEMONSTRATION_FILLED", "DUPLICATE_PROPOSED", "ISSUER_MOVED"];
    let rows: Vec<&Value> =
        trail.iter().rev().filter(|row| !service.contains(&row["action"].as_str().unwrap_or_default())).collect();
    let actions: Vec<&Value> = rows.iter().map(|row| &row["action"]).collect();
    assert_eq!(actions, ["SIGNED_IN", "SIGNED_OUT", "SIGN_IN_REFUSED"]);
    for (row, known) in rows.into_iter().zip([true, true, false]) {
        assert_eq!(row["member"]["id"].is_string(), known, "{row}");
        assert!(!text(&row["requestId"]).is_empty());
    }
}

#[rstest]
#[tokio::test]
async fn a_coordinator_reads_what_its_own_organisation_did(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut script = Script::begin(database).await;
    let (reports, person) = report(&mut script).await;
    triage(&mut script, &reports, &person).await;
    let coordinator = script.server.sign_in_as("coordinator@school-01.example").await;
    let own = coordinator.query("{ viewer { membership { organisation { id } } } }", ()).await;
    let own = own.data()["viewer"]["membership"]["organisation"]["id"].clone();
    let document = "query T($id: ID) { auditEvents(first: 100, filter: { objectId: $id }) { nodes { action reason
        organisation { id } member { id organisation { id } } } } }";
    let response = coordinator.query(document, json!({ "id": reports[0] })).await;
    let rows = list(&response.expect_no_errors().data()["auditEvents"]["nodes"]).to_vec();
    assert!(rows.iter().all(|row| row["organisation"]["id"] == own && row["member"]["organisation"]["id"] == own));
    let actions: BTreeSet<&str> = rows.iter().filter_map(|row| row["action"].as_str()).collect();
    let expected = [
        "ATTACHMENT_ANNOUNCED",
        "ATTACHMENT_REMOVED",
        "INFORMATION_ADDED",
        "INFORMATION_ANSWERED",
        "MESSAGES_READ",
        "REPORT_READ",
        "REPORT_SUBMITTED",
        "WITHDRAWAL_REQUESTED",
    ];
    assert_eq!(actions, BTreeSet::from(expected), "and not what the Centre did about it");
    let everything = "{ auditEvents(first: 100) { nodes { organisation { id } } } }";
    let response = coordinator.query(everything, ()).await;
    let rows = list(&response.expect_no_errors().data()["auditEvents"]["nodes"]).to_vec();
    assert!(rows.iter().all(|row| row["organisation"]["id"] == own) && rows.len() > 10);
    let nobody = [
        "reporter@school-01.example",
        "trainer@centre.example",
        "intake@centre.example",
        "caseworker@centre.example",
        "supervisor@centre.example",
        "analyst@centre.example",
        "administrator@centre.example",
    ];
    for email in nobody {
        let refused = script.server.sign_in_as(email).await.query(everything, ()).await;
        assert_eq!(refused.error_codes(), ["NOT_FOUND"], "{email}");
    }
}

#[rstest]
#[tokio::test]
async fn nobody_changes_the_trail(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = evidence::eager(database).start().await;
    evidence::settled(server.storage()).await;
    let url = server.storage().url();
    for sql in [
        "UPDATE audit_event SET reason = 'another'",
        "DELETE FROM audit_event",
        "UPDATE audit_link SET position = position + 1000000",
        "DELETE FROM audit_link",
        "UPDATE audit_checkpoint SET position = position + 1000000",
        "DELETE FROM audit_checkpoint",
    ] {
        let outcome = match database {
            Database::Sqlite => {
                let mut connection = SqliteConnection::connect(&url).await.expect("the file opens");
                sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
            }
            Database::Postgres => {
                let mut connection = PgConnection::connect(&url).await.expect("the server's role connects");
                sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
            }
        };
        assert!(outcome.is_err(), "{sql} was done");
    }
}
