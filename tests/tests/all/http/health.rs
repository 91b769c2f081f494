//! Whether the service lives and can answer.

use reqwest::Method;
use rstest::rstest;
use tests::{Database, Server};

#[rstest]
#[tokio::test]
async fn is_alive_and_ready(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    for path in ["/health/live", "/health/ready"] {
        let response = server.anonymous().request(Method::GET, path).send().await.expect("the server answers");
        assert_eq!(response.status(), 200, "{path}");
    }
}
