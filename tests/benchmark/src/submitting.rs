//! Submitting a report through the contract.

use crate::{Result, load, time};
use reqwest::Url;
use serde_json::{Value, json};

/// Submits a report and answers its id.
pub async fn submit(base: &Url, token: &str) -> Result<Value> {
    let document =
        "mutation($input: SubmitReportInput!) { submitReport(input: $input) { report { id } userErrors { code } } }";
    let content = json!({ "observations": "Ученица изостаје с наставе.", "dangerNow": "YES",
        "persons": [{ "pseudonym": "A", "child": "YES" }] });
    let input = json!({ "idempotencyKey": time::new_key(), "report": { "content": content } });
    let body = json!({ "query": document, "variables": { "input": input } });
    let request = load::client()?.post(base.join("graphql")?).bearer_auth(token).json(&body);
    let answer: Value = request.send().await?.json().await?;
    let id = answer["data"]["submitReport"]["report"]["id"].clone();
    if id.is_string() { Ok(id) } else { Err(format!("no report was submitted: {answer}").into()) }
}
