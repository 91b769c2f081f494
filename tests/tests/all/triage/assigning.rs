//! Assigning: of two officers at once one wins; a case worker sees what is assigned to it, and nothing else.

use crate::steps::{act, content, field, list, own_membership, refusals, step, submit, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

#[rstest]
#[tokio::test]
async fn of_two_officers_at_once_one_wins(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "two-officers-1", content("x")).await;
    let mut officers = Vec::new();
    for email in ["intake@centre.example", "intake2@centre.example", "supervisor@centre.example"] {
        let officer = server.sign_in_as(email).await.accept_language("en");
        let own =
            officer.query("{ viewer { membership { id name } } }", ()).await.data()["viewer"]["membership"].clone();
        officers.push((officer, own));
    }
    let revision = field(&officers[0].0, &report.id, "revision").await;
    let attempts: Vec<_> = officers
        .iter()
        .map(|(officer, own)| {
            let input = json!({ "reportId": report.id, "revision": revision, "membershipId": own["id"] });
            let (officer, own) = (officer.clone(), own.clone());
            tokio::spawn(async move { (act(&officer, "assignReport", "report { state }", input).await, own) })
        })
        .collect();
    let (mut winners, mut told) = (Vec::new(), Vec::new());
    for attempt in attempts {
        let (response, own) = attempt.await.expect("an attempt ends");
        match response.expect_no_errors().user_errors("assignReport") {
            [] => winners.push(own),
            [error] => {
                assert_eq!((&error["code"], &error["field"]), (&json!("STALE"), &json!(["revision"])));
                told.push(text(&error["message"]));
            }
            errors => panic!("{errors:?}"),
        }
    }
    assert_eq!((winners.len(), told.len()), (1, 2));
    let winner = text(&winners[0]["name"]);
    assert!(told.iter().all(|told| told.contains(&winner) && told.contains("assigned it")), "{told:?} about {winner}");
    assert_eq!(field(&officers[0].0, &report.id, "assignee { id }").await["id"], winners[0]["id"]);
    let events = field(&officers[0].0, &report.id, "events { nodes { transition } }").await;
    assert_eq!(events["nodes"], json!([{ "transition": "SUBMIT" }, { "transition": "ASSIGN" }]));
}

/// What somebody sees of a report, in every way there is.
async fn sees(client: &Client, report: &Value, person: &Value, reference: &str) -> Vec<bool> {
    let document = "query Sees($id: ID!, $person: ID!, $reference: String!) { report(id: $id) { id }
        reportByReference(reference: $reference) { id } nodes(ids: [$id, $person]) { id } reports(first: 100) { nodes { id } }
        triageQueue(first: 100, filter: { reference: $reference }) { nodes { id } } }";
    let response = client.query(document, json!({ "id": report, "person": person, "reference": reference })).await;
    let data = response.expect_no_errors().data();
    let listed = |root: &str| list(&data[root]["nodes"]).iter().any(|node| node["id"] == *report);
    let mut sees = vec![data["report"].is_object(), data["reportByReference"].is_object()];
    sees.extend(list(&data["nodes"]).iter().map(Value::is_object));
    sees.extend([listed("reports"), listed("triageQueue")]);
    sees
}

#[rstest]
#[tokio::test]
async fn a_case_worker_sees_what_is_assigned_to_it(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let (one, two) =
        (server.sign_in_as("caseworker@centre.example").await, server.sign_in_as("caseworker2@centre.example").await);
    let (first, second) = (own_membership(&one).await, own_membership(&two).await);
    let report = submit(&reporter, "for-a-worker-1", content("x")).await;
    let all = |client: &Client| {
        let (client, report) = (client.clone(), report.clone());
        async move { sees(&client, &report.id, &report.person, &report.reference).await }
    };
    assert_eq!(all(&one).await, [false; 6]);
    let note = |key: &str| json!({ "idempotencyKey": key, "reportId": report.id, "text": "mine?" });
    let not_found = [("NOT_FOUND".to_owned(), "reportId".to_owned())];
    assert_eq!(refusals(&one, "addNote", note("not-mine-yet")).await, not_found);

    step(&intake, "assignReport", &report.id, json!({ "membershipId": first })).await;
    assert_eq!(all(&one).await, [true; 6]);
    assert_eq!(all(&two).await, [false; 6]);
    let asked =
        step(&one, "requestInformation", &report.id, json!({ "idempotencyKey": "worker-asks", "question": "?" })).await;
    assert_eq!(asked, "MORE_INFORMATION_NEEDED");

    step(&intake, "assignReport", &report.id, json!({ "membershipId": second })).await;
    assert_eq!(all(&one).await, [false; 6], "it was given to another");
    assert_eq!(all(&two).await, [true; 6]);
    let mut refused = json!({ "reportId": report.id, "revision": 4, "reason": "no more mine" });
    assert_eq!(refusals(&one, "closeReport", refused.clone()).await, not_found);
    refused["membershipId"] = first;
    assert_eq!(
        act(
            &two,
            "assignReport",
            "report { id }",
            json!({ "reportId": report.id, "revision": 4,
        "membershipId": second })
        )
        .await
        .error_codes(),
        ["NOT_FOUND"],
        "case workers do not assign"
    );
    let identity =
        json!({ "idempotencyKey": "opened-by-one", "personId": report.person, "reason": "to agree on a safe call" });
    assert_eq!(
        refusals(&one, "openIdentity", identity.clone()).await,
        [("NOT_FOUND".to_owned(), "personId".to_owned())]
    );
    crate::steps::done(&two, "openIdentity", "identity { names }", identity).await;
}

#[rstest]
#[tokio::test]
async fn assigned_are_members_of_the_centre_who_work_on_reports(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let report = submit(&reporter, "assigned-to-whom", content("x")).await;
    let revision = field(&intake, &report.id, "revision").await;
    for email in
        ["analyst@centre.example", "protection@centre.example", "trainer@centre.example", "reporter@school-01.example"]
    {
        let member = own_membership(&server.sign_in_as(email).await).await;
        let input = json!({ "reportId": report.id, "revision": revision, "membershipId": member });
        assert_eq!(
            refusals(&intake, "assignReport", input).await,
            [("INVALID".to_owned(), "membershipId".to_owned())],
            "{email}"
        );
    }
    for email in ["caseworker@centre.example", "supervisor@centre.example", "intake2@centre.example"] {
        let member = own_membership(&server.sign_in_as(email).await).await;
        assert_eq!(step(&intake, "assignReport", &report.id, json!({ "membershipId": member })).await, "IN_TRIAGE");
    }
}
