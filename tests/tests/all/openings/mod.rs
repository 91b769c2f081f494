//! Opened identities: for whom, how long, and who reviews them; emergency access; members who are barred from a report.

mod bars;
mod emergency;
mod opening;
mod review;

use crate::steps::{done, field, text};
use serde_json::{Value, json};
use tests::Client;

/// An opening as its reviewers read it.
const OPENING: &str =
    "id reportId reportReference personId emergency member { id } reason openedAt expiresAt reviewDueAt
    reviewedAt reviewer { id } review remark";

/// What opens the identity of a person.
fn opening(key: &str, person: &Value) -> Value {
    json!({ "idempotencyKey": key, "personId": person, "reason": "to agree on a safe call" })
}

/// Opens the identity of a person; answers the opening.
async fn open(client: &Client, key: &str, person: &Value) -> Value {
    let selection = format!("opening {{ {OPENING} }} identity {{ names }}");
    let opened = done(client, "openIdentity", &selection, opening(key, person)).await;
    assert!(text(&opened["identity"]["names"]).starts_with("Измишљен "), "{opened}");
    opened["opening"].clone()
}

/// Whether a client reads the identity of a report's first person.
async fn reads_identity(client: &Client, report: &Value) -> bool {
    let persons = field(client, report, "persons { identity { names } }").await;
    persons[0]["identity"].is_object()
}

/// The openings that a client lists, the first hundred.
async fn listed(client: &Client, filter: Value) -> Vec<Value> {
    let document = format!(
        "query L($filter: OpeningFilter) {{ identityOpenings(first: 100, filter: $filter) {{ nodes {{ {OPENING} }} }} }}"
    );
    let response = client.query(&document, json!({ "filter": filter })).await;
    crate::steps::list(&response.expect_no_errors().data()["identityOpenings"]["nodes"]).to_vec()
}

/// How many times emergency access waits for its review.
async fn emergencies(client: &Client) -> Value {
    let response = client.query("{ unreviewedEmergencyOpenings }", ()).await;
    response.expect_no_errors().data()["unreviewedEmergencyOpenings"].clone()
}

/// An instant of the API, this long after another.
fn after(instant: &Value, minutes: i64, seconds: i64) -> String {
    let instant = chrono::DateTime::parse_from_rfc3339(&crate::steps::text(instant)).expect("an instant");
    (instant + chrono::TimeDelta::minutes(minutes) + chrono::TimeDelta::seconds(seconds)).to_rfc3339()
}

/// A refusal, as `refusals` gives it.
fn refused(code: &str, path: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), path.to_owned())]
}
