//! Notifications: who is told of what, in the application and by e-mail, and what comes of servers of e-mail that fail.

mod draining;
mod failing;
mod telling;
mod webhooks;

use crate::steps::text;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Client, Database, Options, Post, Server};

/// The instant at which the tests begin.
const NOW: &str = "2026-04-20T08:00:00Z";

/// Those who take reports in.
const INTAKE: [&str; 2] = ["intake2@centre.example", "intake@centre.example"];

/// Options of a server that sends its e-mails there.
pub(crate) fn sending(database: Database, post: &Post, clock: &str) -> Options {
    let options = Server::with(database).clock(clock).env("OSLONAC_NOTIFICATIONS__LOOK_EVERY_SECONDS", "1");
    post.settings().into_iter().fold(options, |options, (key, value)| options.env(key, value))
}

/// A report, urgent or not.
fn content(urgent: bool) -> Value {
    let mut content = crate::steps::content("what was seen");
    // Nobody is taken for somebody who was reported before.
    content["persons"][0]["identity"] = Value::Null;
    if urgent {
        content["dangerNow"] = json!("YES");
    }
    content
}

/// The unread notifications of a client: kind and reference of the report, the newest first.
async fn unread(client: &Client) -> Vec<(String, Value)> {
    let document = "{ notifications(unread: true, first: 100) { nodes { kind report { reference } } } }";
    let response = client.query(document, ()).await;
    let nodes = response.expect_no_errors().data()["notifications"]["nodes"].clone();
    let told = nodes.as_array().expect("a list").iter();
    told.map(|node| (text(&node["kind"]), node["report"]["reference"].clone())).collect()
}

/// Marks everything as read.
pub(crate) async fn read_all(client: &Client) {
    let response = client.query("{ notifications(unread: true, first: 100) { nodes { id } } }", ()).await;
    let nodes = response.expect_no_errors().data()["notifications"]["nodes"].clone();
    let ids: Vec<&Value> = nodes.as_array().expect("a list").iter().map(|node| &node["id"]).collect();
    crate::steps::done(client, "markNotificationsRead", "__typename", json!({ "notificationIds": ids })).await;
}

/// Waits until a client has so many unread notifications.
#[track_caller]
fn told(client: &Client, number: usize) -> impl Future<Output = Vec<(String, Value)>> {
    let caller = std::panic::Location::caller();
    async move {
        for _ in 0..500 {
            let found = unread(client).await;
            if found.len() >= number {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("not {number} notifications at {caller}, but {:?}", unread(client).await);
    }
}

/// The kinds of so many unread notifications of a client, or of more, sorted.
pub(crate) async fn told_kinds(client: &Client, number: usize) -> Vec<String> {
    let mut kinds: Vec<String> = told(client, number).await.into_iter().map(|(kind, _)| kind).collect();
    kinds.sort();
    kinds
}
