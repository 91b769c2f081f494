//! Training: sessions from the plan to the end, who gets a place, and who was there.

mod attendance;
mod calendar;
mod files;
mod learning;
mod lists;
mod materials;
mod places;
mod reach;
mod reminders;
mod sessions;
mod unreached;

use crate::steps::{done, text};
use serde_json::{Value, json};
use tests::{Client, Server};

/// The instant at which the clock of these tests starts: a week before registration ends.
const NOW: &str = "2026-04-20T08:00:00Z";

/// A two-day session for schools of three districts.
fn two_days() -> Value {
    json!({
        "kind": "TRAINING", "title": "Препознавање знакова у школи", "hours": 12, "mode": "ON_SITE",
        "municipality": "novi-sad", "venue": "Сала 2", "capacity": 2, "offerHours": 24,
        "registrationOpensAt": "2026-04-01T08:00:00Z", "registrationClosesAt": "2026-04-27T08:00:00Z",
        "days": [
            { "startsAt": "2026-05-05T07:00:00Z", "endsAt": "2026-05-05T13:00:00Z" },
            { "startsAt": "2026-05-06T07:00:00Z", "endsAt": "2026-05-06T13:00:00Z" }
        ],
        "audience": { "everyone": true }
    })
}

/// The same object with other values for some of its fields.
fn with(mut object: Value, more: Value) -> Value {
    let fields = object.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    object
}

/// A server at that instant.
async fn server(database: tests::Database) -> Server {
    Server::with(database).clock(NOW).start().await
}

/// Plans a session; answers its id.
async fn plan(trainer: &Client, key: &str, session: Value) -> Value {
    let input = json!({ "idempotencyKey": key, "session": session });
    done(trainer, "planSession", "session { id }", input).await["session"]["id"].clone()
}

/// Plans a session and opens it; answers its id.
async fn open(trainer: &Client, key: &str, session: Value) -> Value {
    let id = plan(trainer, key, session).await;
    step(trainer, "openSession", &id).await;
    id
}

/// A field of a session as the client sees it; null where it sees none.
async fn field(client: &Client, id: &Value, field: &str) -> Value {
    let document = format!("query One($id: ID!) {{ trainingSession(id: $id) {{ value: {field} }} }}");
    let response = client.query(&document, json!({ "id": id })).await;
    response.expect_no_errors().data()["trainingSession"]["value"].clone()
}

/// What names a session as it is now.
async fn now(client: &Client, id: &Value) -> Value {
    json!({ "sessionId": id, "revision": field(client, id, "revision").await })
}

/// Takes a step with a session as it is now; answers its new state.
async fn step(client: &Client, mutation: &str, id: &Value) -> String {
    let document = format!(
        "mutation Step($input: SessionStepInput!) {{ {mutation}(input: $input) {{ session {{ state }} userErrors {{ message }} }} }}"
    );
    let response = client.query(&document, json!({ "input": now(client, id).await })).await;
    text(&response.expect_no_errors().payload(mutation)["session"]["state"])
}

/// Registers whoever asks, or somebody it names; answers the registration.
async fn register(client: &Client, key: &str, session: &Value, participant: Value) -> Value {
    let input = json!({ "idempotencyKey": key, "sessionId": session, "participant": participant });
    done(client, "registerForSession", "registration { id revision state name }", input).await["registration"].clone()
}

/// A field of a registration as the client sees it; null where it sees none.
async fn of_registration(client: &Client, id: &Value, field: &str) -> Value {
    let document = format!("query One($id: ID!) {{ node(id: $id) {{ ... on Registration {{ value: {field} }} }} }}");
    let response = client.query(&document, json!({ "id": id })).await;
    response.expect_no_errors().data()["node"]["value"].clone()
}

/// What names a registration as it is now.
async fn registration_now(client: &Client, id: &Value) -> Value {
    json!({ "registrationId": id, "revision": of_registration(client, id, "revision").await })
}

/// The id of the organisation that a client acts for.
async fn organisation_of(client: &Client) -> Value {
    let response = client.query("{ viewer { membership { organisation { id } } } }", ()).await;
    response.expect_no_errors().data()["viewer"]["membership"]["organisation"]["id"].clone()
}

/// A refusal, as `refusals` gives it.
fn refused(code: &str, path: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), path.to_owned())]
}
