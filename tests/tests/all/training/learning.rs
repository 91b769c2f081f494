//! What participants know before and after, and what they say of a session.

use super::{open, refused, register, server, step, two_days, with};
use crate::steps::{done, list, refusals, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

/// Who takes part.
const PARTICIPANTS: [&str; 5] = [
    "reporter@school-01.example",
    "coordinator@school-01.example",
    "reporter@school-02.example",
    "reporter@school-03.example",
    "reporter@social-work-01.example",
];

/// An open session in which the first `number` of them have a place; answers its id.
async fn session(server: &Server, number: usize) -> Value {
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let id = open(&trainer, "one-that-teaches", with(two_days(), json!({ "capacity": 10 }))).await;
    for (at, who) in PARTICIPANTS[..number].iter().enumerate() {
        let client = server.sign_in_as(who).await;
        register(&client, &format!("participant-{at}"), &id, Value::Null).await;
    }
    id
}

async fn question(trainer: &Client, key: &str, question: Value) -> Value {
    let input = json!({ "idempotencyKey": key, "question": question });
    done(trainer, "createQuestion", "question { id }", input).await["question"]["id"].clone()
}

#[tokio::test]
async fn a_question_is_about_an_indicator_set_that_there_is() {
    let server = server(Database::Sqlite).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let about =
        |set: &str| json!({ "kind": "FREE_TEXT", "text": "Шта бисте урадили?", "points": 1, "indicatorSet": set });
    let known = question(&trainer, "about-a-set", about("unodc-children")).await;
    let unknown = json!({ "idempotencyKey": "about-nothing", "question": about("nope") });
    assert_eq!(refusals(&trainer, "createQuestion", unknown).await, refused("INVALID", "question.indicatorSet"));
    let revised = json!({ "idempotencyKey": "about-nothing", "questionId": known, "question": about("nope") });
    assert_eq!(refusals(&trainer, "reviseQuestion", revised).await, refused("INVALID", "question.indicatorSet"));
}

/// A test of two questions, for half an hour, on the day before the session.
async fn test(trainer: &Client, session: &Value, stage: &str, questions: &[Value]) -> Value {
    let input = json!({
        "sessionId": session, "stage": stage, "questionIds": questions, "minutes": 30, "passPercent": 50,
        "opensAt": "2026-05-04T08:00:00Z", "closesAt": "2026-05-04T12:00:00Z",
    });
    done(trainer, "setSessionTest", "test { id outOf }", input).await["test"]["id"].clone()
}

async fn bank(trainer: &Client) -> Vec<Value> {
    let one =
        json!({ "kind": "ONE", "text": "Шта је знак?", "options": ["а", "б", "в"], "rightOptions": [1], "points": 2 });
    let free = json!({ "kind": "FREE_TEXT", "text": "Шта бисте урадили?", "expected": "позвао бих", "points": 3 });
    vec![question(trainer, "question-one", one).await, question(trainer, "question-free", free).await]
}

const ATTEMPT: &str =
    "attempt { id state endsAt points passed ungraded questions { position options choices answer score } }";

async fn start(client: &Client, key: &str, test: &Value) -> Value {
    let input = json!({ "idempotencyKey": key, "testId": test });
    done(client, "startTest", ATTEMPT, input).await["attempt"].clone()
}

/// Answers with the right option to the first question, and these words to the second.
fn answers(attempt: &Value, words: &str) -> Value {
    let right = list(&attempt["questions"][0]["options"]).iter().position(|option| option == "б").expect("the option");
    let answers = json!([{ "position": 0, "choices": [right] }, { "position": 1, "text": words }]);
    json!({ "attemptId": attempt["id"], "answers": answers })
}

async fn results(client: &Client, session: &Value) -> Vec<Value> {
    let document =
        "query R($id: ID!) { testResults(sessionId: $id) { nodes { registration { name } passed points } } }";
    let response = client.query(document, json!({ "id": session })).await;
    list(&response.expect_no_errors().data()["testResults"]["nodes"]).to_vec()
}

#[rstest]
#[tokio::test]
async fn a_test_is_taken_in_time_graded_and_known_to_those_who_may(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = server(database).await;
    let id = session(&server, 3).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let questions = bank(&trainer).await;
    let test_id = test(&trainer, &id, "BEFORE", &questions).await;
    let school = server.sign_in_as(PARTICIPANTS[0]).await;
    let early = json!({ "idempotencyKey": "start-early", "testId": test_id });
    assert_eq!(refusals(&school, "startTest", early).await, refused("WRONG_STATE", "testId"));
    server.restart_at("2026-05-04T11:45:00Z").await;
    let school = server.sign_in_as(PARTICIPANTS[0]).await;
    let other = server.sign_in_as(PARTICIPANTS[2]).await;
    let stranger = server.sign_in_as(PARTICIPANTS[3]).await;
    let uninvited = json!({ "idempotencyKey": "start-stranger", "testId": test_id });
    assert_eq!(refusals(&stranger, "startTest", uninvited).await, refused("WRONG_STATE", "testId"));
    let attempt = start(&school, "start-school", &test_id).await;
    assert_eq!(text(&attempt["endsAt"]), "2026-05-04T12:00:00+00:00", "the test closes before the half hour is over");
    let submitted =
        done(&school, "submitTest", ATTEMPT, answers(&attempt, "позвала бих Центар")).await["attempt"].clone();
    assert_eq!((&submitted["state"], &submitted["points"]), (&json!("WAITING"), &Value::Null));
    let again = json!({ "idempotencyKey": "start-again", "testId": test_id });
    assert_eq!(refusals(&school, "startTest", again).await, refused("WRONG_STATE", "testId"));
    let running = start(&other, "start-other", &test_id).await;
    done(&other, "saveAnswers", ATTEMPT, answers(&running, "")).await;
    server.restart_at("2026-05-04T12:05:00Z").await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let other = server.sign_in_as(PARTICIPANTS[2]).await;
    let late = refusals(&other, "submitTest", answers(&running, "закаснело")).await;
    assert_eq!(late, refused("WRONG_STATE", "attemptId"));
    let late = json!({ "idempotencyKey": "start-late", "testId": test_id });
    let coordinator = server.sign_in_as(PARTICIPANTS[1]).await;
    assert_eq!(refusals(&coordinator, "startTest", late).await, refused("WRONG_STATE", "testId"));
    let waiting = "query W($id: ID!) { testAttempts(testId: $id, ungraded: true) {
        nodes { id questions { answer score } } } }";
    let waiting = trainer.query(waiting, json!({ "id": test_id })).await;
    let waiting = list(&waiting.expect_no_errors().data()["testAttempts"]["nodes"]).to_vec();
    assert_eq!((waiting.len(), &waiting[0]["id"]), (1, &attempt["id"]));
    assert_eq!(text(&waiting[0]["questions"][1]["answer"]), "позвала бих Центар");
    let grade = json!({ "attemptId": attempt["id"], "position": 1, "points": 3 });
    let graded = done(&trainer, "gradeAnswer", ATTEMPT, grade).await["attempt"].clone();
    assert_eq!((&graded["points"], &graded["passed"]), (&json!(5), &json!(true)));
    let points = async |client: &Client| -> Vec<(Value, Value)> {
        results(client, &id).await.iter().map(|row| (row["passed"].clone(), row["points"].clone())).collect()
    };
    assert_eq!(points(&trainer).await, [(json!(false), json!(2)), (json!(true), json!(5))]);
    assert_eq!(points(&coordinator).await, [(json!(true), Value::Null)], "whether, and not how well");
    assert_eq!(points(&other).await, [(json!(false), json!(2))]);
    let read = "query A($id: ID!) { testAttempt(id: $id) { id } }";
    for who in ["coordinator@school-01.example", "reporter@school-02.example", "supervisor@centre.example"] {
        let client = server.sign_in_as(who).await;
        let response = client.query(read, json!({ "id": attempt["id"] })).await;
        assert_eq!(response.expect_no_errors().data()["testAttempt"], Value::Null, "{who}");
    }
}

#[rstest]
#[tokio::test]
async fn a_test_that_was_taken_stays_what_it_is_and_is_of_its_session(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = server(database).await;
    let id = session(&server, 2).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let questions = bank(&trainer).await;
    let before = test(&trainer, &id, "BEFORE", &questions).await;
    assert_eq!(test(&trainer, &id, "BEFORE", &questions[..1]).await, before, "set anew");
    test(&trainer, &id, "BEFORE", &questions).await;
    let days = json!([{ "startsAt": "2026-05-08T07:00:00Z", "endsAt": "2026-05-08T13:00:00Z" }]);
    let other = open(&trainer, "another-session", with(two_days(), json!({ "days": days }))).await;
    let elsewhere = test(&trainer, &other, "BEFORE", &questions).await;
    server.restart_at("2026-05-04T09:00:00Z").await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as(PARTICIPANTS[0]).await;
    let start_elsewhere = json!({ "idempotencyKey": "start-elsewhere", "testId": elsewhere });
    assert_eq!(refusals(&school, "startTest", start_elsewhere).await, refused("WRONG_STATE", "testId"));
    start(&school, "start-school", &before).await;
    let input = json!({
        "sessionId": id, "stage": "BEFORE", "questionIds": questions, "passPercent": 10,
        "opensAt": "2026-05-04T08:00:00Z", "closesAt": "2026-05-05T12:00:00Z",
    });
    assert_eq!(refusals(&trainer, "setSessionTest", input).await, refused("WRONG_STATE", "sessionId"));
    let registrations = "query R($id: ID!) { trainingSession(id: $id) { registrations { nodes { id name } } } }";
    let registrations = trainer.query(registrations, json!({ "id": id })).await;
    let registrations =
        list(&registrations.expect_no_errors().data()["trainingSession"]["registrations"]["nodes"]).to_vec();
    let entry = |test: &Value, points: i32| json!({ "testId": test, "registrationId": registrations[1]["id"], "points": points });
    assert_eq!(
        refusals(&trainer, "recordTestResult", entry(&elsewhere, 1)).await,
        refused("NOT_FOUND", "registrationId")
    );
    assert_eq!(refusals(&trainer, "recordTestResult", entry(&before, 6)).await, refused("INVALID", "points"));
    let entered = done(&trainer, "recordTestResult", "attempt { onPaper passed }", entry(&before, 3)).await;
    assert_eq!(entered["attempt"], json!({ "onPaper": true, "passed": true }));
    let taken = json!({ "testId": before, "registrationId": registrations[0]["id"], "points": 1 });
    assert_eq!(refusals(&trainer, "recordTestResult", taken).await, refused("WRONG_STATE", "registrationId"));
}

#[rstest]
#[tokio::test]
async fn what_was_said_is_shown_from_five_answers_on_when_nothing_can_be_added(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = server(database).await;
    let id = session(&server, 5).await;
    server.restart_at("2026-05-06T14:00:00Z").await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    assert_eq!(step(&trainer, "holdSession", &id).await, "HELD");
    let until = json!({ "sessionId": id, "closesAt": "2026-05-20T12:00:00Z" });
    done(&trainer, "openEvaluation", "evaluation { closesAt }", until).await;
    let marks: Vec<Value> = ["content", "usefulness", "trainers", "materials", "organisation"]
        .map(|code| json!({ "code": code, "mark": 4 }))
        .into();
    let seen = async |client: &Client| {
        let document = "query E($id: ID!) { sessionEvaluation(sessionId: $id) {
            answers results { questions { average } comments } pending { registration { name } } } }";
        let response = client.query(document, json!({ "id": id })).await;
        response.expect_no_errors().data()["sessionEvaluation"].clone()
    };
    assert_eq!(list(&seen(&trainer).await["pending"]).len(), 5);
    for (at, who) in PARTICIPANTS.iter().enumerate() {
        let client = server.sign_in_as(who).await;
        let input = json!({ "sessionId": id, "marks": marks, "comment": format!("примедба {at}") });
        done(&client, "evaluateSession", "sessionId", input.clone()).await;
        assert_eq!(refusals(&client, "evaluateSession", input).await, refused("TAKEN", "sessionId"));
        let now = seen(&trainer).await;
        assert_eq!(
            (&now["answers"], &now["results"], now["pending"].is_null()),
            (&json!(at + 1), &Value::Null, at < 4)
        );
    }
    done(&trainer, "closeEvaluation", "evaluation { closesAt }", json!({ "sessionId": id })).await;
    for who in ["trainer@centre.example", "supervisor@centre.example"] {
        let results = seen(&server.sign_in_as(who).await).await["results"].clone();
        assert_eq!(results["questions"][0]["average"], 4.0, "{who}");
        let mut comments: Vec<String> = list(&results["comments"]).iter().map(text).collect();
        comments.sort_unstable();
        assert_eq!(comments, (0..5).map(|at| format!("примедба {at}")).collect::<Vec<_>>());
    }
    let school = server.sign_in_as(PARTICIPANTS[0]).await;
    assert_eq!(seen(&school).await["results"], Value::Null);
}

#[rstest]
#[tokio::test]
async fn a_certificate_takes_the_days_and_the_test_after_them(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let id = open(&trainer, "earns-it", with(two_days(), json!({ "certificateNeedsTest": true }))).await;
    let school = server.sign_in_as(PARTICIPANTS[0]).await;
    let own = register(&school, "earns-one", &id, Value::Null).await["id"].clone();
    let questions = bank(&trainer).await;
    let set = json!({
        "sessionId": id, "stage": "AFTER", "questionIds": questions, "passPercent": 50,
        "opensAt": "2026-05-06T12:00:00Z", "closesAt": "2026-05-08T12:00:00Z",
    });
    let test = done(&trainer, "setSessionTest", "test { id }", set).await["test"]["id"].clone();
    server.restart_at("2026-05-06T14:00:00Z").await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let days = super::field(&trainer, &id, "days { id }").await;
    for day in list(&days) {
        let there = json!({ "dayId": day["id"], "entries": [{ "registrationId": own, "mark": "PRESENT" }] });
        done(&trainer, "recordAttendance", "session { id }", there).await;
    }
    step(&trainer, "holdSession", &id).await;
    let issue = |key: &str| json!({ "idempotencyKey": key, "sessionId": id, "language": "SERBIAN_CYRILLIC" });
    let selection = "issuedCount notIssued { reason }";
    let early = done(&trainer, "issueCertificates", selection, issue("before-the-test")).await;
    assert_eq!((&early["issuedCount"], &early["notIssued"][0]["reason"]), (&json!(0), &json!("TEST_NOT_PASSED")));
    let result = json!({ "testId": test, "registrationId": own, "points": 4 });
    done(&trainer, "recordTestResult", "attempt { passed }", result).await;
    let issued = done(&trainer, "issueCertificates", selection, issue("after-the-test")).await;
    assert_eq!((&issued["issuedCount"], list(&issued["notIssued"]).len()), (&json!(1), 0));
}
