//! What requests cost: the number of statements does not grow with the rows that they read.

use rstest::rstest;
use serde_json::json;
use tests::{Client, Contract, Database, Field, Server};

async fn server(database: Database) -> Server {
    let options = Server::with(database)
        .env("OSLONAC_GRAPHQL__COMPLEXITY", "100000000")
        .env("OSLONAC_GRAPHQL__TOKENS", "100000")
        .env("OSLONAC_GRAPHQL__ALIASES", "10000");
    options.start().await
}

/// Statements of a root connection with everything below it, on a page of so many rows; and how many rows there were. The
/// oldest rows are asked for: more has happened to them.
async fn statements(client: &Client, contract: &Contract, root: &str, rows: usize) -> (u32, usize) {
    let field = contract.fields("Query").iter().find(|field| field.name == root).expect("a root field");
    let mut arguments = json!({ "last": rows });
    if ["registrations", "trainingSessions"].contains(&root) {
        // Here the oldest come first.
        arguments = json!({ "first": rows });
    }
    if root == "triageQueue" {
        let states = ["SUBMITTED", "IN_TRIAGE", "MORE_INFORMATION_NEEDED", "ACCEPTED", "JOINED", "PASSED_ON", "CLOSED"];
        arguments = json!({ "first": rows, "sort": "OLDEST", "filter": { "states": states } });
    }
    let response = client.query(&contract.document("Query", field, 3, 3), arguments).await;
    let nodes = response.expect_no_errors().data()[root]["nodes"].as_array().expect("a list").len();
    (response.statements(), nodes)
}

/// The least of two times: now and then a request reads the catalogue anew.
async fn least_statements(client: &Client, contract: &Contract, root: &str, rows: usize) -> (u32, usize) {
    let (first, again) =
        (statements(client, contract, root, rows).await, statements(client, contract, root, rows).await);
    (first.0.min(again.0), again.1)
}

#[rstest]
#[tokio::test]
async fn statements_do_not_grow_with_rows(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let officer = crate::steps::with_every_role(&server).await;
    let coordinator = server.sign_in_as("coordinator@social-work-01.example").await;
    let contract = Contract::of(&officer).await;
    for client in [&officer, &coordinator] {
        let mut roots: Vec<&Field> =
            contract.fields("Query").iter().filter(|field| field.is_connection() && !field.needs_arguments()).collect();
        // The trail comes last: until then, readings have filled it.
        roots.sort_by_key(|field| field.name == "auditEvents");
        for field in roots {
            let root = &field.name;
            let probe = client.query(&format!("{{ {root}(first: 0) {{ pageInfo {{ hasNextPage }} }} }}"), ()).await;
            if probe.error_codes() == ["NOT_FOUND"] {
                continue;
            }
            let (few, some_rows) = least_statements(client, &contract, root, 12).await;
            let (many, more_rows) = least_statements(client, &contract, root, 36).await;
            assert_eq!(few, many, "{root}: {few} statements for {some_rows} rows, {many} for {more_rows}");
            let is_own = root == "organisations" && more_rows == 1;
            assert!(is_own || more_rows > some_rows || more_rows < 12, "{root} has {more_rows} rows");
        }
    }
}

#[rstest]
#[tokio::test]
async fn the_newest_reports_of_an_organisation_take_six(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let coordinator = server.sign_in_as("coordinator@social-work-01.example").await;
    let document = "{ reports(first: 20) { nodes { id reference status submittedAt observations author { name }
        persons { pseudonym child indicators { remark indicator { code wording strength dimension { name } set { set version } } } }
        } pageInfo { endCursor hasNextPage } } }";
    coordinator.query(document, ()).await.expect_no_errors();
    let response = coordinator.query(document, ()).await;
    let reports = response.expect_no_errors().data()["reports"]["nodes"].as_array().expect("a list").clone();
    assert!(reports.len() > 3 && reports.iter().any(|report| !report["persons"][0]["indicators"][0].is_null()));
    let most = if database == Database::Postgres { 6 } else { 8 };
    assert!(response.statements() <= most, "{} statements", response.statements());
}
