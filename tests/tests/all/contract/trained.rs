//! Training in the walk: a session for one school with what belongs to it, far ahead, and one that was held, for its certificate.

use crate::certificates::held::Held;
use crate::steps::{done, list};
use serde_json::{Value, json};
use std::collections::HashMap;
use tests::{Client, Database, Server};

/// The number of the session that was held.
const HELD: u128 = 9;

/// What was prepared of training.
pub(super) struct Trained {
    /// A member who takes part, of the school that the session is for.
    pub(super) participant: Client,
    /// An id of each type.
    pub(super) ids: HashMap<&'static str, Value>,
    /// The revisions of what one changes by its revision, by the name that its id has in inputs.
    pub(super) revisions: HashMap<&'static str, Value>,
    /// A test attempt that waits for its points.
    pub(super) submitted: Value,
    /// A registration for the session that was held.
    pub(super) held: Value,
}

/// Prepares it with a trainer of the Centre.
pub(super) async fn prepare(server: &Server, database: Database, trainer: &Client) -> Trained {
    let participant = server.sign_in_as("coordinator@school-01.example").await.accept_language("en");
    let document = "{ viewer { membership { organisation { id } } } }";
    let viewer = participant.query(document, ()).await.expect_no_errors().data()["viewer"].clone();
    let (session, programme) = plan(trainer, &viewer["membership"]["organisation"]["id"]).await;
    let input = json!({ "idempotencyKey": "walk-register", "sessionId": session["id"] });
    let registered = done(&participant, "registerForSession", "registration { id revision }", input).await;
    let registration = &registered["registration"];
    let (question, test, attempt) = ask(trainer, &participant, &session["id"]).await;
    let colleague = server.sign_in_as("reporter@school-01.example").await;
    let input = json!({ "idempotencyKey": "walk-register", "sessionId": session["id"] });
    done(&colleague, "registerForSession", "registration { id }", input).await;
    let submitted = start(&colleague, &test).await;
    done(&colleague, "submitTest", "attempt { id }", json!({ "attemptId": submitted })).await;
    Trained {
        ids: HashMap::from([
            ("programme", programme["id"].clone()),
            ("training_session", session["id"].clone()),
            ("training_day", json!(Held::new(database, HELD).day())),
            ("registration", registration["id"].clone()),
            ("question", question),
            ("session_test", test),
            ("test_attempt", attempt),
            ("certificate", certify(server, database, trainer).await),
        ]),
        revisions: HashMap::from([
            ("registrationId", registration["revision"].clone()),
            ("sessionId", session["revision"].clone()),
            ("programmeId", programme["revision"].clone()),
        ]),
        participant,
        submitted,
        held: json!(Held::new(database, HELD).registration(1)),
    }
}

/// Plans a session for a school and opens it; answers it, and a programme.
async fn plan(trainer: &Client, school: &Value) -> (Value, Value) {
    let input = json!({ "idempotencyKey": "walk-programme", "title": "Знаци", "accreditor": "Завод",
        "accreditationNumber": "11/2018", "hours": 6, "validFrom": "2018-01-01" });
    let registered = done(trainer, "registerProgramme", "programme { id revision }", input).await;
    let input = json!({ "idempotencyKey": "walk-session", "session": {
        "kind": "WORKSHOP", "title": "Знаци", "hours": 2, "mode": "ONLINE", "capacity": 5,
        "registrationOpensAt": "2001-01-01T00:00:00Z", "registrationClosesAt": "2098-01-01T00:00:00Z",
        "days": [{ "startsAt": "2099-05-05T07:00:00Z", "endsAt": "2099-05-05T09:00:00Z" }],
        "audience": { "organisationIds": [school] },
    } });
    let planned = done(trainer, "planSession", "session { id revision }", input).await["session"].clone();
    let document = "mutation O($input: SessionStepInput!) {
        openSession(input: $input) { session { id revision } userErrors { code } } }";
    let input = json!({ "sessionId": planned["id"], "revision": planned["revision"] });
    let opened = trainer.query(document, json!({ "input": input })).await;
    let opened = opened.expect_no_errors().payload("openSession")["session"].clone();
    (opened, registered["programme"].clone())
}

/// Asks a question in a test that goes on for years, and begins it; answers the question, the test and the attempt.
async fn ask(trainer: &Client, participant: &Client, session: &Value) -> (Value, Value, Value) {
    let question =
        json!({ "idempotencyKey": "walk-question", "question": { "kind": "FREE_TEXT", "text": "Шта бисте урадили?" } });
    let question = done(trainer, "createQuestion", "question { id }", question).await["question"]["id"].clone();
    let test = json!({ "sessionId": session, "stage": "BEFORE", "questionIds": [question], "passPercent": 50,
        "opensAt": "2001-01-01T00:00:00Z", "closesAt": "2097-01-01T00:00:00Z" });
    let test = done(trainer, "setSessionTest", "test { id }", test).await["test"]["id"].clone();
    let attempt = start(participant, &test).await;
    (question, test, attempt)
}

async fn start(participant: &Client, test: &Value) -> Value {
    let input = json!({ "idempotencyKey": "walk-attempt", "testId": test });
    done(participant, "startTest", "attempt { id }", input).await["attempt"]["id"].clone()
}

/// A certificate of a session that the trainer held.
async fn certify(server: &Server, database: Database, trainer: &Client) -> Value {
    let held = Held::new(database, HELD);
    let participant = held.participant(1, ("Ana Žunić", None), "registered", ["present", "present"]);
    let trains = held.is_trained_by("supervisor@centre.example");
    server.storage().tamper(&(held.session(false) + &participant + &trains)).await;
    let issue = json!({ "idempotencyKey": "walk-certify", "sessionId": held.id(), "language": "ENGLISH" });
    done(trainer, "issueCertificates", "issuedCount", issue).await;
    let document = "query C($id: ID!) { certificates(first: 1, filter: { sessionId: $id }) { nodes { id } } }";
    let found = trainer.query(document, json!({ "id": held.id() })).await;
    list(&found.expect_no_errors().data()["certificates"]["nodes"])[0]["id"].clone()
}
