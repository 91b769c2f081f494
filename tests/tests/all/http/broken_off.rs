//! Clients that go away in the middle of a request, as telephones do.

use rstest::rstest;
use std::time::Duration;
use tests::{Database, Server};
use tokio::time::timeout;

/// Asks for lists within lists, which are loaded level by level.
const QUEUE: &str =
    "{ triageQueue(first: 5) { nodes { reference persons { pseudonym } messages(first: 5) { nodes { text } } } } }";

#[rstest]
#[tokio::test]
async fn whoever_breaks_off_requests_takes_nothing_along(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::start(database).await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let mut broken_off = 0;
    for number in 0..250_u64 {
        let patience = Duration::from_micros(500 + number * 613 % 30_000);
        broken_off += usize::from(timeout(patience, officer.query(QUEUE, ())).await.is_err());
    }
    assert!(broken_off > 50, "only {broken_off} were broken off");
    for _ in 0..20 {
        let answer = timeout(Duration::from_secs(4), officer.query(QUEUE, ())).await;
        answer.expect("a connection to the database").expect_no_errors();
    }
    timeout(Duration::from_secs(8), server.stop()).await.expect("it ends as any other does");
    assert!(!server.log().contains("transaction within a transaction"));
}
