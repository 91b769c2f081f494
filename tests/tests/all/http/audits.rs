//! GraphQL over HTTP, as the npm package `graphql-http` audits it.

use tests::{Database, Server, run_script};

#[tokio::test]
async fn passes_every_audit_of_graphql_over_http() {
    let server = Server::start(Database::Sqlite).await;
    let output = run_script("audits.mjs", &[server.url("/graphql").as_str()]).await;
    assert!(output.success, "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("61 of 61 audits pass"), "{}", output.stdout);
}
