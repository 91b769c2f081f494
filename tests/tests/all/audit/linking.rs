//! Linking, whatever happens to those who link.

use super::evidence::{eager, findings, put_in, rows, settled};
use rstest::rstest;
use std::collections::BTreeSet;
use std::time::Duration;
use tests::{ADMINISTRATOR, Command, Database, Installation, Server, Storage, settings_for};

const ROWS: usize = 20_000;

async fn linked(database: Database, storage: &Storage) -> usize {
    rows(database, storage).await.len()
}

#[rstest]
#[tokio::test]
async fn killed_in_the_middle_of_linking(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut server = eager(database).start().await;
    settled(server.storage()).await;
    server.stop().await;
    put_in(database, server.storage(), ROWS).await;
    let mut before = linked(database, server.storage()).await;
    let mut killed = 0;
    while killed < 3 {
        server.restart().await;
        while linked(database, server.storage()).await < before + 500 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        server.kill9();
        before = linked(database, server.storage()).await;
        killed += 1;
    }
    assert!(before < ROWS, "it was killed in the middle");
    server.restart().await;
    settled(server.storage()).await;
    assert!(linked(database, server.storage()).await > ROWS);
}

/// Verifies with both keys, one a server.
async fn verify(storage: &Storage, keys: &str) -> tests::Output {
    storage.command(&["audit", "verify", "--public-key", keys]).run().await
}

#[rstest]
#[tokio::test]
async fn two_servers_link_one_chain(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut first = Installation::start(database).await;
    let storage_of_the_second = Storage::empty(Database::Sqlite).await;
    let folder = storage_of_the_second.data_folder();
    let path = |name: &str| folder.join(name).to_str().expect("a path").to_owned();
    let mut public = String::new();
    for name in ["first.pem", "second.pem"] {
        assert!(Command::oslonac(&["audit", "create-key", &path(name)]).run().await.success);
        let key = Command::oslonac(&["audit", "public-key"]).env("OSLONAC_AUDIT__SIGNING_KEY_FILE", path(name));
        public += &key.run().await.stdout;
    }
    let keys = path("public.pem");
    std::fs::write(&keys, public).expect("a file");
    let options = |key: &str| {
        let options = eager(database).serve().settings(&settings_for(&first.issuer));
        options.env("OSLONAC_AUDIT__SIGNING_KEY_FILE", path(key))
    };
    let (one, other) = (options("first.pem"), options("second.pem"));
    first.server.stop().await;
    put_in(database, first.server.storage(), ROWS).await;
    let url = first.server.storage().url();
    let (_, mut second) = tokio::join!(
        first.server.restart_with(one),
        other.env("OSLONAC_DATABASE__URL", url).start_on(storage_of_the_second)
    );

    // Both serve while both link.
    for number in 0..10 {
        let token = first.token(ADMINISTRATOR).await;
        for server in [&first.server, &second] {
            let client = server.anonymous().bearer(&token);
            client.query("{ auditEvents(first: 1) { totalCount } viewer { name } }", ()).await;
            client.query("{ organisations(first: 1) { totalCount } }", ()).await.expect_no_errors();
        }
        first.register_school(&"Школа ".repeat(number + 1)).await;
    }
    second.stop().await;
    first.server.stop().await;
    let storage = first.server.storage();
    let output = verify(storage, &keys).await;
    assert_eq!(findings(&output), [""; 0]);
    assert!(output.stdout.contains("; 0 new rows"), "{}", output.stdout);
    let rows = rows(database, storage).await;
    assert!(rows.len() > ROWS + 10);
    assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), rows.len());
}

#[rstest]
#[tokio::test]
async fn what_the_last_request_left_is_linked_before_the_end(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::with(database).env("OSLONAC_AUDIT__LINK_EVERY_SECONDS", "3600").start().await;
    super::evidence::submit_some(&server, 2).await;
    server.stop().await;
    let output = super::evidence::audit(server.storage(), &["verify"]).run().await;
    assert_eq!(findings(&output), [""; 0]);
    assert!(output.stdout.contains("; 0 new rows"), "{}", output.stdout);
}
