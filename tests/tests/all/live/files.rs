//! Files ring: the partner's for both sides, those of the Centre for the Centre alone.

use super::told::{A_WHILE, at_the_queue};
use crate::attachments::{announce, put};
use crate::steps::{content, done, list, submit};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server, Socket};

const REPORT: &str = "subscription R($id: ID!) { reportChanged(id: $id) { id attachments { id state } } }";

/// A socket that waits for changes of a report, and has been told what files it has.
async fn watching(client: &Client, id: &Value) -> Socket {
    let mut socket = client.socket().await;
    socket.subscribe("report", REPORT, json!({ "id": id })).await;
    assert_eq!(socket.next("report").await["reportChanged"]["id"], *id, "it is told at once");
    socket
}

/// Waits until a socket was told that a file stands here.
async fn until(socket: &mut Socket, file: &Value, state: &str) {
    loop {
        let told = socket.next("report").await["reportChanged"]["attachments"].clone();
        if list(&told).contains(&json!({ "id": file, "state": state })) {
            return;
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_file_of_the_partner_rings_and_one_of_the_centre_rings_for_the_centre_alone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let report = submit(&reporter, "with-files-that-ring", content("something")).await.id;
    let mut partner = watching(&reporter, &report).await;
    let mut coordinator = watching(&server.sign_in_as("coordinator@school-01.example").await, &report).await;
    let mut centre = watching(&server.sign_in_as("supervisor@centre.example").await, &report).await;
    let mut queue = at_the_queue(&officer).await;

    let centres = announce(&officer, "the-centres-rings", &report).await;
    for socket in [&mut queue, &mut centre] {
        socket.expect_silence(A_WHILE).await;
    }
    assert_eq!(put(&officer, &centres.path, "from the Centre").await.0, 201);
    assert_eq!(queue.next("queue").await["triageQueueChanged"]["report"]["id"], report);
    until(&mut centre, &centres.id, "NOT_SCANNED").await;
    for socket in [&mut partner, &mut coordinator] {
        socket.expect_silence(A_WHILE).await;
    }

    let own = announce(&reporter, "the-partners-rings", &report).await;
    until(&mut partner, &own.id, "EXPECTED").await;
    assert_eq!(put(&reporter, &own.path, "from the school").await.0, 201);
    for socket in [&mut partner, &mut coordinator, &mut centre] {
        until(socket, &own.id, "NOT_SCANNED").await;
    }
    assert_eq!(queue.next("queue").await["triageQueueChanged"]["report"]["id"], report);
}

#[rstest]
#[tokio::test]
async fn a_file_of_a_draft_rings_in_no_queue(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let mut queue = at_the_queue(&officer).await;
    let draft = json!({ "idempotencyKey": "a-draft-by-telephone", "content": content("somebody called") });
    let draft = done(&officer, "createDraft", "report { id }", draft).await["report"]["id"].clone();
    let mut own = watching(&officer, &draft).await;
    let file = announce(&officer, "of-a-draft-by-telephone", &draft).await;
    assert_eq!(put(&officer, &file.path, "what was said").await.0, 201);
    until(&mut own, &file.id, "NOT_SCANNED").await;
    queue.expect_silence(A_WHILE).await;
}
