//! Training in the walk: a session of the Centre for the school and one for the other partner, with marks in every text, and who
//! takes part in them.

use super::planted::{Marks, mark};
use super::walk::Known;
use crate::certificates::held::Held;
use crate::steps::{done, list, text};
use serde_json::{Value, json};
use tests::{Client, Database, Server};

/// The Centre among the sources.
const CENTRE: usize = 3;

/// What was planted of training.
#[derive(Debug, Default)]
pub(super) struct Trained {
    pub(super) marks: Vec<Marks>,
    pub(super) known: Known,
}

/// Plants both sessions, and who takes part.
pub(super) async fn train(server: &Server, database: Database) -> Trained {
    let mut trained = Trained::default();
    let trainer = server.sign_in_as("trainer@centre.example").await;
    for (source, partner, year) in [(0, "school-01", 2098), (2, "social-work-01", 2097)] {
        let coordinator = server.sign_in_as(&format!("coordinator@{partner}.example")).await;
        let class = if source == 0 { "training.school" } else { "training.partner" };
        let session = plan(&trainer, &coordinator, class, year).await;
        trained.marks.extend([marks(CENTRE, class), marks(CENTRE, &format!("{class}.online"))]);
        let colleague = json!({ "name": format!("{} name", mark(source, "training.participant")),
            "function": format!("{} function", mark(source, "training.participant")) });
        take_part(&coordinator, &session, source, "participant", colleague).await;
        let reporter = server.sign_in_as(&format!("reporter@{partner}.example")).await;
        take_part(&reporter, &session, source, "own", Value::Null).await;
        for what in ["participant", "participant.needs", "own.needs"] {
            trained.marks.push(marks(source, &format!("training.{what}")));
        }
        trained.known.ids.extend(ids(&trainer, &session).await);
        if source == 0 {
            let answered = answer(&trainer, &reporter, &session, source).await;
            trained.known.ids.extend(answered);
            trained.marks.extend([marks(CENTRE, "training.asked"), marks(CENTRE, "training.bank")]);
            trained.marks.push(marks(source, "training.answer"));
            trained.known.ids.extend(hand_out(&trainer, &session).await);
            trained.marks.extend([marks(CENTRE, "training.material"), marks(CENTRE, "training.printed")]);
        }
    }
    certify(server, database, &trainer, &mut trained).await;
    trained
}

/// A session that took place, and the certificate of the school's reporter, who was there under a name with a mark.
async fn certify(server: &Server, database: Database, trainer: &Client, trained: &mut Trained) {
    const CLASS: &str = "training.certified";
    let (held, holder) = (Held::new(database, 1), mark(0, CLASS));
    let taken_part =
        held.participant(1, (&holder, Some("reporter@school-01.example")), "registered", ["present", "late"]);
    server.storage().tamper(&(held.session(false) + &taken_part)).await;
    let input =
        json!({ "idempotencyKey": "planted-certificates", "sessionId": held.id(), "language": "SERBIAN_LATIN" });
    done(trainer, "issueCertificates", "issuedCount", input).await;
    let document = "query C($id: ID!) { certificates(first: 1, filter: { sessionId: $id }) { nodes { id number } } }";
    let response = trainer.query(document, json!({ "id": held.id() })).await;
    let certificate = response.expect_no_errors().data()["certificates"]["nodes"][0].clone();
    trained.marks.push(marks(0, CLASS));
    trained.known.references.push(text(&certificate["number"]));
    let ids = [json!(held.id()), json!(held.day()), json!(held.registration(1)), certificate["id"].clone()];
    trained.known.ids.extend(ids);
}

fn marks(source: usize, class: &str) -> Marks {
    Marks { source, class: class.to_owned(), texts: vec![mark(source, class)] }
}

async fn plan(trainer: &Client, coordinator: &Client, class: &str, year: u32) -> Value {
    let own = coordinator.query("{ viewer { membership { organisation { id } } } }", ()).await;
    let partner = own.expect_no_errors().data()["viewer"]["membership"]["organisation"]["id"].clone();
    let says = |what: &str| format!("{} {what}", mark(CENTRE, class));
    let input = json!({ "idempotencyKey": format!("planted-{class}"), "session": {
        "kind": "WORKSHOP", "title": says("title"), "topic": says("topic"), "venue": says("venue"),
        "partners": says("partners"), "donor": says("donor"), "hours": 2, "mode": "MIXED", "municipality": "novi-sad",
        "onlineAddress": format!("https://{}.example", mark(CENTRE, &format!("{class}.online"))), "capacity": 5,
        "registrationOpensAt": "2001-01-01T00:00:00Z", "registrationClosesAt": format!("{year}-01-01T00:00:00Z"),
        "days": [{ "startsAt": format!("{year}-05-05T07:00:00Z"), "endsAt": format!("{year}-05-05T09:00:00Z") }],
        "audience": { "organisationIds": [partner] },
    } });
    let planned = done(trainer, "planSession", "session { id }", input).await["session"]["id"].clone();
    let document =
        "mutation O($input: SessionStepInput!) { openSession(input: $input) { session { id } userErrors { code } } }";
    let opened = trainer.query(document, json!({ "input": { "sessionId": planned, "revision": 1 } })).await;
    opened.expect_no_errors().payload("openSession")["session"]["id"].clone()
}

async fn take_part(client: &Client, session: &Value, source: usize, what: &str, participant: Value) {
    let needs = mark(source, &format!("training.{what}.needs"));
    let input = json!({ "idempotencyKey": format!("planted-{source}-{what}"), "sessionId": session,
        "participant": participant, "needs": { "dietary": format!("{needs} dietary"), "access": format!("{needs} access") } });
    done(client, "registerForSession", "registration { id }", input).await;
}

/// Ids of a session, of its day and of its registrations.
async fn ids(trainer: &Client, session: &Value) -> Vec<Value> {
    let document = "query S($id: ID!) { trainingSession(id: $id) { id days { id } registrations { nodes { id } } } }";
    let response = trainer.query(document, json!({ "id": session })).await;
    let seen = response.expect_no_errors().data()["trainingSession"].clone();
    let parts = list(&seen["days"]).iter().chain(list(&seen["registrations"]["nodes"]));
    [seen["id"].clone()].into_iter().chain(parts.map(|part| part["id"].clone())).collect()
}

/// Asks a question in a test before the session, and lets a participant answer it: of the question, what it asks and what only the
/// bank holds. Ids of the question, the test and the attempt.
async fn answer(trainer: &Client, participant: &Client, session: &Value, source: usize) -> [Value; 3] {
    let (asked, bank) = (mark(CENTRE, "training.asked"), mark(CENTRE, "training.bank"));
    let question = json!({ "idempotencyKey": "planted-question", "question": { "kind": "FREE_TEXT", "text": asked,
        "expected": format!("{bank} expected"), "topic": format!("{bank} topic") } });
    let question = done(trainer, "createQuestion", "question { id }", question).await["question"]["id"].clone();
    let test = json!({ "sessionId": session, "stage": "BEFORE", "questionIds": [question], "passPercent": 50,
        "opensAt": "2001-01-01T00:00:00Z", "closesAt": "2097-01-01T00:00:00Z" });
    let test = done(trainer, "setSessionTest", "test { id }", test).await["test"]["id"].clone();
    let start = json!({ "idempotencyKey": "planted-attempt", "testId": test });
    let attempt = done(participant, "startTest", "attempt { id }", start).await["attempt"]["id"].clone();
    let answers = json!([{ "position": 0, "text": mark(source, "training.answer") }]);
    let input = json!({ "attemptId": attempt, "answers": answers });
    done(participant, "submitTest", "attempt { id }", input).await;
    [question, test, attempt]
}

/// Publishes a material for participants, and writes down what was printed: the ids of both.
async fn hand_out(trainer: &Client, session: &Value) -> [Value; 2] {
    let (material, printed) = (mark(CENTRE, "training.material"), mark(CENTRE, "training.printed"));
    let said = json!({ "kind": "READING", "title": format!("{material} title"), "about": format!("{material} about"),
        "address": format!("https://{material}.example/") });
    let input = json!({ "idempotencyKey": "planted-material", "sessionId": session, "material": said });
    let published = done(trainer, "publishMaterial", "material { id }", input).await["material"]["id"].clone();
    let input = json!({ "idempotencyKey": "planted-printed", "item": format!("{printed} item"), "quantity": 3,
        "recipientName": format!("{printed} recipient"), "sessionId": session });
    let given = done(trainer, "givePrintedMaterial", "printedMaterial { id }", input).await;
    [published, given["printedMaterial"]["id"].clone()]
}
