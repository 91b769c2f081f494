//! The room on a database of its own, by documents as clients send them.

mod joining;
mod notes;
mod path;
mod queue;
mod refusals;

use crate::testing::World;
use serde_json::{Value, json};

/// A report that one of the partners' members submits.
async fn submit(world: &World, name: &str, content: Value) -> String {
    let document =
        "mutation($input: SubmitReportInput!) { submitReport(input: $input) { report { id } userErrors { message } } }";
    let key = crate::ids::new_reference("KEY");
    let input = json!({ "idempotencyKey": key, "report": { "content": content } });
    let answer = world.ask(name, document, json!({ "input": input })).await;
    assert_eq!(answer["submitReport"]["userErrors"], json!([]));
    text(&answer["submitReport"]["report"]["id"])
}

/// The least that can be reported, about this many persons.
fn about(persons: usize) -> Value {
    let persons: Vec<Value> =
        (0..persons).map(|n| json!({ "pseudonym": format!("лице {n}"), "child": "NO" })).collect();
    json!({ "observations": "Не сме сама да изађе.", "persons": persons })
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// What a mutation of a report answers.
async fn send(world: &World, name: &str, mutation: &str, input: Value) -> Value {
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation($input: {input_type}!) {{ {mutation}(input: $input) {{
            report {{ id revision status state assignee {{ name }} }} userErrors {{ code field message }} }} }}"
    );
    world.ask(name, &document, json!({ "input": input })).await[mutation].clone()
}

/// The report as a mutation leaves it, with the revision that the report has now.
async fn step(world: &World, name: &str, mutation: &str, report: &str, rest: Value) -> Value {
    let answer = try_step(world, name, mutation, report, rest).await;
    assert_eq!(answer["userErrors"], json!([]), "{mutation}");
    answer["report"].clone()
}

/// What a mutation answers, with the revision that the report has now.
async fn try_step(world: &World, name: &str, mutation: &str, report: &str, rest: Value) -> Value {
    let mut input = json!({ "reportId": report, "revision": read(world, "sava", report, "revision").await });
    for (field, value) in rest.as_object().expect("an object") {
        input[field] = value.clone();
    }
    send(world, name, mutation, input).await
}

/// Assigns a report.
async fn assign(world: &World, by: &str, report: &str, to: &str) -> Value {
    let to = world.membership(to).await;
    step(world, by, "assignReport", report, json!({ "membershipId": to })).await
}

/// One field of a report as a member sees it; null where the report does not exist for it.
async fn read(world: &World, name: &str, report: &str, field: &str) -> Value {
    let document = format!("query($id: ID!) {{ report(id: $id) {{ {field} }} }}");
    let answer = world.ask(name, &document, json!({ "id": report })).await;
    let start = field.split([' ', '{', '(']).next().expect("a name");
    answer["report"].get(start).cloned().unwrap_or(Value::Null)
}

/// Code, field and message of the only refusal.
fn refusal(answer: &Value) -> (String, String, String) {
    assert_eq!(answer["report"], Value::Null);
    let errors = answer["userErrors"].as_array().expect("user errors");
    let [error] = &errors[..] else { panic!("one refusal, not {errors:?}") };
    let field: Vec<String> = error["field"].as_array().expect("a path").iter().map(text).collect();
    (text(&error["code"]), field.join("."), text(&error["message"]))
}
