//! Requests that nobody thought of: schemathesis makes them up from the schema, and none may find a fault of ours.

use rstest::rstest;
use tests::{Database, Server, run_schemathesis};

#[rstest]
#[case::of_a_partner("coordinator@school-01.example")]
#[case::of_the_centre("supervisor@centre.example")]
#[case::of_its_administrator("administrator@centre.example")]
#[tokio::test]
async fn none_finds_a_fault(#[case] email: &str, #[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let form = [("grant_type", "password"), ("username", email), ("client_id", "demonstration-script")];
    let answer = server.token(&form).await;
    let token = answer["access_token"].as_str().expect("a token");
    let output = run_schemathesis(&server.url("/graphql"), token, 8).await;
    assert!(output.success, "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("Tested: "), "{}", output.stdout);
    assert!(!server.log().contains(" ERROR "), "{}", server.log());
}
