//! What an operation says where the contract asks for more than ids.

use crate::steps::content;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What one operation names and says.
#[derive(Debug)]
pub(super) struct Words<'a> {
    /// The mutation.
    pub(super) mutation: &'a str,
    /// The ids that it names, by the names of their places.
    pub(super) named: &'a BTreeMap<String, Value>,
    /// The revision of what it changes.
    pub(super) revision: Value,
    /// The code that is shown in a room.
    pub(super) code: Option<Value>,
    /// The reference of a report.
    pub(super) reference: Option<Value>,
    /// The organisation for which sessions are.
    pub(super) organisation: &'a Value,
    /// Tells operations apart.
    pub(super) key: usize,
}

/// Questions of an evaluation.
const MARKED: [&str; 5] = ["content", "usefulness", "trainers", "materials", "organisation"];

/// A session for this organisation alone, far ahead, in a year of its own.
pub(super) fn session(organisation: &Value, key: usize) -> Value {
    let year = 2040 + key % 50;
    json!({
        "kind": "WORKSHOP", "title": "Радионица", "hours": 2, "mode": "ONLINE", "capacity": 1 + key % 3,
        "needsApproval": key % 4 == 3,
        "registrationOpensAt": "2001-01-01T00:00:00Z", "registrationClosesAt": format!("{year}-01-01T00:00:00Z"),
        "days": [{ "startsAt": format!("{year}-05-05T07:00:00Z"), "endsAt": format!("{year}-05-05T09:00:00Z") }],
        "audience": { "organisationIds": [organisation] },
    })
}

impl Words<'_> {
    fn named(&self, place: &str) -> Option<Value> {
        self.named.get(place).cloned()
    }

    /// What is said in a report: something new, or the same as was said before; once what another tenant says.
    fn content(&self) -> Value {
        match self.key % 3 {
            0 => content(super::prepared::OBSERVED),
            1 => content("seen by the other tenant"),
            _ => content(&format!("seen {}", self.key)),
        }
    }

    /// What is said at a place; nothing where whatever fits its type does.
    pub(super) fn said(&self, place: &str) -> Option<Value> {
        if let Some(id) = self.named(place) {
            return Some(if place.ends_with("Ids") { json!([id]) } else { id });
        }
        let Self { mutation, key, .. } = *self;
        match (mutation, place) {
            (_, "revision") => Some(self.revision.clone()),
            (_, "idempotencyKey") => Some(json!(format!("operation-{key}"))),
            (_, "reportReference") => self.reference.clone(),
            ("attend", "code") => self.code.clone(),
            ("submitReport", "report") if key % 4 == 0 && self.revision.is_number() => {
                Some(json!({ "draft": { "reportId": self.named("reportId")?, "revision": self.revision } }))
            }
            ("submitReport", "report") => Some(json!({ "content": self.content() })),
            (_, "content") => Some(self.content()),
            (_, "session") => Some(session(self.organisation, key)),
            ("registerForSession", "participant") if key % 2 == 1 => Some(Value::Null),
            (_, "participant") => Some(json!({ "name": format!("Учесник {key}") })),
            ("registerOrganisation", "kind") => Some(json!("POLICE")),
            ("createQuestion" | "reviseQuestion", "kind") => Some(json!("FREE_TEXT")),
            ("connectSoftware", "clientId") => Some(json!(format!("software-{key}"))),
            ("recordAttendance", "entries") => {
                Some(json!([{ "registrationId": self.named("registrationId")?, "mark": "PRESENT" }]))
            }
            (_, "answers") => Some(json!([{ "position": 0, "text": "позвао бих Центар" }])),
            (_, "marks") => Some(MARKED.map(|code| json!({ "code": code, "mark": 1 + key % 5 })).into()),
            (_, "material") => {
                Some(json!({ "kind": "READING", "title": "Читанка", "address": "https://reading.example/" }))
            }
            (_, "name") => Some(json!(format!("Назив {key}"))),
            (_, "email") => Some(json!(format!("somebody-{key}@example.rs"))),
            (_, "roles") => Some(json!(["REPORTER"])),
            (_, "url") => Some(json!("https://software.example/hook")),
            (_, "municipality") => Some(json!("novi-sad")),
            (_, "outcome") => Some(json!("NOT_IDENTIFIED")),
            (_, "position") => Some(json!(0)),
            (_, "startDays") => Some(json!([format!("{}-06-05", 2040 + key % 50)])),
            ("setSessionTest", "opensAt") => Some(json!("2001-01-01T00:00:00Z")),
            ("setSessionTest", "closesAt") => Some(json!("2990-01-01T00:00:00Z")),
            (_, "closesAt") => Some(json!(super::prepared::SOON)),
            _ => None,
        }
    }

    /// Adds what is not asked for and without which nothing would be done. Whoever nobody has reached is invited of one kind alone,
    /// since others would be, and rightly.
    pub(super) fn complete(&self, arguments: &mut Value) {
        let input = &arguments["input"];
        let add = match self.mutation {
            "inviteUnreached" => ("kinds", json!(["POLICE"])),
            "givePrintedMaterial" if input["recipientId"].is_null() => ("recipientName", json!("учесници")),
            "updateNotificationPreferences" if input["email"].is_null() => ("language", json!("ENGLISH")),
            "publishMaterial" if input["programmeId"].is_null() => {
                ("sessionId", self.named("sessionId").unwrap_or_default())
            }
            _ => return,
        };
        arguments["input"][add.0] = add.1;
    }
}
