//! A script of actions, and the rows that each must leave.

use crate::steps::{act, list, text};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Client, Database, Response, Server};

/// What was done so far, and the rows that each request must have left.
pub(super) struct Script {
    pub(super) server: Server,
    pub(super) officer: Client,
    /// By request id: what was done, and action and type of object of each row, sorted.
    expected: BTreeMap<String, (String, Vec<String>)>,
    reasons: BTreeMap<String, String>,
    pub(super) mutations: BTreeSet<String>,
}

impl Script {
    pub(super) async fn begin(database: Database) -> Script {
        let server = Server::with(database).clock("2026-04-20T08:00:00Z").start().await;
        let officer = server.sign_in_as("protection@centre.example").await;
        let (expected, reasons, mutations) = Default::default();
        Script { server, officer, expected, reasons, mutations }
    }

    pub(super) fn expect(&mut self, response: &Response, what: &str, rows: &[&str]) {
        let request = response.header("x-request-id").expect("every response names its request").to_owned();
        let mut rows: Vec<String> = rows.iter().map(|row| (*row).to_owned()).collect();
        rows.sort();
        self.expected.insert(request, (what.to_owned(), rows));
    }

    /// Does something, and expects these rows of it.
    pub(super) async fn mutate(
        &mut self,
        client: &Client,
        name: &str,
        selection: &str,
        input: Value,
        rows: &[&str],
    ) -> Value {
        let response = act(client, name, selection, input.clone()).await;
        let payload = response.payload(name).clone();
        self.mutations.insert(name.to_owned());
        self.expect(&response, name, rows);
        if let Some(reason) = input["reason"].as_str() {
            self.reasons.insert(response.header("x-request-id").expect("a request id").to_owned(), reason.to_owned());
        }
        payload
    }

    /// The same for a mutation that is refused, which must leave nothing.
    pub(super) async fn refused(&mut self, client: &Client, name: &str, input: Value) {
        let response = act(client, name, "__typename", input).await;
        assert!(!response.user_errors(name).is_empty(), "{}", response.body());
        self.expect(&response, &format!("{name}, refused"), &[]);
    }

    pub(super) async fn read(&mut self, client: &Client, document: &str, variables: Value, rows: &[&str]) -> Response {
        let response = client.query(document, variables).await;
        self.expect(&response, document, rows);
        response
    }

    /// The rows of the trail, newest first, until they are older than this server.
    pub(super) async fn trail(&self) -> Vec<Value> {
        let (mut rows, mut after) = (Vec::new(), Value::Null);
        loop {
            let document = "query Trail($after: String) { auditEvents(first: 100, after: $after, filter: { from:
                \"2019-01-01T00:00:00Z\" }) { nodes { action object { type id } requestId reason occurredAt
                organisation { id } member { id } } pageInfo { hasNextPage endCursor } } }";
            let response = self.officer.query(document, json!({ "after": after })).await;
            let page = response.expect_no_errors().data()["auditEvents"].clone();
            rows.extend(list(&page["nodes"]).iter().cloned());
            if page["pageInfo"]["hasNextPage"] == false {
                return rows;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }

    /// Holds the trail against what was expected.
    pub(super) async fn check(&self) {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in self.trail().await {
            let request = text(&row["requestId"]);
            if let Some(reason) = self.reasons.get(&request)
                && row["action"] != "CASE_VOIDED"
                && row["action"] != "CASE_OPENED"
            {
                let kept = row["reason"].as_str().unwrap_or_default();
                assert!(kept.contains(reason.as_str()), "{row} keeps the reason {reason}");
            }
            if self.expected.contains_key(&request) {
                assert!(row["member"]["id"].is_string() && row["organisation"]["id"].is_string(), "{row} says who");
                let row = format!("{} {}", text(&row["action"]), text(&row["object"]["type"]));
                found.entry(request).or_default().push(row);
            }
        }
        for (request, (what, rows)) in &self.expected {
            let mut found = found.remove(request).unwrap_or_default();
            found.sort();
            assert_eq!(found, *rows, "{what}");
        }
    }
}
