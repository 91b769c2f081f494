//! A subscription ends with the access of whoever opened it.

use crate::steps::{content, done, submit};
use crate::tokens::issued_at;
use rstest::rstest;
use serde_json::json;
use tests::{Client, Database, Installation, Server, Socket, settings_for};

const QUEUE: &str = "subscription { triageQueueChanged { report { id } } }";

async fn at_the_queue(client: &Client) -> Socket {
    let mut socket = client.socket().await;
    socket.subscribe("queue", QUEUE, ()).await;
    socket.next("queue").await;
    socket
}

async fn own(client: &Client) -> serde_json::Value {
    let response = client.query("{ viewer { membership { id revision } } }", ()).await;
    response.expect_no_errors().data()["viewer"]["membership"].clone()
}

#[rstest]
#[tokio::test]
async fn it_ends_with_the_membership(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values(true, false)] something_happens: bool,
) {
    let server = Server::with(database).env("OSLONAC_LIVE__CHECK_SECONDS", "1").start().await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let mut socket = at_the_queue(&officer).await;
    let mut events = officer.listen(QUEUE, ()).await;
    events.next().await.expect("the first event");
    let membership = own(&officer).await;
    let administrator = server.sign_in_as("administrator@centre.example").await;
    let input = json!({ "membershipId": membership["id"], "revision": membership["revision"],
        "reason": "moved away" });
    done(&administrator, "endMembership", "membership { id }", input).await;
    if something_happens {
        let reporter = server.sign_in_as("reporter@school-01.example").await;
        submit(&reporter, "after-the-end", content("something")).await;
        // Whether the news or the check comes first: the report is not told.
        let end = socket.hear().await;
        assert!(!format!("{end:?}").contains("report_"), "{end:?}");
        return;
    }
    let end = socket.hear().await;
    assert_eq!(end.map_err(|(code, _)| code), Err(4403));
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn it_ends_with_a_role() {
    let server = Server::start(Database::Sqlite).await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let mut socket = at_the_queue(&officer).await;
    let membership = own(&officer).await;
    let administrator = server.sign_in_as("administrator@centre.example").await;
    let input = json!({ "membershipId": membership["id"], "revision": membership["revision"], "roles": ["ANALYST"] });
    done(&administrator, "changeMembershipRoles", "membership { id }", input).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    submit(&reporter, "not-for-analysts", content("something")).await;
    assert_eq!(socket.error("queue").await, ["NOT_FOUND"], "an analyst has no queue");
}

#[tokio::test]
async fn it_ends_with_the_token() {
    const OFFICER: &str = "vesna@centre.example";
    let mut installation = Installation::start(Database::Sqlite).await;
    let invite = ["member", "invite", "--organisation", &installation.centre, "--email", OFFICER, "--name", "Весна"];
    let invite = [&invite[..], &["--role", "intake_officer"]].concat();
    assert!(installation.server.storage().command(&invite).run().await.success);
    let settings = settings_for(&installation.issuer);
    let options = Server::with(Database::Sqlite).serve().settings(&settings).env("OSLONAC_LIVE__CHECK_SECONDS", "1");
    installation.server.restart_with(options).await;
    let now = issued_at(&installation.token(OFFICER).await);
    // Clocks may differ by 30 seconds.
    let token = installation.token_with(OFFICER, json!({ "exp": now - 26 })).await;
    let mut socket = at_the_queue(&installation.server.anonymous().bearer(&token)).await;
    assert_eq!(socket.closed().await, 4403);
}
