//! Page arguments of every connection.

use super::places::{Walk, snake};
use crate::steps::{list, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database};

const CONTRADICTIONS: [&str; 8] = [
    "first: 1, last: 1",
    "first: 101",
    "last: 101",
    "first: -1",
    "last: -2147483648",
    "first: 1, after: \"no cursor\"",
    "first: 1, after: \"\"",
    "last: 1, before: \"WyJub25lIl0\"",
];

#[rstest]
#[tokio::test]
async fn contradictory_page_arguments_are_bad_input(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let walk = Walk::begin(database).await;
    let mut connections = 0;
    for ty in walk.contract.objects() {
        for field in walk.contract.fields(ty).iter().filter(|field| field.is_connection()) {
            connections += 1;
            for arguments in CONTRADICTIONS {
                let asked = format!("{}({arguments}) {{ pageInfo {{ hasNextPage }} }}", field.name);
                let document = match ty {
                    "Query" => format!("{{ {asked} }}"),
                    // What was counted has no id.
                    "Coverage" => format!("{{ coverage {{ {asked} }} }}"),
                    _ => format!("query Of($id: ID!) {{ node(id: $id) {{ ... on {ty} {{ {asked} }} }} }}"),
                };
                let variables =
                    if matches!(ty, "Query" | "Coverage") { json!({}) } else { json!({ "id": walk.ids[&*snake(ty)] }) };
                let response = walk.officer.query(&document, variables).await;
                assert_eq!(response.error_codes(), ["BAD_INPUT"], "{ty}.{asked}: {}", response.body());
            }
        }
    }
    assert!(connections >= 9, "{connections} connections");
}

#[rstest]
#[tokio::test]
async fn cursors_of_another_connection_are_bad_input_or_harmless(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let walk = Walk::begin(database).await;
    let roots: Vec<String> = walk
        .contract
        .fields("Query")
        .iter()
        .filter(|field| field.is_connection() && !field.needs_arguments())
        .map(|field| field.name.clone())
        .collect();
    let mut cursors = Vec::new();
    for root in &roots {
        let response = walk.officer.query(&format!("{{ {root}(first: 1) {{ pageInfo {{ endCursor }} }} }}"), ()).await;
        // Where there is nothing yet, there is no cursor.
        cursors.extend(response.expect_no_errors().data()[root]["pageInfo"]["endCursor"].as_str().map(str::to_owned));
    }
    for root in &roots {
        for cursor in &cursors {
            let document =
                format!("query Foreign($c: String!) {{ {root}(first: 1, after: $c) {{ nodes {{ __typename }} }} }}");
            let response = walk.officer.query(&document, json!({ "c": cursor })).await;
            assert!(matches!(response.error_codes()[..], [] | ["BAD_INPUT"]), "{root}: {}", response.body());
        }
    }
    let document = "{ triageQueue(first: 1) { pageInfo { endCursor } } }";
    let response = walk.officer.query(document, ()).await;
    let of_the_queue = text(&response.expect_no_errors().data()["triageQueue"]["pageInfo"]["endCursor"]);
    let document = "query Foreign($c: String!) { reports(first: 1, after: $c) { nodes { id } } }";
    let response = walk.officer.query(document, json!({ "c": of_the_queue })).await;
    assert_eq!(response.error_codes(), ["BAD_INPUT"]);
}

/// The ids of a connection, page by page.
async fn all_ids(client: &Client, root: &str, filter: &str, backwards: bool) -> (Vec<String>, Value) {
    let (size, cursor, from, more) = match backwards {
        false => ("first", "after", "endCursor", "hasNextPage"),
        true => ("last", "before", "startCursor", "hasPreviousPage"),
    };
    let document = format!(
        "query Page($c: String) {{ {root}({filter} {size}: 15, {cursor}: $c) {{ totalCount nodes {{ id }}
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    );
    let (mut ids, mut at) = (Vec::new(), Value::Null);
    loop {
        let response = client.query(&document, json!({ "c": at })).await;
        let found = response.expect_no_errors().data()[root].clone();
        let page: Vec<String> = list(&found["nodes"]).iter().map(|node| text(&node["id"])).collect();
        match backwards {
            false => ids.extend(page),
            true => ids.splice(0..0, page).for_each(drop),
        }
        if found["pageInfo"][more] == false {
            return (ids, found["totalCount"].clone());
        }
        at = found["pageInfo"][from].clone();
    }
}

#[rstest]
#[tokio::test]
async fn pages_meet_forwards_and_backwards(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let walk = Walk::begin(database).await;
    let connections = walk.contract.fields("Query").iter();
    for field in connections.filter(|field| field.is_connection() && !field.needs_arguments()) {
        // Reading the trail adds to it.
        let filter = if field.name == "auditEvents" { "filter: { until: \"2019-01-01T00:00:00Z\" }," } else { "" };
        let (forwards, total) = all_ids(&walk.officer, &field.name, filter, false).await;
        let (backwards, _) = all_ids(&walk.officer, &field.name, filter, true).await;
        assert_eq!(forwards, backwards, "{}", field.name);
        assert_eq!(json!(forwards.len()), total, "{}", field.name);
        let mut once = forwards.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), forwards.len(), "{}", field.name);
        // The trail is narrowed, and of these the demonstration has few or none.
        let few = ["auditEvents", "programmes", "questions", "certificates", "possibleDuplicates"];
        let small = few.contains(&&*field.name);
        assert!(small || forwards.len() > 15, "{} has more than one page", field.name);
    }
}
