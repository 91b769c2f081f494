//! The database goes away under those who listen, and comes back.

use crate::steps::{content, submit};
use std::time::Duration;
use tests::{Database, Server, Socket};
use tokio::task::JoinSet;

const QUEUE: &str = "subscription { triageQueueChanged { report { id } } }";
/// On so many sockets, ten times as many subscriptions.
const SOCKETS: usize = 10;

#[tokio::test]
async fn a_hundred_subscriptions_go_on_when_the_database_is_back_and_miss_nothing() {
    let options = Server::with(Database::Postgres).env("OSLONAC_DATABASE__ACQUIRE_TIMEOUT_SECONDS", "1");
    let server = options.env("OSLONAC_LIVE__CHECK_SECONDS", "1").start().await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let mut sockets: Vec<Socket> = Vec::new();
    for _ in 0..SOCKETS {
        let mut socket = officer.socket().await;
        for id in 0..10 {
            socket.subscribe(&id.to_string(), QUEUE, ()).await;
        }
        for _ in 0..10 {
            socket.hear().await.expect("it begins");
        }
        sockets.push(socket);
    }
    server.storage().take_away().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    server.storage().give_back().await;
    // Each is told to fetch anew, for what happened meanwhile is not known; only then does anything new happen.
    let mut told = JoinSet::new();
    for mut socket in sockets {
        told.spawn(async move {
            let mut waiting: Vec<String> = (0..10).map(|id| id.to_string()).collect();
            while !waiting.is_empty() {
                let message = socket.hear().await.expect("still open");
                assert!(message["payload"]["data"]["triageQueueChanged"]["report"].is_null(), "{message}");
                waiting.retain(|id| message["id"] != id.as_str());
            }
            socket
        });
    }
    let sockets: Vec<Socket> = told.join_all().await;
    let submitted = submit(&reporter, "after-the-outage", content("something")).await;
    for mut socket in sockets {
        let mut heard = 0;
        while heard < 10 {
            let message = socket.hear().await.expect("still open");
            heard += usize::from(message["payload"]["data"]["triageQueueChanged"]["report"]["id"] == submitted.id);
        }
    }
}
