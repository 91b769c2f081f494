//! How an installation gets its Centre and its first administrator.

use super::assert_one_line;
use rstest::rstest;
use serde_json::json;
use tests::{ADMINISTRATOR, Database, Installation, Storage};

#[rstest]
#[tokio::test]
async fn the_first_administrator_signs_in_and_registers_a_partner(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let installation = Installation::start(database).await;
    let administrator = installation.sign_in_as(ADMINISTRATOR).await;
    let document = "{ viewer { roles membership { email organisation { id kind } } } }";
    let viewer = administrator.query(document, ()).await.expect_no_errors().data()["viewer"].clone();
    let organisation = json!({ "id": installation.centre, "kind": "CENTRE" });
    let membership = json!({ "email": ADMINISTRATOR, "organisation": organisation });
    assert_eq!(viewer, json!({ "roles": ["ADMINISTRATOR"], "membership": membership }));
    let school = installation.register_school("Основна школа").await;
    installation.invite(&school, "vera@school.example", "COORDINATOR").await;
    let coordinator = installation.sign_in_as("vera@school.example").await;
    let seen = coordinator.query("{ organisations(first: 10) { nodes { id } } }", ()).await;
    assert_eq!(seen.expect_no_errors().data()["organisations"]["nodes"], json!([{ "id": school }]));
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_is_said(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let installation = Installation::start(database).await;
    let storage = installation.server.storage();
    let add = |municipality: &'static str, name: &'static str| async move {
        let arguments = ["organisation", "add", "--kind", "school", "--municipality", municipality, "--name", name];
        storage.command(&arguments).run().await
    };
    assert_one_line(&add("atlantis", "Школа").await, &["municipality", "atlantis"]);
    assert_one_line(&add("novi-sad", "  ").await, &["name"]);
    let invite = |organisation: String, email: &'static str, role: &'static str| async move {
        let arguments =
            ["member", "invite", "--organisation", &organisation, "--name", "Ана", "--email", email, "--role", role];
        storage.command(&arguments).run().await
    };
    let centre = installation.centre.clone();
    assert_one_line(&invite(centre.clone(), ADMINISTRATOR, "administrator").await, &["email", "already"]);
    assert_one_line(&invite(centre.clone(), "no address", "administrator").await, &["email"]);
    assert_one_line(&invite(centre.clone(), "b@centre.example", "reporter").await, &["roles", "reporter"]);
    for unknown in ["organisation_01h455vb4pex5vsknk084sn02q", "nonsense"] {
        assert_one_line(
            &invite(unknown.to_owned(), "b@centre.example", "administrator").await,
            &["no organisation", unknown],
        );
    }
}

#[tokio::test]
async fn without_tables_there_is_nothing_to_add_to() {
    for database in [Database::Sqlite, Database::Postgres] {
        let storage = Storage::empty(database).await;
        let add = ["organisation", "add", "--kind", "centre", "--municipality", "novi-beograd", "--name", "Центар"];
        assert_one_line(&storage.command(&add).run().await, &["oslonac migrate up"]);
    }
}
