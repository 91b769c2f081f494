//! Who learns of it: nobody who reports, and nobody who is barred from either of the two.

use super::{child, proposed, reported_twice};
use crate::steps::{done, field, own_membership, refusals, step, submit, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

/// Everything that a reporter sees after it has reported somebody: the answer itself with its headers, how many statements it
/// took, and what it reads afterwards.
async fn reported(server: &Server, names: &str, before: &str) -> Vec<String> {
    let school = server.sign_in_as("reporter@school-01.example").await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    submit(&clinic, "it-was-there-before", child(before)).await;
    let document =
        "mutation($input: SubmitReportInput!) { submitReport(input: $input) { report { id status revision urgency
        persons { pseudonym identity { names } possibleDuplicates { id } } possibleDuplicates { id } }
        receipt { message } userErrors { code } } }";
    let input = json!({ "idempotencyKey": "one-and-the-same", "report": { "content": child(names) } });
    let response = school.query(document, json!({ "input": input })).await;
    let payload = response.expect_no_errors().payload("submitReport").clone();
    assert_eq!(payload["report"]["possibleDuplicates"], Value::Null);
    assert_eq!(payload["report"]["persons"][0]["possibleDuplicates"], Value::Null);
    let id = payload["report"]["id"].clone();
    let intake = server.sign_in_as("intake@centre.example").await;
    proposed(&intake, &id, usize::from(before == names)).await;
    let mut seen = vec![response.lasting(), response.statements().to_string()];
    let read = "query($id: ID!) { report(id: $id) { status revision messages { totalCount } } notifications(first: 5)
        { totalCount } reports(first: 1) { totalCount } }";
    let read = school.query(read, json!({ "id": id })).await;
    seen.extend([read.lasting(), read.statements().to_string()]);
    // The key is made anew each time.
    seen.into_iter().map(|seen| seen.replace(&text(&id), "its id")).collect()
}

#[rstest]
#[tokio::test]
async fn whoever_reports_sees_the_same_with_and_without(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let clock = "2026-04-20T08:00:00Z";
    let with = Server::with(database).clock(clock).start().await;
    let without = Server::with(database).clock(clock).start().await;
    let names = "Невена Орахопољац";
    let (with, without) = tokio::join!(reported(&with, names, names), reported(&without, names, "Тијана Светиљкић"));
    assert_eq!(with, without);
}

#[rstest]
#[tokio::test]
async fn no_partner_reaches_it(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let (_, later) = reported_twice(&clinic, &school).await;
    let found = proposed(&intake, &later.id, 1).await.remove(0);
    for email in ["reporter@school-01.example", "coordinator@school-01.example", "coordinator@health-01.example"] {
        let client = server.sign_in_as(email).await;
        let response = client.query("{ possibleDuplicates(first: 1) { totalCount } }", ()).await;
        assert_eq!(response.error_codes(), ["NOT_FOUND"], "{email}");
    }
    for email in ["analyst@centre.example", "protection@centre.example", "trainer@centre.example"] {
        let client = server.sign_in_as(email).await;
        let response = client.query("{ possibleDuplicates(first: 1) { totalCount } }", ()).await;
        assert_eq!(response.error_codes(), ["NOT_FOUND"], "{email}");
    }
    let worker = server.sign_in_as("caseworker@centre.example").await;
    let dismiss = json!({ "possibleDuplicateId": found["id"], "reason": "not seen" });
    let missing = [("NOT_FOUND".to_owned(), "possibleDuplicateId".to_owned())];
    assert_eq!(refusals(&worker, "dismissPossibleDuplicate", dismiss).await, missing, "it sees neither report");
}

async fn open_ones(client: &Client) -> String {
    let document = "{ possibleDuplicates(state: OPEN, first: 100) { totalCount nodes { id } }
        triageQueue(filter: { possibleDuplicate: true }, first: 100) { totalCount nodes { id } } }";
    client.query(document, ()).await.expect_no_errors().data().to_string()
}

#[rstest]
#[tokio::test]
async fn a_case_worker_sees_it_with_both_reports_and_a_bar_from_either_hides_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let (earlier, later) = reported_twice(&clinic, &school).await;
    let found = proposed(&intake, &later.id, 1).await.remove(0);
    let assignee = json!({ "membershipId": own_membership(&worker).await });
    step(&supervisor, "assignReport", &later.id, assignee.clone()).await;
    assert_eq!(field(&worker, &later.id, "possibleDuplicates { id }").await, json!([]), "it sees only one of them");
    step(&supervisor, "assignReport", &earlier.id, assignee).await;
    assert_eq!(field(&worker, &later.id, "possibleDuplicates { id }").await, json!([{ "id": found["id"] }]));

    let id = text(&found["id"]);
    assert!(open_ones(&intake).await.contains(&id));
    let bar = json!({ "idempotencyKey": "bars-from-the-earlier", "reportId": earlier.id, "reason": "a relative",
        "membershipId": own_membership(&intake).await });
    done(&supervisor, "barFromReport", "bar { id }", bar).await;
    assert_eq!(field(&intake, &later.id, "possibleDuplicates { id }").await, json!([]), "the later one it still sees");
    let open = open_ones(&intake).await;
    assert!(!open.contains(&id) && !open.contains(&text(&later.id)), "{open}");
    let dismiss = json!({ "possibleDuplicateId": found["id"], "reason": "not seen" });
    let missing = [("NOT_FOUND".to_owned(), "possibleDuplicateId".to_owned())];
    assert_eq!(refusals(&intake, "dismissPossibleDuplicate", dismiss).await, missing);
}

#[rstest]
#[tokio::test]
async fn emergency_access_shows_it_and_decides_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let (earlier, later) = reported_twice(&clinic, &school).await;
    let found = proposed(&intake, &later.id, 1).await.remove(0);
    let assignee = json!({ "membershipId": own_membership(&worker).await });
    step(&supervisor, "assignReport", &later.id, assignee.clone()).await;
    let emergency = json!({ "idempotencyKey": "emergency-of-the-earlier", "reportReference": earlier.reference,
        "reason": "the police found her and asks" });
    done(&worker, "openIdentityInEmergency", "opening { id }", emergency).await;
    assert_eq!(field(&worker, &later.id, "possibleDuplicates { id }").await, json!([{ "id": found["id"] }]));
    let decision = json!({ "possibleDuplicateId": found["id"], "reason": "another family" });
    let missing = [("NOT_FOUND".to_owned(), "possibleDuplicateId".to_owned())];
    assert_eq!(refusals(&worker, "dismissPossibleDuplicate", decision.clone()).await, missing);
    let dismissed = "possibleDuplicate { state }";
    done(&intake, "dismissPossibleDuplicate", dismissed, decision.clone()).await;
    assert_eq!(refusals(&worker, "reopenPossibleDuplicate", decision.clone()).await, missing);
    step(&supervisor, "assignReport", &earlier.id, assignee).await;
    let reopened = done(&worker, "reopenPossibleDuplicate", dismissed, decision).await;
    assert_eq!(reopened["possibleDuplicate"]["state"], "OPEN", "it works on both now");
}
