//! Two servers and one outbox.

use super::content;
use crate::steps::submit;
use std::collections::BTreeSet;
use std::time::Duration;
use tests::{Database, Options, Post, Server};

/// How many news wait when both servers begin.
const NEWS: usize = 300;

/// Both go by the same clock, as servers do.
fn sending(post: &Post) -> Options {
    let options = Server::with(Database::Postgres).env("OSLONAC_NOTIFICATIONS__LOOK_EVERY_SECONDS", "1");
    post.settings().into_iter().fold(options, |options, (key, value)| options.env(key, value))
}

#[tokio::test]
async fn two_servers_drain_one_outbox_and_send_nothing_twice() {
    let post = Post::start().await;
    let mut first = Server::start(Database::Postgres).await;
    let reporter = first.sign_in_as("reporter@school-01.example").await;
    submit(&reporter, "told-many-times", content(false)).await;
    first.stop().await;
    for sql in ["DELETE FROM delivery", "DELETE FROM notification", "DELETE FROM outbox"] {
        first.storage().tamper(sql).await;
    }
    let waiting = format!(
        "INSERT INTO outbox (id, organisation_id, actor_id, news, object_type, object_id, occurred_at)
         SELECT gen_random_uuid(), organisation_id, author_id, 'report_submitted', 'report', id, submitted_at
         FROM (SELECT * FROM report WHERE state <> 'draft' ORDER BY submitted_at DESC LIMIT 1) newest,
              generate_series(1, {NEWS})"
    );
    assert_eq!(first.storage().tamper(&waiting).await, NEWS as u64);
    first.restart_with(sending(&post)).await;
    let second = first.beside(sending(&post)).await;
    for _ in 0..300 {
        if post.taken().await.len() >= 2 * NEWS {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // Whatever is sent twice comes a moment later.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let all = post.taken().await;
    let ids: BTreeSet<String> = all.iter().filter_map(|email| email.header("message-id").map(str::to_owned)).collect();
    assert_eq!((all.len(), ids.len()), (2 * NEWS, 2 * NEWS), "two officers, each told once of each");
    for server in [&first, &second] {
        assert!(!server.log().contains("may have been sent twice"), "no lease was too short");
    }
}
