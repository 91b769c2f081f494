//! The room on a database of its own, by documents as clients send them.

mod drafts;
mod messages;
mod read_marks;
mod reading;
mod submission;

use crate::testing::World;
use serde_json::{Value, json};

const CREATE: &str = "mutation($input: CreateDraftInput!) { createDraft(input: $input) {
    report { id revision status expiresAt reference persons { id indicators { indicator { code } } } }
    userErrors { code field message } } }";
const UPDATE: &str = "mutation($input: UpdateDraftInput!) { updateDraft(input: $input) {
    report { id revision observations persons { id pseudonym indicators { remark indicator { code set { version } } } } }
    userErrors { code field message } } }";
const SUBMIT: &str = "mutation($input: SubmitReportInput!) { submitReport(input: $input) {
    report { id revision status reference urgency submittedAt channel }
    receipt { reference submittedAt message }
    userErrors { code field message } } }";

/// What a school might know of a child.
fn a_content() -> Value {
    json!({
        "reporterFunction": "педагог",
        "dangerNow": "NO",
        "observations": "Долази гладна и не иде кући.",
        "observedFrom": "2018-10-01",
        "municipality": "nis",
        "suspectedForms": ["FORCED_BEGGING"],
        "persons": [{
            "pseudonym": "Мира",
            "ageBand": "FROM_12_TO_14",
            "child": "YES",
            "identity": { "names": "Мира Мирић", "birthDate": "2005-05-05" },
            "indicators": [
                { "set": "unodc-children", "code": codes()[0] },
                { "set": "unodc-children", "code": codes()[1], "remark": "више пута" },
            ],
        }],
    })
}

/// Codes of two indicators about children.
fn codes() -> [String; 2] {
    let file = crate::indicators::embedded::read(&crate::indicators::embedded::FILES).expect("the catalogue");
    let set = file.iter().find(|set| set.code == "unodc-children").expect("the set");
    let mut codes = set.indicators().map(|indicator| indicator.code.clone());
    [codes.next().expect("a first"), codes.next().expect("a second")]
}

fn key(name: &str) -> String {
    format!("a key for {name}").replace(' ', "-")
}

/// The draft that a member begins.
async fn begin(world: &World, name: &str, content: Value) -> Value {
    let input = json!({ "idempotencyKey": key("a draft"), "content": content });
    let answer = world.ask(name, CREATE, json!({ "input": input })).await;
    assert_eq!(answer["createDraft"]["userErrors"], json!([]));
    answer["createDraft"]["report"].clone()
}

/// The id of a report that a member submits.
async fn submit(world: &World, name: &str, content: Value) -> String {
    let input = json!({ "idempotencyKey": key("a report"), "report": { "content": content } });
    let answer = world.ask(name, SUBMIT, json!({ "input": input })).await;
    assert_eq!(answer["submitReport"]["userErrors"], json!([]));
    text(&answer["submitReport"]["report"]["id"])
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Codes of the user errors of an answer to a mutation, with their paths.
fn refusals(answer: &Value, mutation: &str) -> Vec<(String, String)> {
    let errors = answer[mutation]["userErrors"].as_array().expect("user errors");
    let path = |error: &Value| {
        let parts = error["field"].as_array().expect("a path").iter().map(text);
        parts.collect::<Vec<_>>().join(".")
    };
    errors.iter().map(|error| (text(&error["code"]), path(error))).collect()
}

fn refusal(code: &str, path: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), path.to_owned())]
}
