//! What was acknowledged is never lost, and is there once: the server is killed in the middle of submissions.

use crate::steps::{content, list, submit};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tests::{Client, Database, Server};

const CLIENTS: usize = 10;
const SUBMISSIONS: usize = 200;

/// References of the reports that were acknowledged, by their key.
type Acknowledged = Arc<Mutex<BTreeMap<String, String>>>;

/// Submits its share of the reports until the server is gone.
async fn submit_a_share(client: Client, share: usize, acknowledged: Acknowledged, count: Arc<AtomicUsize>) {
    for number in (share..SUBMISSIONS).step_by(CLIENTS) {
        let key = format!("durable-{number:03}");
        let input = json!({ "idempotencyKey": key, "report": { "content": content(&key) } });
        let document =
            "mutation S($input: SubmitReportInput!) { submitReport(input: $input) { receipt { reference } } }";
        let request = client.request(Method::POST, "/graphql");
        let request = request.json(&json!({ "query": document, "variables": { "input": input } }));
        let Ok(response) = request.send().await else { return };
        let Ok(body) = response.json::<Value>().await else { return };
        if let Some(reference) = body["data"]["submitReport"]["receipt"]["reference"].as_str() {
            acknowledged.lock().expect("a lock").insert(key, reference.to_owned());
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// References of the organisation's reports, by what stands in them.
async fn kept(coordinator: &Client) -> Vec<(String, String)> {
    let (mut kept, mut after) = (Vec::new(), Value::Null);
    loop {
        let document =
            "query Kept($after: String) { reports(first: 100, after: $after) { nodes { reference observations }
            pageInfo { hasNextPage endCursor } } }";
        let response = coordinator.query(document, json!({ "after": after })).await;
        let page = response.expect_no_errors().data()["reports"].clone();
        kept.extend(list(&page["nodes"]).iter().filter_map(|report| {
            let (text, reference) = (report["observations"].as_str()?, report["reference"].as_str()?);
            text.starts_with("durable-").then(|| (text.to_owned(), reference.to_owned()))
        }));
        if page["pageInfo"]["hasNextPage"] == false {
            return kept;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

#[rstest]
#[tokio::test]
async fn killed_in_the_middle_of_submissions(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let (acknowledged, count) = (Acknowledged::default(), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|share| tokio::spawn(submit_a_share(reporter.clone(), share, acknowledged.clone(), count.clone())))
        .collect();
    while count.load(Ordering::Relaxed) < SUBMISSIONS / 3 {
        tokio::task::yield_now().await;
    }
    server.kill9();
    for client in clients {
        client.await.expect("a client ends");
    }
    let acknowledged = acknowledged.lock().expect("a lock").clone();
    assert!(acknowledged.len() < SUBMISSIONS, "the server was killed too late to prove anything");

    server.restart().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let after_the_kill = kept(&coordinator).await;
    for (key, reference) in &acknowledged {
        let there = after_the_kill.iter().filter(|(text, _)| text == key).collect::<Vec<_>>();
        assert_eq!(there, [&(key.clone(), reference.clone())], "{key} was acknowledged");
    }
    for number in 0..SUBMISSIONS {
        let key = format!("durable-{number:03}");
        let again = submit(&reporter, &key, content(&key)).await;
        if let Some(reference) = acknowledged.get(&key) {
            assert_eq!(again.reference, *reference, "{key} was acknowledged before");
        }
    }
    let all = kept(&coordinator).await;
    let distinct: HashSet<&String> = all.iter().map(|(text, _)| text).collect();
    assert_eq!((all.len(), distinct.len()), (SUBMISSIONS, SUBMISSIONS));
}
