//! A partner's own software, by client credentials: bound to one organisation.

use super::assert_refused;
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Installation, Server};

const SUBMIT: &str = "mutation S($input: SubmitReportInput!) { submitReport(input: $input) {
    report { id status channel } receipt { reference } userErrors { code field message } } }";
const REPORTS: &str =
    "{ viewer { roles membership { organisation { name } } } reports(first: 100) { totalCount nodes { id } } }";

fn report() -> Value {
    json!({ "input": { "idempotencyKey": "from-software-1", "report": { "content": {
        "dangerNow": "NO", "observations": "Seen by the school's records.", "municipality": "novi-sad",
        "persons": [{ "pseudonym": "A", "child": "YES" }] } } } })
}

async fn software(server: &Server, client_id: &str, secret: &str) -> Value {
    server.token(&[("grant_type", "client_credentials"), ("client_id", client_id), ("client_secret", secret)]).await
}

async fn client(server: &Server, client_id: &str) -> Client {
    let answer = software(server, client_id, "demonstration-only").await;
    server.anonymous().bearer(answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")))
}

#[rstest]
#[tokio::test]
async fn it_submits_and_sees_its_own_alone(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let school = client(&server, "school-information-system").await;
    let seen = school.query(REPORTS, ()).await;
    assert_eq!(seen.expect_no_errors().data()["viewer"]["roles"], json!(["REPORTER"]));
    let before = seen.data()["reports"]["nodes"].as_array().expect("a list").clone();
    let colleague = server.sign_in_as("reporter@school-01.example").await;
    let theirs = colleague.query(REPORTS, ()).await.data()["reports"]["nodes"].as_array().expect("a list").clone();
    assert!(before.iter().all(|report| !theirs.contains(report)), "colleagues' reports are theirs");
    let sent = school.query(SUBMIT, report()).await;
    let sent = sent.payload("submitReport");
    assert_eq!((&sent["report"]["status"], &sent["report"]["channel"]), (&json!("RECEIVED"), &json!("API")));
    let id = sent["report"]["id"].clone();
    let seen = school.query(REPORTS, ()).await;
    assert_eq!(seen.data()["reports"]["totalCount"], before.len() + 1);
    assert!(seen.data()["reports"]["nodes"].as_array().is_some_and(|nodes| nodes.contains(&json!({ "id": id }))));

    let police = client(&server, "police-records").await;
    for stranger in [police, server.sign_in_as("reporter@school-02.example").await] {
        let look = stranger
            .query("query L($id: ID!) { report(id: $id) { id } node(id: $id) { id } }", json!({ "id": id }))
            .await;
        assert_eq!(look.expect_no_errors().data(), &json!({ "report": null, "node": null }));
    }
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let look = coordinator.query("query L($id: ID!) { report(id: $id) { id } }", json!({ "id": id })).await;
    assert_eq!(look.data()["report"]["id"], id, "its organisation's coordinator sees what it submitted");
}

#[rstest]
#[tokio::test]
async fn it_cannot_act_for_another_organisation(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let school = client(&server, "school-information-system").await;
    let other = server.sign_in_as("reporter@school-02.example").await;
    let organisation = other.query("{ viewer { membership { organisation { id } } } }", ()).await;
    let id = organisation.data()["viewer"]["membership"]["organisation"]["id"].as_str().expect("an id").to_owned();
    let acting = school.clone().header("oslonac-organisation", &id);
    assert_eq!(acting.query("{ reports(first: 1) { totalCount } }", ()).await.error_codes(), ["NOT_FOUND"]);
    assert_eq!(acting.query(SUBMIT, report()).await.error_codes(), ["NOT_FOUND"]);
    assert_eq!(school.query("{ triageQueue { totalCount } }", ()).await.error_codes(), ["NOT_FOUND"]);
}

#[tokio::test]
async fn it_needs_its_secret() {
    let server = Server::start(Database::Sqlite).await;
    for (client_id, secret) in
        [("school-information-system", "wrong"), ("school-information-system", ""), ("unknown", "demonstration-only")]
    {
        assert_eq!(software(&server, client_id, secret).await["error"], "invalid_client", "{client_id} {secret}");
    }
}

#[rstest]
#[tokio::test]
async fn software_of_another_issuer_counts_once_an_administrator_connects_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let installation = Installation::start(database).await;
    let token = installation.issuer.client_token("oslonac", "only-for-tests").await;
    let software = installation.server.anonymous().bearer(&token);
    assert_refused(&software.query("{ viewer { roles } }", ()).await, &[]);
    let school = installation.register_school("Школа").await;
    let connect = "mutation C($input: ConnectSoftwareInput!) { connectSoftware(input: $input) { membership { id } userErrors { code field } } }";
    let input =
        json!({ "idempotencyKey": "connect-1", "clientId": "oslonac", "name": "Program", "organisationId": school });
    let administrator = installation.sign_in_as(tests::ADMINISTRATOR).await;
    administrator.query(connect, json!({ "input": input })).await.payload("connectSoftware");
    let seen = software.query("{ viewer { roles membership { organisation { id } } } }", ()).await;
    let expected = json!({ "roles": ["REPORTER"], "membership": { "organisation": { "id": school } } });
    assert_eq!(seen.expect_no_errors().data()["viewer"], expected);
    software.query(SUBMIT, report()).await.payload("submitReport");

    // A person who signs in through the same client names it in the token too, and is not the software.
    let person = installation.token_with("stranger@elsewhere.example", json!({ "client_id": "oslonac" })).await;
    assert_refused(&installation.server.anonymous().bearer(&person).query("{ viewer { roles } }", ()).await, &[]);
}
