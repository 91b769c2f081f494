//! Whoever listens hears nothing of another tenant: no event, no notification, no e-mail, no call of a webhook.

use super::for_walks_with_receivers;
use super::interference::{OBSERVERS, Operation, Others, operations, reports};
use crate::notifications::read_all;
use crate::steps::{content, done, step, submit};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Client, Contract, Database, Email, Server, Socket};

/// Long enough for what must not come.
const A_WHILE: Duration = Duration::from_secs(3);

/// The same operations each time.
fn some_operations() -> Vec<Operation> {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let each = (0..3).map(|_| operations().new_tree(&mut runner).expect("operations").current());
    each.flatten().collect()
}

/// A socket on which somebody waits for its notifications, and for changes of each of its reports.
async fn listening(client: &Client, own: &[(Value, Value)]) -> Socket {
    let mut socket = client.socket().await;
    socket.subscribe("told", "subscription { notificationAdded { notification { kind } } }", ()).await;
    socket.next("told").await;
    let changed = "subscription R($id: ID!) { reportChanged(id: $id) { status } }";
    for (number, (id, _)) in own.iter().take(10).enumerate() {
        let name = format!("report {number}");
        socket.subscribe(&name, changed, json!({ "id": id })).await;
        socket.next(&name).await;
    }
    socket
}

async fn unread(client: &Client) -> Value {
    let response = client.query("{ notifications(unread: true, first: 100) { nodes { id kind } } }", ()).await;
    response.expect_no_errors().data()["notifications"]["nodes"].clone()
}

fn to_observers(emails: &[Email]) -> Vec<&str> {
    emails.iter().filter(|email| OBSERVERS.contains(&&*email.to)).map(|email| &*email.to).collect()
}

#[rstest]
#[tokio::test]
async fn whoever_listens_hears_nothing_of_another_tenant(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (options, post, hooks) = for_walks_with_receivers(database).await;
    let server = options.start().await;
    let clients = [server.sign_in_as(OBSERVERS[0]).await, server.sign_in_as(OBSERVERS[1]).await];
    let newest = submit(&clients[1], "an-observers-own", content("seen by an observer")).await;
    let own = reports(&clients[1]).await;
    let input = json!({ "idempotencyKey": "an-observers-webhook", "url": hooks.url("/") });
    done(&clients[0], "registerWebhook", "webhook { id }", input).await;
    let mut sockets = Vec::new();
    for client in &clients {
        read_all(client).await;
        sockets.push(listening(client, &own).await);
    }
    let contract = Contract::of(&clients[0]).await;
    let mut others = Others::on(&server, own.iter().map(|(id, _)| id.clone()).collect()).await;
    for operation in some_operations() {
        others.act(&contract, operation).await;
    }
    assert!(others.done > 10, "only {} operations were done", others.done);
    post.wait_for(2).await;
    for socket in &mut sockets {
        socket.expect_silence(A_WHILE).await;
    }
    assert_eq!(to_observers(&post.taken().await), Vec::<&str>::new());
    assert_eq!(hooks.got().await, Vec::<Value>::new());
    for client in &clients {
        assert_eq!(unread(client).await, json!([]));
    }
    something_of_their_own_reaches_them(&server, &newest.id, &mut sockets).await;
    hooks.wait_for(1).await;
    for _ in 0..100 {
        if to_observers(&post.taken().await).len() == OBSERVERS.len() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not both got an e-mail: {:?}", post.taken().await);
}

/// The silence was none of broken lines.
async fn something_of_their_own_reaches_them(server: &Server, report: &Value, sockets: &mut [Socket]) {
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let notice = json!({ "idempotencyKey": "a-notice-of-theirs", "text": "we are at it" });
    step(&supervisor, "sendNotice", report, notice).await;
    for socket in sockets {
        assert_eq!(socket.hear().await.expect("an event")["type"], "next");
    }
}
