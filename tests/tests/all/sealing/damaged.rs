//! A text that was damaged takes nothing else with it: it is null with an error in its place, and stays as it is kept.

use super::verify;
use crate::duplicates::{child, proposed};
use crate::steps::{Submitted, content, done, field, own_membership, refusal, refusals, step, submit};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Response, Server};

const LIST: &str = "{ reports(first: 100) { nodes { id reference observations persons { pseudonym } } } }";
/// The same twice in one request.
const TWICE: &str =
    "{ one: reports(first: 100) { nodes { observations } } two: reports(first: 100) { nodes { observations } } }";

/// Damages a column of a report or of its parts, so that it can be mended.
async fn damage(server: &Server, table: &str, column: &str, report: &Submitted) {
    let part = if table == "report" { "id" } else { "report_id" };
    let sql = format!(
        "UPDATE \"{table}\" SET {column} = {column} || 'AAAA' WHERE {column} <> '' AND {part} = (SELECT id FROM report WHERE reference = '{}')",
        report.reference
    );
    assert_eq!(server.storage().tamper(&sql).await, 1, "{table}.{column}");
}

async fn mend(server: &Server, report: &Submitted) {
    let sql = format!(
        "UPDATE report SET observations = substr(observations, 1, length(observations) - 4) WHERE reference = '{}'",
        report.reference
    );
    assert_eq!(server.storage().tamper(&sql).await, 1);
}

/// Two reports of one school.
async fn two(server: &Server) -> (Submitted, Submitted) {
    let school = server.sign_in_as("reporter@school-03.example").await;
    let other = submit(&school, "beside-the-damage", content("merlin-observations")).await;
    (submit(&school, "to-be-damaged", content("kestrel-observations")).await, other)
}

async fn supervisor(server: &Server) -> Client {
    server.sign_in_as("supervisor@centre.example").await.accept_language("en")
}

/// The one error of a response: its path and code, and where it stands in the list of reports.
fn only_error(response: &Response) -> (Vec<Value>, &Value) {
    let [error] = response.errors() else { panic!("one error: {}", response.body()) };
    assert_eq!(error["extensions"]["code"], "CONTENT_UNREADABLE", "{error}");
    (error["path"].as_array().expect("a path").clone(), &error["message"])
}

#[rstest]
#[tokio::test]
async fn a_list_shows_the_rest(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let (damaged, _) = two(&server).await;
    let client = supervisor(&server).await;
    let elsewhere = server.sign_in_as("reporter@school-04.example").await;
    let (before, others) = (client.query(LIST, ()).await, elsewhere.query(LIST, ()).await.lasting());
    damage(&server, "report", "observations", &damaged).await;
    let after = client.query(LIST, ()).await;
    let mut expected = before.expect_no_errors().data().clone();
    let nodes = expected["reports"]["nodes"].as_array_mut().expect("nodes");
    let position = nodes.iter().position(|node| node["id"] == damaged.id).expect("the report is among them");
    nodes[position]["observations"] = Value::Null;
    assert_eq!(after.data(), &expected, "all the rest is there");
    let (path, message) = only_error(&after);
    assert_eq!(path, [json!("reports"), json!("nodes"), json!(position), json!("observations")]);
    let mut messages = vec![message.clone()];
    for language in ["sr-Cyrl", "sr-Latn"] {
        let response = client.clone().accept_language(language).query(LIST, ()).await;
        messages.push(only_error(&response).1.clone());
    }
    messages.dedup();
    assert_eq!(messages.len(), 3, "each language has its words: {messages:?}");
    assert_eq!(elsewhere.query(LIST, ()).await.lasting(), others, "nobody else notices anything");
}

#[rstest]
#[tokio::test]
async fn the_log_names_it_once_a_request_and_shows_no_text(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let (damaged, _) = two(&server).await;
    let client = supervisor(&server).await;
    damage(&server, "report", "observations", &damaged).await;
    let named = || server.log().matches("report.observations of ").count();
    let before = named();
    assert_eq!(client.query(TWICE, ()).await.errors().len(), 2, "each place has its error");
    assert_eq!(named(), before + 1);
    for text in ["kestrel", "merlin"] {
        assert!(!server.log().contains(text), "no text stands in the log");
    }
}

#[rstest]
#[tokio::test]
async fn work_goes_on_and_leaves_it_as_it_is_kept(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let (damaged, _) = two(&server).await;
    let client = supervisor(&server).await;
    damage(&server, "report", "observations", &damaged).await;
    let own = own_membership(&client).await;
    step(&client, "assignReport", &damaged.id, json!({ "membershipId": own })).await;
    step(&client, "closeReport", &damaged.id, json!({ "reason": "no sign" })).await;
    let export = json!({ "personId": damaged.person, "reason": "asked for its data" });
    let export = done(&client, "exportPerson", "export", export).await["export"].clone();
    assert_eq!(
        (&export["report"]["observations"], &export["unreadable"]),
        (&Value::Null, &json!(["report.observations"]))
    );
    assert_eq!(export["identity"]["names"], crate::steps::invented("kestrel-observations"));
    mend(&server, &damaged).await;
    assert_eq!(field(&client, &damaged.id, "observations").await, "kestrel-observations");
}

/// Puts the key of another report in the place of this one's, where it does not open.
async fn damage_key(server: &Server, report: &Submitted, other: &Submitted) {
    let sql = format!(
        "UPDATE report SET sealing_key = (SELECT sealing_key FROM report WHERE reference = '{}') WHERE reference = '{}'",
        other.reference, report.reference
    );
    assert_eq!(server.storage().tamper(&sql).await, 1);
}

#[rstest]
#[tokio::test]
async fn where_the_key_of_a_report_is_damaged_nothing_is_written_and_work_goes_on(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let (damaged, other) = two(&server).await;
    let client = supervisor(&server).await;
    let own = own_membership(&client).await;
    step(&client, "assignReport", &damaged.id, json!({ "membershipId": own })).await;
    damage_key(&server, &damaged, &other).await;
    let revision = field(&client, &damaged.id, "revision").await;
    let note = json!({ "idempotencyKey": "a-note-on-it", "reportId": damaged.id, "text": "call the school" });
    let asked = json!({
        "idempotencyKey": "a-question", "reportId": damaged.id, "revision": revision, "question": "what else?"
    });
    let unwritable = [("CONTENT_UNREADABLE".to_owned(), String::new())];
    let mut messages = Vec::new();
    for language in ["en", "sr-Cyrl", "sr-Latn"] {
        let client = client.clone().accept_language(language);
        for (mutation, input) in [("addNote", &note), ("requestInformation", &asked)] {
            assert_eq!(refusals(&client, mutation, input.clone()).await, unwritable, "{mutation}");
        }
        messages.push(refusal(&client, "addNote", note.clone(), "CONTENT_UNREADABLE").await);
    }
    messages.dedup();
    assert_eq!(messages.len(), 3, "each language has its words: {messages:?}");
    let untouched = client
        .query(
            "query R($id: ID!) { report(id: $id) { revision notes(first: 9) { totalCount } } }",
            json!({ "id": damaged.id }),
        )
        .await;
    assert_eq!(
        untouched.expect_no_errors().data()["report"],
        json!({ "revision": revision, "notes": { "totalCount": 0 } })
    );
    step(&client, "closeReport", &damaged.id, json!({ "reason": "nobody can read it" })).await;
    assert_eq!(field(&client, &damaged.id, "status").await, "CLOSED");
    let officer = server.sign_in_as("protection@centre.example").await;
    let trail = "{ auditEvents(first: 100, filter: { action: REPORT_CLOSED }) { nodes { reason } } }";
    let trail = officer.query(trail, ()).await.expect_no_errors().data().clone();
    assert_eq!(trail["auditEvents"]["nodes"][0]["reason"], "nobody can read it", "{trail}");
}

/// Other bytes in the key of the blind indexes, or the old ones again.
async fn move_index_key(server: &Server, from: &str, to: &str) {
    let sql = format!("UPDATE index_key SET master_key_id = replace(master_key_id, '{from}', '{to}')");
    assert_eq!(server.storage().tamper(&sql).await, 1);
}

#[rstest]
#[tokio::test]
async fn without_the_key_of_the_indexes_reports_are_taken(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let earlier = submit(&clinic, "with-its-key", child("Марија Јовановић-Ветринић")).await;
    move_index_key(&server, "key-", "gone-").await;
    let (in_order, said) = verify(&server).await;
    assert!(!in_order && said.contains("index_key "), "{said}");
    let checked = server.storage().command(&["check"]).run().await.stdout;
    assert!(checked.lines().any(|line| line.starts_with("keys") && line.contains("WRONG: index_key ")), "{checked}");
    server.restart().await;
    assert!(server.log().contains("a key is damaged"), "it says so as it starts");
    let school = server.sign_in_as("reporter@school-03.example").await;
    let meanwhile = submit(&school, "without-its-key", child("Jovanovic Marija")).await;
    assert!(server.log().contains("are compared with nobody"), "whoever is not compared is named");
    move_index_key(&server, "gone-", "key-").await;
    server.restart().await;
    let school = server.sign_in_as("reporter@school-03.example").await;
    let later = submit(&school, "with-its-key-again", child("Jovanovic Marija")).await;
    let client = supervisor(&server).await;
    let found = proposed(&client, &later.id, 1).await;
    assert_eq!(found[0]["earlierPerson"]["report"]["id"], earlier.id);
    proposed(&client, &meanwhile.id, 0).await;
}

#[rstest]
#[tokio::test]
async fn the_check_of_the_keys_names_damaged_parts(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let (damaged, _) = two(&server).await;
    let client = supervisor(&server).await;
    let asked = json!({ "idempotencyKey": "a-question", "question": "what else?" });
    let own = own_membership(&client).await;
    step(&client, "assignReport", &damaged.id, json!({ "membershipId": own })).await;
    step(&client, "requestInformation", &damaged.id, asked).await;
    let note = json!({ "idempotencyKey": "a-note-on-it", "reportId": damaged.id, "text": "call the school" });
    done(&client, "addNote", "report { id }", note).await;
    let parts =
        [("person", "pseudonym"), ("person_identity", "names"), ("report_message", "text"), ("internal_note", "text")];
    for (table, column) in parts {
        damage(&server, table, column, &damaged).await;
    }
    let (in_order, said) = verify(&server).await;
    assert!(!in_order, "{said}");
    for (table, column) in parts {
        assert!(said.contains(&format!("{table}.{column} of ")), "{table}.{column} is not named:\n{said}");
    }
}
