//! Ids that lead nowhere, in every argument that takes an id: not found, whatever is wrong with them.

use super::places::{Walk, expect_nothing, expect_unchanged, type_at};
use crate::steps::{content, done, submit};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Database, Field};

/// Nobody has made these.
const NOWHERE: &str = "01h455vb4pex5vsknk084sn02q";

/// Ids that lead nowhere at a place where ids of this type belong.
fn bad_ids(walk: &Walk, expected: Option<&str>) -> Vec<Value> {
    let prefix = expected.unwrap_or("report");
    let mut bad = vec![
        json!(""),
        json!(prefix),
        json!(format!("{prefix}_{NOWHERE}")),
        json!(format!("{prefix}_00000000000000000000000000")),
        json!(format!("{prefix}_8{}", "z".repeat(25))),
        json!(format!("{prefix}_{}", NOWHERE.to_uppercase())),
        json!(format!("{prefix}_{NOWHERE}\u{0}")),
        json!(format!("{prefix}_{}", "љ".repeat(13))),
        json!("љубав🙂".repeat(2_000)),
        json!("_".repeat(5_000)),
        json!(42),
    ];
    if let Some(expected) = expected {
        bad.extend(walk.ids.iter().filter(|(other, _)| **other != expected).map(|(_, id)| id.clone()));
    }
    bad
}

/// Every place that takes an id: the root type, the field, and where in its arguments.
fn places(walk: &Walk) -> Vec<(&'static str, &Field, Vec<String>)> {
    let queries = walk.contract.fields("Query").iter().map(|field| ("Query", field));
    let fields = queries.chain(walk.mutations().map(|field| ("Mutation", field)));
    fields
        .flat_map(|(root, field)| walk.contract.places(field, "ID").into_iter().map(move |place| (root, field, place)))
        .collect()
}

#[rstest]
#[tokio::test]
async fn ids_that_lead_nowhere_are_not_found(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let walk = Walk::begin(database).await;
    let reporter = walk.server.sign_in_as("reporter@school-02.example").await;
    let input = json!({ "idempotencyKey": "foreign-draft", "content": content("of another") });
    let draft = done(&reporter, "createDraft", "report { id persons { id } }", input).await["report"].clone();
    let foreign = [draft["id"].clone(), draft["persons"][0]["id"].clone()];
    let places = places(&walk);
    assert!(places.len() > 30, "{} places take ids", places.len());
    for (root, field, place) in places {
        let mut ids = bad_ids(&walk, type_at(field, &place).as_deref());
        // The trail tells whoever reads all of it that a draft was begun.
        ids.extend(foreign.iter().filter(|_| field.name != "auditEvents").cloned());
        for id in ids {
            let response = walk.send(&walk.officer, root, field, &place, &id).await;
            expect_nothing(&response, field, &place, &["NOT_FOUND"]);
        }
    }
    expect_unchanged(&walk).await;
}

#[rstest]
#[tokio::test]
async fn ids_of_another_tenant_are_not_found(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let walk = Walk::begin(database).await;
    let coordinator = walk.server.sign_in_as("coordinator@school-02.example").await;
    let reporter = walk.server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "foreign-report", content("of another")).await;
    let message = json!({ "idempotencyKey": "foreign-info", "reportId": report.id, "text": "more" });
    let messages = "report { messages { nodes { id } } author { id } organisation { id } }";
    let message = done(&reporter, "addInformation", messages, message).await["report"].clone();
    let mut foreign = vec![&report.id, &report.person, &message["messages"]["nodes"][0]["id"]];
    foreign.extend([&message["author"]["id"], &message["organisation"]["id"]]);
    // Indicator sets are everybody's, and so are programmes.
    let shared = ["indicator_set", "programme"];
    foreign.extend(walk.ids.iter().filter(|(object_type, _)| !shared.contains(object_type)).map(|(_, id)| id));
    let mut reached = 0;
    for (root, field, place) in places(&walk) {
        for id in &foreign {
            let response = walk.send(&coordinator, root, field, &place, id).await;
            if response.error_codes() == ["NOT_FOUND"] {
                continue; // The field is beyond its roles, and so does not exist for it either.
            }
            reached += 1;
            match response.data()[&field.name]["userErrors"].as_array() {
                Some(errors) => assert_eq!(errors[0]["code"], "NOT_FOUND", "{} at {place:?}: {id}", field.name),
                None => expect_nothing(&response, field, &place, &[]),
            }
        }
    }
    assert!(reached > 100, "{reached} fields were reached");
    expect_unchanged(&walk).await;
}
