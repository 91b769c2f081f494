//! Training, in the order of its life: the plan, who takes part, the day, what was learned.

use super::script::Script;
use crate::certificates::held::Held;
use crate::steps::list;
use serde_json::{Value, json};
use tests::{Client, Database};

/// Everybody who takes part.
struct Cast {
    trainer: Client,
    reporter: Client,
    coordinator: Client,
    other: Client,
}

/// The mutations of training but those of certificates.
pub(super) async fn train(script: &mut Script, database: Database) {
    let cast = Cast {
        trainer: script.server.sign_in_as("trainer@centre.example").await,
        reporter: script.server.sign_in_as("reporter@school-01.example").await,
        coordinator: script.server.sign_in_as("coordinator@school-01.example").await,
        other: script.server.sign_in_as("reporter@school-02.example").await,
    };
    programmes(script, &cast).await;
    plans(script, &cast).await;
    places(script, &cast).await;
    approvals(script, &cast).await;
    on_the_day(script, &cast, database).await;
    learning(script, &cast).await;
    afterwards(script, &cast, database).await;
}

async fn programmes(script: &mut Script, cast: &Cast) {
    let input = json!({ "idempotencyKey": "audit-programme", "title": "Знаци", "accreditor": "Завод",
        "accreditationNumber": "7/2018", "hours": 6, "validFrom": "2018-01-01" });
    let rows = ["PROGRAMME_REGISTERED PROGRAMME"];
    let programme = script.mutate(&cast.trainer, "registerProgramme", "programme { id revision }", input, &rows).await;
    let programme = &programme["programme"];
    let input =
        json!({ "programmeId": programme["id"], "revision": programme["revision"], "reason": "no longer taught" });
    script
        .mutate(&cast.trainer, "withdrawProgramme", "programme { id }", input, &["PROGRAMME_WITHDRAWN PROGRAMME"])
        .await;
}

/// A session for everybody, far ahead.
fn content(more: Value) -> Value {
    let mut content = json!({
        "kind": "WORKSHOP", "title": "Знаци", "hours": 2, "mode": "ONLINE", "capacity": 5,
        "registrationOpensAt": "2001-01-01T00:00:00Z", "registrationClosesAt": "2098-01-01T00:00:00Z",
        "days": [{ "startsAt": "2099-05-05T07:00:00Z", "endsAt": "2099-05-05T09:00:00Z" }],
        "audience": { "everyone": true },
    });
    content.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    content
}

/// The same on another day of May.
fn on(day: u32, mut more: Value) -> Value {
    let at = |hour: u32| format!("2099-05-{day}T{hour:02}:00:00Z");
    more["days"] = json!([{ "startsAt": at(7), "endsAt": at(9) }]);
    more
}

const SESSION: &str = "session { id revision days { id } }";

/// Takes one of the steps of a session, and answers it.
async fn step(script: &mut Script, cast: &Cast, name: &str, session: &Value, row: &str) -> Value {
    let mut input = json!({ "sessionId": session["id"], "revision": session["revision"] });
    if name == "cancelSession" {
        input["reason"] = json!("nobody can come");
    }
    let rows = [format!("{row} TRAINING_SESSION")];
    script.mutate(&cast.trainer, name, SESSION, input, &[&rows[0]]).await["session"].clone()
}

async fn open(script: &mut Script, cast: &Cast, key: &str, content: Value) -> Value {
    let input = json!({ "idempotencyKey": key, "session": content });
    let rows = ["SESSION_PLANNED TRAINING_SESSION"];
    let planned = script.mutate(&cast.trainer, "planSession", SESSION, input, &rows).await["session"].clone();
    step(script, cast, "openSession", &planned, "SESSION_OPENED").await
}

async fn plans(script: &mut Script, cast: &Cast) {
    let session = open(script, cast, "audit-plan", content(json!({}))).await;
    let input = json!({ "sessionId": session["id"], "revision": session["revision"], "session": content(json!({ "hours": 3 })) });
    let rows = ["SESSION_CHANGED TRAINING_SESSION"];
    let session = script.mutate(&cast.trainer, "changeSession", SESSION, input.clone(), &rows).await["session"].clone();
    script.refused(&cast.trainer, "changeSession", input).await;
    let viewer = cast.trainer.query("{ viewer { membership { id organisation { id } } } }", ()).await;
    let own = viewer.data()["viewer"]["membership"].clone();
    let input = json!({ "sessionId": session["id"], "revision": session["revision"], "trainerIds": [own["id"]] });
    let rows = ["TRAINERS_NAMED TRAINING_SESSION"];
    let session = script.mutate(&cast.trainer, "nameTrainers", SESSION, input, &rows).await["session"].clone();
    let input = json!({ "sessionId": session["id"], "organisationIds": [own["organisation"]["id"]] });
    let rows = ["INSTITUTIONS_INVITED TRAINING_SESSION"];
    script.mutate(&cast.trainer, "inviteToSession", SESSION, input, &rows).await;
    let input = json!({ "sessionId": session["id"], "years": 1 });
    let rows = ["INSTITUTIONS_INVITED TRAINING_SESSION"];
    script.mutate(&cast.trainer, "inviteUnreached", "invited", input, &rows).await;
    let input = json!({ "idempotencyKey": "audit-copy", "sessionId": session["id"], "startDays": ["2099-06-05", "2099-07-05"] });
    let rows = ["SESSION_PLANNED TRAINING_SESSION"; 2];
    script.mutate(&cast.trainer, "copySession", "sessions { id }", input, &rows).await;
    let closed = step(script, cast, "closeSession", &session, "SESSION_CLOSED").await;
    step(script, cast, "cancelSession", &closed, "SESSION_CANCELLED").await;
}

const REGISTRATION: &str = "registration { id revision state }";

async fn register(script: &mut Script, client: &Client, key: &str, session: &Value) -> Value {
    let input = json!({ "idempotencyKey": key, "sessionId": session["id"] });
    let rows = ["REGISTERED REGISTRATION"];
    script.mutate(client, "registerForSession", REGISTRATION, input, &rows).await["registration"].clone()
}

/// What names a registration as this client sees it now.
async fn now(script: &mut Script, client: &Client, registration: &Value) -> Value {
    let document = "query R($id: ID!) { node(id: $id) { ... on Registration { id revision } } }";
    let seen = script.read(client, document, json!({ "id": registration["id"] }), &[]).await;
    json!({ "registrationId": registration["id"], "revision": seen.data()["node"]["revision"] })
}

async fn places(script: &mut Script, cast: &Cast) {
    let session = open(script, cast, "audit-places", content(on(12, json!({ "capacity": 1, "offerHours": 24 })))).await;
    let first = register(script, &cast.reporter, "audit-place-first", &session).await;
    let needs = json!({ "registrationId": first["id"], "needs": { "dietary": "no nuts" } });
    let rows = ["NEEDS_CHANGED REGISTRATION"];
    script.mutate(&cast.reporter, "sayNeeds", "registration { id }", needs, &rows).await;
    let document = "query N($id: ID!) { node(id: $id) { ... on Registration { needs { dietary } } } }";
    script.read(&cast.trainer, document, json!({ "id": first["id"] }), &["NEEDS_READ REGISTRATION"]).await;
    let second = register(script, &cast.other, "audit-place-second", &session).await;
    let input = now(script, &cast.reporter, &first).await;
    let rows = ["REGISTRATION_WITHDRAWN REGISTRATION", "PLACE_OFFERED REGISTRATION"];
    script.mutate(&cast.reporter, "withdrawRegistration", "registration { id }", input, &rows).await;
    let input = now(script, &cast.other, &second).await;
    script.mutate(&cast.other, "acceptOffer", "registration { id }", input, &["OFFER_ACCEPTED REGISTRATION"]).await;
}

async fn approvals(script: &mut Script, cast: &Cast) {
    let session = open(script, cast, "audit-approvals", content(on(13, json!({ "needsApproval": true })))).await;
    let approved = register(script, &cast.reporter, "audit-place-approved", &session).await;
    let declined = register(script, &cast.other, "audit-place-declined", &session).await;
    for (name, registration, row) in [
        ("approveRegistration", &approved, "REGISTRATION_APPROVED REGISTRATION"),
        ("declineRegistration", &declined, "REGISTRATION_DECLINED REGISTRATION"),
    ] {
        let input = now(script, &cast.trainer, registration).await;
        script.mutate(&cast.trainer, name, "registration { id }", input.clone(), &[row]).await;
        script.refused(&cast.trainer, name, input).await;
    }
    let mut input = now(script, &cast.coordinator, &approved).await;
    input["idempotencyKey"] = json!("audit-transfer");
    input["participant"] = json!({ "name": "Ana Žunić", "function": "pedagogue" });
    let rows = ["PLACE_TRANSFERRED REGISTRATION", "REGISTERED REGISTRATION"];
    script.mutate(&cast.coordinator, "transferPlace", "registration { id }", input, &rows).await;
}

/// A session as it is while it takes place.
async fn on_the_day(script: &mut Script, cast: &Cast, database: Database) {
    let held = Held::new(database, 8);
    let reporter = "reporter@school-01.example";
    let participant = held.participant(1, ("Ana Žunić", Some(reporter)), "registered", ["absent", "absent"]);
    let sql = held.session(false) + &participant + &held.lasts("2026-04-20T07:30:00Z", "2026-04-20T12:00:00Z");
    script.server.storage().tamper(&sql).await;
    let document = "query C($id: ID!) { attendanceCode(dayId: $id) { code } }";
    let shown = script.read(&cast.trainer, document, json!({ "id": held.day() }), &[]).await;
    let code = json!({ "code": shown.data()["attendanceCode"]["code"] });
    script.mutate(&cast.reporter, "attend", "__typename", code.clone(), &["ATTENDED REGISTRATION"]).await;
    let document = "query S($id: ID!) { trainingSession(id: $id) { id revision } }";
    let session = script.read(&cast.trainer, document, json!({ "id": held.id() }), &[]).await;
    let session = session.data()["trainingSession"].clone();
    let school = script.server.sign_in_as("coordinator@school-03.example").await;
    let school = school.query("{ viewer { membership { organisation { id } } } }", ()).await;
    let input = json!({ "idempotencyKey": "audit-walk-in", "sessionId": held.id(), "name": "Iva Perić", "walkIn": true,
        "organisationId": school.data()["viewer"]["membership"]["organisation"]["id"] });
    let rows = ["REGISTERED REGISTRATION"];
    script.mutate(&cast.trainer, "addParticipant", "registration { id }", input, &rows).await;
    take_over(script, cast, &held, &code).await;
    let session = step(script, cast, "holdSession", &session, "SESSION_HELD").await;
    let entries = json!([{ "registrationId": held.registration(1), "mark": "LATE" }]);
    let input = json!({ "dayId": held.day(), "entries": entries });
    let rows = ["ATTENDANCE_RECORDED TRAINING_SESSION"];
    script.mutate(&cast.trainer, "recordAttendance", "session { id }", input, &rows).await;
    script.server.storage().tamper(&held.ended("2026-04-20T07:59:00Z")).await;
    step(script, cast, "completeSession", &session, "SESSION_COMPLETED").await;
}

/// Somebody whom the trainer adds by its name reads the code in the room.
async fn take_over(script: &mut Script, cast: &Cast, held: &Held, code: &Value) {
    let own = cast.other.query("{ viewer { membership { name organisation { id } } } }", ()).await;
    let own = &own.data()["viewer"]["membership"];
    let invite = json!({ "sessionId": held.id(), "organisationIds": [own["organisation"]["id"]] });
    let rows = ["INSTITUTIONS_INVITED TRAINING_SESSION"];
    script.mutate(&cast.trainer, "inviteToSession", "session { id }", invite, &rows).await;
    let input = json!({ "idempotencyKey": "audit-by-name", "sessionId": held.id(), "name": own["name"], "walkIn": true,
        "organisationId": own["organisation"]["id"] });
    let rows = ["REGISTERED REGISTRATION"];
    script.mutate(&cast.trainer, "addParticipant", "registration { id }", input, &rows).await;
    let rows = ["REGISTRATION_TAKEN_OVER REGISTRATION", "ATTENDED REGISTRATION"];
    script.mutate(&cast.other, "attend", "__typename", code.clone(), &rows).await;
}

/// Sets a test of this question and begins it; answers the test and the attempt.
async fn begin_test(script: &mut Script, cast: &Cast, session: &Value, question: &Value) -> (Value, Value) {
    let test = json!({ "sessionId": session["id"], "stage": "BEFORE", "questionIds": [question], "passPercent": 50,
        "opensAt": "2001-01-01T00:00:00Z", "closesAt": "2097-01-01T00:00:00Z" });
    let rows = ["TEST_SET SESSION_TEST"];
    let test = script.mutate(&cast.trainer, "setSessionTest", "test { id }", test, &rows).await["test"]["id"].clone();
    let start = json!({ "idempotencyKey": "audit-start", "testId": test });
    let rows = ["TEST_STARTED TEST_ATTEMPT"];
    let attempt = script.mutate(&cast.reporter, "startTest", "attempt { id }", start, &rows).await;
    (test, attempt["attempt"]["id"].clone())
}

async fn learning(script: &mut Script, cast: &Cast) {
    let session = open(script, cast, "audit-learning", content(on(14, json!({})))).await;
    register(script, &cast.reporter, "audit-learner", &session).await;
    let on_paper = register(script, &cast.other, "audit-on-paper", &session).await;
    let question = json!({ "kind": "FREE_TEXT", "text": "Шта бисте урадили?", "points": 3 });
    let input = json!({ "idempotencyKey": "audit-question", "question": question });
    let rows = ["QUESTION_WRITTEN QUESTION"];
    let written = script.mutate(&cast.trainer, "createQuestion", "question { id }", input, &rows).await;
    let question_id = written["question"]["id"].clone();
    let (test, attempt) = begin_test(script, cast, &session, &question_id).await;
    let answers = json!({ "attemptId": attempt, "answers": [{ "position": 0, "text": "позвала бих" }] });
    let rows = ["ANSWERS_SAVED TEST_ATTEMPT"];
    script.mutate(&cast.reporter, "saveAnswers", "attempt { id }", answers.clone(), &rows).await;
    let rows = ["TEST_SUBMITTED TEST_ATTEMPT"];
    script.mutate(&cast.reporter, "submitTest", "attempt { id }", answers, &rows).await;
    let grade = json!({ "attemptId": attempt, "position": 0, "points": 3 });
    let rows = ["ANSWER_GRADED TEST_ATTEMPT"];
    script.mutate(&cast.trainer, "gradeAnswer", "attempt { id }", grade, &rows).await;
    let result = json!({ "testId": test, "registrationId": on_paper["id"], "points": 2 });
    let rows = ["TEST_RESULT_RECORDED TEST_ATTEMPT"];
    script.mutate(&cast.trainer, "recordTestResult", "attempt { id }", result, &rows).await;
    let input = json!({ "idempotencyKey": "audit-revise", "questionId": question_id, "question": question });
    let rows = ["QUESTION_WRITTEN QUESTION"];
    let revised = script.mutate(&cast.trainer, "reviseQuestion", "question { id }", input, &rows).await;
    let input = json!({ "questionId": revised["question"]["id"] });
    let rows = ["QUESTION_RETIRED QUESTION"];
    script.mutate(&cast.trainer, "retireQuestion", "question { id }", input, &rows).await;
}

/// What is said of the session that was held. That somebody said something leaves a row, and not who.
async fn afterwards(script: &mut Script, cast: &Cast, database: Database) {
    let session = Held::new(database, 8).id();
    let input = json!({ "sessionId": session, "closesAt": "2026-04-25T08:00:00Z" });
    let rows = ["EVALUATION_OPENED TRAINING_SESSION"];
    script.mutate(&cast.trainer, "openEvaluation", "__typename", input, &rows).await;
    let document = "{ evaluationQuestions { code } }";
    let questions = script.read(&cast.reporter, document, json!({}), &[]).await;
    let marks: Vec<Value> = list(&questions.data()["evaluationQuestions"])
        .iter()
        .map(|question| json!({ "code": question["code"], "mark": 4 }))
        .collect();
    let input = json!({ "sessionId": session, "marks": marks });
    script
        .mutate(&cast.reporter, "evaluateSession", "__typename", input, &["SESSION_EVALUATED TRAINING_SESSION"])
        .await;
    let rows = ["EVALUATION_CLOSED TRAINING_SESSION"];
    script.mutate(&cast.trainer, "closeEvaluation", "__typename", json!({ "sessionId": session }), &rows).await;
}
