//! Servers of e-mail that hang, refuse, or are away for an hour; and a server of ours that dies while it sends.

use super::{INTAKE, NOW, content, sending};
use crate::steps::submit;
use rstest::rstest;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use tests::{Database, Post, Server};

async fn report(server: &Server, key: &str) {
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    submit(&reporter, key, content(true)).await;
}

/// Waits until the log says something so many times.
async fn logged(server: &Server, what: &str, times: usize) {
    for _ in 0..500 {
        if server.log().matches(what).count() >= times {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the log does not say {what} {times} times");
}

#[rstest]
#[tokio::test]
async fn a_server_that_answers_500_for_an_hour_gets_everything_in_the_end(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let post = Post::start().await;
    post.behave(json!({ "kind": "refuse", "code": 500 })).await;
    let mut server = sending(database, &post, NOW).start().await;
    report(&server, "refused-for-an-hour").await;
    logged(&server, "the server answers 500", 2).await;
    for (clock, times) in [("2026-04-20T08:10:00Z", 4), ("2026-04-20T08:30:00Z", 6), ("2026-04-20T08:59:00Z", 8)] {
        server.restart_at(clock).await;
        logged(&server, "the server answers 500", times).await;
    }
    assert_eq!(post.taken().await.len(), 0);
    post.behave(json!({ "kind": "take" })).await;
    server.restart_at("2026-04-20T10:10:00Z").await;
    let to: BTreeSet<String> = post.wait_for(2).await.into_iter().map(|email| email.to).collect();
    assert_eq!(to, INTAKE.map(str::to_owned).into());
    let log = server.log();
    let mut failures = log.lines().filter(|line| line.contains("could not be sent"));
    assert!(failures.all(|line| !line.contains("@") && !line.contains("PI-")), "the log names nobody");
}

#[rstest]
#[tokio::test]
async fn a_clock_that_is_set_back_keeps_nothing_waiting_for_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let post = Post::start().await;
    post.behave(json!({ "kind": "refuse", "code": 500 })).await;
    let mut server = sending(database, &post, NOW).start().await;
    report(&server, "refused-once-or-so").await;
    logged(&server, "the server answers 500", 2).await;
    post.behave(json!({ "kind": "take" })).await;
    server.restart_at("2026-04-20T07:00:00Z").await;
    assert_eq!(post.wait_for(2).await.len(), 2, "what was to be tried again after a pause of seconds is");
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_sent_is_given_up_after_two_days_and_who_does_not_exist_at_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let post = Post::start().await;
    post.behave(json!({ "kind": "refuse", "code": 550, "recipient": INTAKE[0] })).await;
    let mut server = sending(database, &post, NOW).start().await;
    report(&server, "nobody-there-11").await;
    assert_eq!(post.wait_for(1).await[0].to, INTAKE[1]);
    logged(&server, "was given up", 1).await;
    post.behave(json!({ "kind": "refuse-data", "code": 451 })).await;
    report(&server, "put-off-for-ever").await;
    logged(&server, "the server answers 451", 2).await;
    server.restart_at("2026-04-22T07:59:30Z").await;
    logged(&server, "the server answers 451", 4).await;
    logged(&server, "was given up", 3).await;
    post.behave(json!({ "kind": "take" })).await;
    server.restart_at("2026-04-23T08:00:00Z").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    // By then deadlines have escalated, of which others are told.
    let to_intake = post.taken().await.into_iter().filter(|email| INTAKE.contains(&&*email.to)).count();
    assert_eq!(to_intake, 1, "what was given up is not sent");
}

#[rstest]
#[tokio::test]
async fn a_server_that_hangs_or_is_away_keeps_nobody_waiting(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let post = Post::start().await;
    post.behave(json!({ "kind": "hang" })).await;
    let mut server = sending(database, &post, NOW).start().await;
    report(&server, "into-the-silence").await;
    logged(&server, "the server does not answer in time", 2).await;
    let away = sending(database, &post, "2026-04-20T08:10:00Z").env("OSLONAC_NOTIFICATIONS__EMAIL__PORT", "1");
    server.restart_with(away).await;
    logged(&server, "the server cannot be reached", 2).await;
    post.behave(json!({ "kind": "take" })).await;
    server.restart_with(sending(database, &post, "2026-04-20T09:30:00Z")).await;
    assert_eq!(post.wait_for(2).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn what_a_dying_server_had_in_hand_is_sent_again_under_the_same_id(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let post = Post::start().await;
    post.behave(json!({ "kind": "take-and-hang" })).await;
    let mut server =
        sending(database, &post, NOW).env("OSLONAC_NOTIFICATIONS__EMAIL__TIME_LIMIT_SECONDS", "30").start().await;
    report(&server, "killed-half-way-").await;
    let ids = |emails: Vec<tests::Email>| -> BTreeSet<String> {
        emails.iter().map(|email| email.header("message-id").expect("an id").to_owned()).collect()
    };
    let first = ids(post.wait_for(2).await);
    assert_eq!(first.len(), 2);
    server.kill9();
    post.behave(json!({ "kind": "take" })).await;
    server.restart_at("2026-04-20T08:02:00Z").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(post.taken().await.len(), 2, "it is the dead server's for a while");
    server.restart_at("2026-04-20T08:06:00Z").await;
    let all = ids(post.wait_for(4).await);
    assert_eq!(all, first, "a receiver can tell that it has them");
}

#[tokio::test]
async fn what_was_sent_shows_in_the_metrics_at_an_address_of_their_own() {
    let post = Post::start().await;
    let options = sending(Database::Sqlite, &post, NOW).env("OSLONAC_METRICS__LISTEN", "127.0.0.1:0");
    let server = options.start().await;
    report(&server, "to-be-counted-1").await;
    post.wait_for(2).await;
    logged(&server, "metrics at /metrics", 1).await;
    let log = server.log();
    let line = log.lines().find(|line| line.contains("metrics at /metrics")).expect("the line");
    let address = line.split("address=").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("an address");
    let url = format!("http://{address}/metrics");
    let count = "oslonac_deliveries_total{channel=\"email\",outcome=\"sent\"} 2";
    let mut text = String::new();
    for _ in 0..100 {
        text = tests::http().get(&url).send().await.expect("it answers").text().await.expect("text");
        if text.contains(count) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(text.contains(count) && text.contains("oslonac_deliveries_waiting{channel=\"email\"} 0"), "{text}");
    assert!(text.contains("oslonac_job_runs_total{job=\"tell\",outcome=\"done\"}"), "{text}");
    let response = tests::http().get(server.url("/metrics")).send().await.expect("it answers");
    assert_eq!(response.status(), 404, "not where clients are");
}
