//! Tests and evaluations, by documents as clients send them.

mod evaluations;
mod grading;
mod taking;

use crate::access::{Action, Purpose, Write};
use crate::clock::Clock;
use crate::ids::{self, ObjectType};
use crate::testing::World;
use chrono::TimeDelta;
use entity::organisation::Kind;
use entity::training_session::{self, Mode, State};
use entity::{registration, session_audience, session_trainer, test_attempt};
use serde_json::{Value, json};
use uuid::Uuid;

/// A network with a session that Tanja trains, and participants who have a place in it.
struct Course {
    world: World,
    session: String,
    /// Registrations by name.
    places: Vec<(&'static str, String)>,
}

/// Who has a place in the session. Vera has no account.
const PARTICIPANTS: [&str; 6] = ["ana", "ada", "aca", "boris", "pavle", "vera"];

impl Course {
    async fn new() -> Self {
        let world = World::new().await;
        let tanja = world.scope("tanja").await;
        let write = world.service(Purpose::Demonstration).begin().await.expect("begins");
        let (centre, trainer) = (tanja.viewer().organisation_id(), tanja.viewer().membership_id());
        let session = session(&write, centre, trainer);
        let key = session.id;
        write.insert::<training_session::Entity>(session, Action::DemonstrationFilled).await.expect("a session");
        write.insert_part::<session_trainer::Entity>(trains(&write, key, centre, trainer)).await.expect("a trainer");
        write.insert_part::<session_audience::Entity>(for_all(&write, key, centre)).await.expect("an audience");
        let mut places = Vec::new();
        for name in PARTICIPANTS {
            let known = if name == "vera" { "ana" } else { name };
            let member = world.scope(known).await;
            let (organisation, membership) = (member.viewer().organisation_id(), member.viewer().membership_id());
            let row = place(&write, key, centre, organisation, membership, name);
            places.push((name, ids::encode(ObjectType::Registration, row.id)));
            write.insert::<registration::Entity>(row, Action::DemonstrationFilled).await.expect("a place");
        }
        write.commit().await.expect("commits");
        Self { world, session: ids::encode(ObjectType::TrainingSession, key), places }
    }

    fn place(&self, name: &str) -> &str {
        &self.places.iter().find(|(known, _)| *known == name).expect("a place").1
    }

    /// What a mutation answers: the payload.
    async fn done(&self, name: &str, document: &str, input: Value) -> Value {
        let data = self.world.ask(name, document, json!({ "input": input })).await;
        data.as_object().and_then(|data| data.values().next()).expect("a payload").clone()
    }

    /// Codes and paths of what a mutation refuses.
    async fn refused(&self, name: &str, document: &str, input: Value) -> Vec<(String, String)> {
        let payload = self.done(name, document, input).await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let path = |error: &Value| {
            let parts: Vec<String> = error["field"].as_array().expect("a path").iter().map(text).collect();
            parts.join(".")
        };
        payload["userErrors"].as_array().expect("errors").iter().map(|it| (text(&it["code"]), path(it))).collect()
    }

    /// Writes a question and answers with its id.
    async fn question(&self, key: &str, kind: &str, options: &[&str], right: &[i32], points: i32) -> String {
        let question = json!({ "kind": kind, "text": format!("{key}?"), "options": options, "rightOptions": right, "points": points });
        let input = json!({ "idempotencyKey": format!("question-{key}"), "question": question });
        let payload = self.done("tanja", CREATE, input).await;
        payload["question"]["id"].as_str().unwrap_or_else(|| panic!("{payload}")).to_owned()
    }

    /// A question of each kind, worth 1, 2, 3 and 4 points.
    async fn bank(&self) -> Vec<String> {
        vec![
            self.question("one", "ONE", &["a", "b", "c"], &[1], 1).await,
            self.question("several", "SEVERAL", &["a", "b", "c"], &[0, 2], 2).await,
            self.question("order", "ORDER", &["a", "b", "c"], &[2, 0, 1], 3).await,
            self.question("free", "FREE_TEXT", &[], &[], 4).await,
        ]
    }

    /// Sets a test of these questions, open now, with these terms instead of the usual ones.
    fn test(&self, questions: &[String], terms: Value) -> Value {
        let now = Clock::system().now();
        let mut input = json!({
            "sessionId": self.session, "stage": "BEFORE", "questionIds": questions, "attempts": 1, "minutes": 30,
            "passPercent": 60, "opensAt": now - TimeDelta::hours(1), "closesAt": now + TimeDelta::hours(2),
        });
        for (name, value) in terms.as_object().expect("terms") {
            input[name] = value.clone();
        }
        input
    }

    async fn set(&self, questions: &[String], terms: Value) -> String {
        let payload = self.done("tanja", SET, self.test(questions, terms)).await;
        payload["test"]["id"].as_str().unwrap_or_else(|| panic!("{payload}")).to_owned()
    }

    async fn start(&self, name: &str, test: &str, key: &str) -> Value {
        let payload = self.done(name, START, json!({ "idempotencyKey": key, "testId": test })).await;
        assert_eq!(payload["userErrors"], json!([]), "{payload}");
        payload["attempt"].clone()
    }

    /// Lets the time of an attempt be over since so long.
    async fn let_end(&self, attempt: &Value, ago: TimeDelta) {
        let id = attempt["id"].as_str().expect("an id");
        let key = ids::decode(ObjectType::TestAttempt, id).expect("an attempt");
        let write = self.world.service(Purpose::Demonstration).begin().await.expect("begins");
        let before = write.find::<test_attempt::Entity>().by_key(key).one().await.expect("found").expect("one");
        let after = test_attempt::Model { ends_at: write.now() - ago, ..before.clone() };
        write.update::<test_attempt::Entity>(&before, after, Action::DemonstrationFilled).await.expect("updates");
        write.commit().await.expect("commits");
    }

    /// Puts the session into a state.
    async fn put_into(&self, state: State) {
        let key = ids::decode(ObjectType::TrainingSession, &self.session).expect("a session");
        let write = self.world.service(Purpose::Demonstration).begin().await.expect("begins");
        let before = write.find::<training_session::Entity>().by_key(key).one().await.expect("found").expect("one");
        let after = training_session::Model { state, ..before.clone() };
        write.update::<training_session::Entity>(&before, after, Action::DemonstrationFilled).await.expect("updates");
        write.commit().await.expect("commits");
    }
}

/// The answers by which every option is chosen that has one of these texts, in their order.
fn answer(attempt: &Value, position: usize, texts: &[&str]) -> Value {
    let options = attempt["questions"][position]["options"].as_array().expect("options");
    let at = |text: &&str| options.iter().position(|option| option == text).expect("an option");
    json!({ "position": position, "choices": texts.iter().map(at).collect::<Vec<_>>() })
}

/// The right answer to each question of [`Course::bank`] that can be right without a trainer.
fn all_right(attempt: &Value) -> Vec<Value> {
    vec![answer(attempt, 0, &["b"]), answer(attempt, 1, &["c", "a"]), answer(attempt, 2, &["c", "a", "b"])]
}

const CREATE: &str = "mutation($input: CreateQuestionInput!) { createQuestion(input: $input) {
    question { id version rightOptions } userErrors { code field } } }";
const SET: &str = "mutation($input: SetSessionTestInput!) { setSessionTest(input: $input) {
    test { id outOf questions { text } } userErrors { code field } } }";
const START: &str = "mutation($input: StartTestInput!) { startTest(input: $input) {
    attempt { id number state outOf points questions { position kind text options choices answer score } }
    userErrors { code field } } }";
const SAVE: &str = "mutation($input: SaveAnswersInput!) { saveAnswers(input: $input) {
    attempt { state points passed questions { choices answer } } userErrors { code field } } }";
const SUBMIT: &str = "mutation($input: SubmitTestInput!) { submitTest(input: $input) {
    attempt { state points passed ungraded } userErrors { code field } } }";
const GRADE: &str = "mutation($input: GradeAnswerInput!) { gradeAnswer(input: $input) {
    attempt { state points passed ungraded } userErrors { code field } } }";
const RECORD: &str = "mutation($input: RecordTestResultInput!) { recordTestResult(input: $input) {
    attempt { state onPaper points passed } userErrors { code field } } }";
const RESULTS: &str = "query($session: ID!) { testResults(sessionId: $session) {
    nodes { registration { id name } passed points } } }";

fn session(write: &Write, organisation_id: Uuid, planner_id: Uuid) -> training_session::Model {
    let now = write.now();
    training_session::Model {
        id: ids::new_key(now),
        organisation_id,
        programme_id: None,
        series_id: None,
        kind: training_session::Kind::Training,
        state: State::Closed,
        title: "Signs".to_owned(),
        topic: String::new(),
        hours: 8,
        mode: Mode::Online,
        municipality_code: None,
        venue: String::new(),
        online_address: String::new(),
        language: "sr".to_owned(),
        partners: String::new(),
        donor: String::new(),
        organiser: String::new(),
        trainer_names: String::new(),
        indicator_sets: String::new(),
        capacity: 20,
        taken: 6,
        waiting_list: false,
        approval: false,
        offer_hours: 0,
        registration_opens_at: now - TimeDelta::days(9),
        registration_closes_at: now - TimeDelta::days(2),
        starts_at: now - TimeDelta::days(1),
        ends_at: now + TimeDelta::days(1),
        attendance_percent: 80,
        certificate_needs_test: true,
        certificate_months: None,
        revision: 1,
        created_at: now,
        planner_id,
    }
}

fn trains(write: &Write, session_id: Uuid, organisation_id: Uuid, membership_id: Uuid) -> session_trainer::Model {
    let id = ids::new_key(write.now());
    session_trainer::Model { id, organisation_id, session_id, membership_id, planner_id: membership_id }
}

fn for_all(write: &Write, session_id: Uuid, organisation_id: Uuid) -> session_audience::Model {
    let id = ids::new_key(write.now());
    session_audience::Model { id, organisation_id, session_id, kind: None, district_code: None, invited_id: None }
}

fn place(
    write: &Write,
    session_id: Uuid,
    organiser_id: Uuid,
    organisation_id: Uuid,
    registered_by_id: Uuid,
    name: &str,
) -> registration::Model {
    registration::Model {
        id: ids::new_key(write.now()),
        organisation_id,
        session_id,
        organiser_id,
        // Vera has no account.
        membership_id: (name != "vera").then_some(registered_by_id),
        name: name.to_owned(),
        function: String::new(),
        kind: Kind::School,
        state: registration::State::Registered,
        offered_until: None,
        walk_in: false,
        registered_by_id,
        revision: 1,
        created_at: write.now(),
        changed_at: write.now(),
    }
}
