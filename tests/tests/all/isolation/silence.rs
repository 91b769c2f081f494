//! Whoever listens hears nothing of another tenant: no event, no notification, no e-mail, no call of a webhook.

use super::for_walks_with_receivers;
use super::interference::OBSERVERS;
use super::others::Others;
use super::prepared::{NOW, prepare};
use crate::notifications::read_all;
use crate::steps::{content, done, step, submit};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Client, Database, Email, Server, Socket};

/// Who listens: a coordinator, whose organisation has a webhook as well, and a reporter.
const LISTENERS: [&str; 2] = [OBSERVERS[0], OBSERVERS[1]];

/// The reports that a client lists: id and reference.
async fn reports(client: &Client) -> Vec<(Value, Value)> {
    let response = client.query("{ reports(first: 100) { nodes { id reference } } }", ()).await;
    let nodes = response.body()["data"]["reports"]["nodes"].as_array().cloned().unwrap_or_default();
    nodes.into_iter().map(|node| (node["id"].clone(), node["reference"].clone())).collect()
}

/// Long enough for what must not come.
const A_WHILE: Duration = Duration::from_secs(3);

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
    emails.iter().filter(|email| LISTENERS.contains(&&*email.to)).map(|email| &*email.to).collect()
}

#[rstest]
#[tokio::test]
async fn whoever_listens_hears_nothing_of_another_tenant(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (options, post, hooks) = for_walks_with_receivers(database).await;
    let prepared = prepare(database, &OBSERVERS).await;
    let server = options.clock(NOW).start_on(prepared.server.storage().copy().await).await;
    let clients = [server.sign_in_as(LISTENERS[0]).await, server.sign_in_as(LISTENERS[1]).await];
    let newest = submit(&clients[1], "an-observers-own", content("seen by an observer")).await;
    let own = reports(&clients[1]).await;
    let input = json!({ "idempotencyKey": "an-observers-webhook", "url": hooks.url("/") });
    done(&clients[0], "registerWebhook", "webhook { id }", input).await;
    let mut sockets = Vec::new();
    for client in &clients {
        read_all(client).await;
        sockets.push(listening(client, &own).await);
    }
    let mut others = Others::on(&server, &prepared.contract, prepared.pool.clone(), prepared.foreign.clone()).await;
    others.do_everything().await;
    assert!(others.done.len() > 80, "only this was done: {:?}", others.done);
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
        if to_observers(&post.taken().await).len() == LISTENERS.len() {
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
