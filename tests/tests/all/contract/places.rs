//! What stands at a place of a root field's arguments, and what else must be there.

use crate::steps::{content, done, field, list, own_membership, step, submit};
use serde_json::{Value, json};
use std::collections::HashMap;
use tests::{Client, Contract, Database, Field, Response, Server};

/// A client in all roles of the Centre, and what it may name in its requests.
pub(super) struct Walk {
    pub(super) server: Server,
    pub(super) contract: Contract,
    pub(super) officer: Client,
    /// An id of each type, all of objects that the officer sees.
    pub(super) ids: HashMap<&'static str, Value>,
    /// Sends what the officer has no role for.
    participant: Client,
    revisions: HashMap<&'static str, Value>,
    submitted: Value,
    held: Value,
    draft: (Value, Value),
    report: (Value, Value),
}

impl Walk {
    /// The mutations that it walks.
    pub(super) fn mutations(&self) -> impl Iterator<Item = &Field> {
        self.contract.fields("Mutation").iter()
    }

    /// Starts a server that takes large documents, and prepares objects of every type.
    pub(super) async fn begin(database: Database) -> Walk {
        let server = Server::with(database).env("OSLONAC_GRAPHQL__ALIASES", "10000").start().await;
        let officer = crate::steps::with_every_role(&server).await;
        let contract = Contract::of(&officer).await;
        let reporter = server.sign_in_as("reporter@school-01.example").await;
        let accepted = submit(&reporter, "walk-accepted", content("accepted")).await;
        step(&officer, "acceptReport", &accepted.id, json!({ "idempotencyKey": "walk-accept", "reason": "a sign" }))
            .await;
        let report = submit(&officer, "walk-report", content("told by telephone")).await;
        step(&officer, "requestInformation", &report.id, json!({ "idempotencyKey": "walk-ask-1", "question": "Who?" }))
            .await;
        let own = json!({ "idempotencyKey": "walk-draft", "content": content("a draft") });
        let draft = done(&officer, "createDraft", "report { id revision }", own).await["report"].clone();
        let file = json!({ "idempotencyKey": "walk-file", "reportId": report.id });
        let file = done(&officer, "addAttachment", "attachment { id }", file).await["attachment"]["id"].clone();
        let read = "query Read($accepted: ID!, $report: ID!) {
            accepted: report(id: $accepted) { cases { id } organisation { id } }
            report(id: $report) { revision messages { nodes { id } } }
            indicatorSets { id } }";
        let seen = officer.query(read, json!({ "accepted": accepted.id, "report": report.id })).await;
        let seen = seen.expect_no_errors().data();
        let erasure = erasure(&officer, &reporter).await;
        let ids = HashMap::from([
            ("erasure", erasure),
            ("attachment", file),
            ("report", report.id.clone()),
            ("person", report.person.clone()),
            ("message", seen["report"]["messages"]["nodes"][0]["id"].clone()),
            ("case", seen["accepted"]["cases"][0]["id"].clone()),
            ("organisation", seen["accepted"]["organisation"]["id"].clone()),
            ("membership", own_membership(&officer).await),
            ("indicator_set", seen["indicatorSets"][0]["id"].clone()),
            ("webhook", webhook(&officer).await),
            ("possible_duplicate", possible_duplicate(&officer).await),
            ("notification", notification(&officer, &reporter, &accepted.id).await),
        ]);
        let openings = openings(&officer, &report.person, &report.id).await;
        let trained = super::trained::prepare(&server, database, &officer).await;
        let ids = ids.into_iter().chain(openings).chain(trained.ids).collect();
        let report = (report.id, seen["report"]["revision"].clone());
        let draft = (draft["id"].clone(), draft["revision"].clone());
        let (participant, revisions) = (trained.participant, trained.revisions);
        let (submitted, held) = (trained.submitted, trained.held);
        Walk { server, contract, officer, ids, participant, revisions, submitted, held, draft, report }
    }

    /// Sends a root field with this value at this place, and whatever else must be there.
    pub(super) async fn send(
        &self,
        client: &Client,
        root: &str,
        field: &Field,
        place: &[String],
        value: &Value,
    ) -> Response {
        let of_draft = matches!(field.name.as_str(), "updateDraft" | "discardDraft" | "submitReport");
        let (report, revision) = if of_draft { &self.draft } else { &self.report };
        let ids = self.contract.places(field, "ID");
        let named = |name: &&&str| ids.iter().any(|place| place.last().is_some_and(|last| last == **name));
        let trained = ["registrationId", "sessionId", "programmeId"].iter().find(named);
        let revision = trained.map_or(revision, |name| &self.revisions[name]);
        let plausible = |name: &str| match name {
            "reportId" | "intoReportId" => Some(report.clone()),
            "revision" => Some(revision.clone()),
            "personId" => Some(self.ids["person"].clone()),
            "personIds" => Some(json!([self.ids["person"]])),
            "erasureId" => Some(self.ids["erasure"].clone()),
            "attachmentId" => Some(self.ids["attachment"].clone()),
            "messageId" => Some(self.ids["message"].clone()),
            "possibleDuplicateId" => Some(self.ids["possible_duplicate"].clone()),
            "caseId" => Some(self.ids["case"].clone()),
            "openingId" => Some(self.ids["identity_opening"].clone()),
            "barId" => Some(self.ids["bar"].clone()),
            "reportReference" => Some(json!("PI-0000-0000-0")),
            "review" => Some(json!("IN_ORDER")),
            "organisationId" => Some(self.ids["organisation"].clone()),
            "membershipId" => Some(self.ids["membership"].clone()),
            "idempotencyKey" => Some(json!("walk-plausible-key")),
            "url" => Some(json!("https://software.example/hook")),
            "email" => Some(json!("somebody@centre.example")),
            "municipality" => Some(json!("novi-sad")),
            "roles" => Some(json!(["TRAINER"])),
            "set" => Some(json!("unodc-general")),
            "code" => Some(json!("UN-G-01")),
            "report" => Some(json!({ "draft": { "reportId": self.draft.0, "revision": self.draft.1 } })),
            "outcome" => Some(json!("NOT_IDENTIFIED")),
            "programmeId" => Some(self.ids["programme"].clone()),
            "sessionId" => Some(self.ids["training_session"].clone()),
            "dayId" => Some(self.ids["training_day"].clone()),
            "registrationId" => Some(self.ids["registration"].clone()),
            "questionId" => Some(self.ids["question"].clone()),
            "questionIds" => Some(json!([self.ids["question"]])),
            "testId" => Some(self.ids["session_test"].clone()),
            "attemptId" if field.name == "gradeAnswer" => Some(self.submitted.clone()),
            "attemptId" => Some(self.ids["test_attempt"].clone()),
            "certificateId" => Some(self.ids["certificate"].clone()),
            "trainerIds" => Some(json!([self.ids["membership"]])),
            "organisationIds" => Some(json!([self.ids["organisation"]])),
            "entries" => Some(json!([{ "registrationId": self.held, "mark": "PRESENT" }])),
            "position" => Some(json!(0)),
            "capacity" => Some(json!(5)),
            "mode" => Some(json!("ONLINE")),
            "startsAt" | "closesAt" => Some(json!("2096-05-05T07:00:00Z")),
            "endsAt" => Some(json!("2096-05-05T09:00:00Z")),
            "registrationClosesAt" => Some(json!("2095-01-01T00:00:00Z")),
            "days" => Some(json!([{ "startsAt": "2096-05-05T07:00:00Z", "endsAt": "2096-05-05T09:00:00Z" }])),
            "startDays" => Some(json!(["2096-06-05"])),
            _ => None,
        };
        let arguments = self.contract.arguments(field, place, value, &plausible);
        let document = self.contract.document(root, field, 1, 1);
        let response = client.query(&document, arguments.clone()).await;
        if response.error_codes() == ["NOT_FOUND"] && std::ptr::eq(client, &self.officer) {
            return self.participant.query(&document, arguments).await;
        }
        response
    }
}

/// A possible duplicate that nobody has decided: the demonstration's.
async fn possible_duplicate(officer: &Client) -> Value {
    let response = officer.query("{ possibleDuplicates(state: OPEN, first: 1) { nodes { id } } }", ()).await;
    response.expect_no_errors().data()["possibleDuplicates"]["nodes"][0]["id"].clone()
}

/// The id of a webhook of the Centre, of more than a page of them.
async fn webhook(officer: &Client) -> Value {
    let mut made = Value::Null;
    for key in 0..16 {
        let input = json!({ "idempotencyKey": format!("walk-hook-{key}"), "url": "https://software.example/hook" });
        made = done(officer, "registerWebhook", "webhook { id }", input).await;
    }
    made["webhook"]["id"].clone()
}

/// The id of a notification of the officer, of more than a page of them.
async fn notification(officer: &Client, reporter: &Client, report: &Value) -> Value {
    for key in 0..16 {
        let more = json!({ "idempotencyKey": format!("walk-more-{key}"), "reportId": report, "text": "more of it" });
        done(reporter, "addInformation", "report { id }", more).await;
    }
    let document = "{ notifications(first: 1) { totalCount nodes { id } } }";
    for _ in 0..500 {
        let response = officer.query(document, ()).await;
        let found = response.expect_no_errors().data()["notifications"].clone();
        if found["totalCount"].as_u64() > Some(16) {
            return found["nodes"][0]["id"].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the officer is told of nothing");
}

/// An opened identity, of more than a page of them, and a bar of somebody else from the same report.
async fn openings(officer: &Client, person: &Value, report: &Value) -> [(&'static str, Value); 2] {
    let mut opened = Value::Null;
    for key in 0..16 {
        let key = format!("walk-opening-{key}");
        let opening = json!({ "idempotencyKey": key, "personId": person, "reason": "to agree on a call" });
        opened = done(officer, "openIdentity", "opening { id }", opening).await;
    }
    let document = "{ organisations(first: 1, filter: { kind: CENTRE }) { nodes { memberships(first: 100) { nodes { id roles } } } } }";
    let centre = officer.query(document, ()).await.expect_no_errors().data()["organisations"]["nodes"][0].clone();
    let analyst = list(&centre["memberships"]["nodes"]).iter().find(|member| member["roles"] == json!(["ANALYST"]));
    let analyst = analyst.expect("an analyst")["id"].clone();
    let bar =
        json!({ "idempotencyKey": "walk-barring", "reportId": report, "membershipId": analyst, "reason": "a friend" });
    let barred = done(officer, "barFromReport", "bar { id }", bar).await;
    [("identity_opening", opened["opening"]["id"].clone()), ("bar", barred["bar"]["id"].clone())]
}

/// The id of an erasure that somebody asked for, of more than a page of them.
async fn erasure(officer: &Client, reporter: &Client) -> Value {
    let content = json!({ "observations": "closed", "persons": vec![json!({}); 16] });
    let input = json!({ "idempotencyKey": "walk-closed", "report": { "content": content } });
    let closed = done(reporter, "submitReport", "report { id persons { id } }", input).await["report"].clone();
    step(officer, "closeReport", &closed["id"], json!({ "reason": "no sign" })).await;
    let persons: Vec<&Value> = list(&closed["persons"]).iter().map(|person| &person["id"]).collect();
    let input = json!({ "idempotencyKey": "walk-erase", "personIds": persons, "reason": "asked for" });
    done(officer, "requestErasure", "erasures { id }", input).await["erasures"][0]["id"].clone()
}

/// The place in the input as a user error names it.
pub(super) fn named_by_errors(place: &[String]) -> Vec<&str> {
    place.iter().skip(1).map(String::as_str).collect()
}

/// Fails unless the answer is null, an empty connection, nulls in a list, or a refusal with one of these codes that names the
/// place.
#[track_caller]
pub(super) fn expect_nothing(response: &Response, field: &Field, place: &[String], codes: &[&str]) {
    let told = || format!("{} at {place:?}: {}", field.name, response.body());
    assert!(response.errors().is_empty(), "{}", told());
    let found = &response.data()[&field.name];
    if let Some(user_errors) = found["userErrors"].as_array() {
        let right = |error: &&Value| {
            codes.iter().any(|code| error["code"] == *code) && error["field"] == json!(named_by_errors(place))
        };
        assert!(user_errors.iter().find(right).is_some(), "{}", told());
        let others = found.as_object().expect("a payload").iter();
        let others = others.filter(|(name, _)| !matches!(name.as_str(), "userErrors" | "__typename"));
        assert!(others.into_iter().all(|(_, value)| value.is_null()), "{}", told());
    } else if found["nodes"].is_array() {
        assert!(list(&found["nodes"]).is_empty(), "{}", told());
    } else {
        assert!(found.is_null() || found.as_array().is_some_and(|all| all.iter().all(Value::is_null)), "{}", told());
    }
}

/// What a report of the walk is now; it must not have changed.
pub(super) async fn expect_unchanged(walk: &Walk) {
    assert_eq!(field(&walk.officer, &walk.report.0, "revision").await, walk.report.1);
    assert_eq!(field(&walk.officer, &walk.draft.0, "revision").await, walk.draft.1);
}

/// The prefix of ids that belong at a place; nothing where ids of every type do.
pub(crate) fn type_at(field: &Field, place: &[String]) -> Option<String> {
    let name = place.iter().rev().find(|name| name.parse::<usize>().is_err()).expect("a place has a name");
    match name.as_str() {
        "ids" | "objectId" => None,
        "id" if field.name == "node" => None,
        "id" if place.len() == 1 => Some(snake(&field.name)),
        "id" => Some("person".to_owned()),
        "intoReportId" => Some("report".to_owned()),
        "personIds" => Some("person".to_owned()),
        "notificationIds" => Some("notification".to_owned()),
        "assignedTo" | "trainerIds" => Some("membership".to_owned()),
        "organisationIds" => Some("organisation".to_owned()),
        "possibleDuplicateId" => Some("possible_duplicate".to_owned()),
        "openingId" => Some("identity_opening".to_owned()),
        "sessionId" => Some("training_session".to_owned()),
        "testId" => Some("session_test".to_owned()),
        "attemptId" => Some("test_attempt".to_owned()),
        "dayId" => Some("training_day".to_owned()),
        "questionIds" => Some("question".to_owned()),
        "printedMaterialId" => Some("printed_material".to_owned()),
        "recipientId" => Some("organisation".to_owned()),
        name => Some(name.trim_end_matches("Id").to_owned()),
    }
}

/// A name of the contract as prefixes of ids have it.
pub(super) fn snake(name: &str) -> String {
    let letters = name.chars().flat_map(|c| if c.is_uppercase() { vec!['_', c.to_ascii_lowercase()] } else { vec![c] });
    letters.collect::<String>().trim_start_matches('_').to_owned()
}
