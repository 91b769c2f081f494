//! Possible duplicates: proposed to the Centre with the reasons, and to nobody else.

mod deciding;
mod learning;
mod proposing;
mod telling;

use crate::steps::{Submitted, field, list, submit};
use serde_json::{Value, json};
use std::time::Duration;
use tests::Client;

/// A child as a report describes it. Everything else is left out.
pub fn child(names: &str) -> Value {
    json!({
        "observations": "Виђена је на тргу.", "municipality": "novi-sad",
        "persons": [{ "pseudonym": "А", "child": "YES", "birthYear": 2008, "sex": "FEMALE", "identity": { "names": names } }]
    })
}

/// The possible duplicates of a report's persons, once there are so many.
#[track_caller]
pub fn proposed(client: &Client, report: &Value, number: usize) -> impl Future<Output = Vec<Value>> {
    let caller = std::panic::Location::caller();
    let selection = "possibleDuplicates { id state strength reasons reason resolvedBy { id }
        person { id report { id } } earlierPerson { id report { id } } }";
    async move {
        for _ in 0..300 {
            let found = field(client, report, selection).await;
            let found = list(&found).to_vec();
            if found.len() == number {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not {number} at {caller}: {}", field(client, report, selection).await);
    }
}

/// What a clinic and a school report of the same child, a day after each other.
async fn reported_twice(clinic: &Client, school: &Client) -> (Submitted, Submitted) {
    let earlier = submit(clinic, "from-the-clinic", child("Марија Јовановић-Ветринић")).await;
    let later = submit(school, "from-the-school", child("Jovanovic Marija")).await;
    (earlier, later)
}
