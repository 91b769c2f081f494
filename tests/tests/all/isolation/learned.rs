//! What is learned in the walk, with marks in every text: questions and answers, materials, certificates, what is said of a session.

use super::planted::{key, mark, marks};
use super::trained::{CENTRE, Trained, why};
use crate::certificates::held::Held;
use crate::steps::{done, list, text};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tests::{Client, Database, Server};

/// What the question of the walk is about, which its bank can be searched for.
pub(super) fn topic() -> String {
    format!("{} topic", mark(CENTRE, "training.bank"))
}

/// Asks a question in a test before the session, and lets a participant answer it: of the question, what it asks and what only the
/// bank holds. Ids of the question, the test and the attempt.
pub(super) async fn answer(trainer: &Client, participant: &Client, session: &Value, source: usize) -> [Value; 3] {
    let (asked, bank) = (mark(CENTRE, "training.asked"), mark(CENTRE, "training.bank"));
    let question = json!({ "idempotencyKey": key(CENTRE, "question"), "question": { "kind": "FREE_TEXT", "text": asked,
        "expected": format!("{bank} expected"), "topic": topic() } });
    let question = done(trainer, "createQuestion", "question { id }", question).await["question"]["id"].clone();
    let test = json!({ "sessionId": session, "stage": "BEFORE", "questionIds": [question], "passPercent": 50,
        "opensAt": "2001-01-01T00:00:00Z", "closesAt": "2097-01-01T00:00:00Z" });
    let test = done(trainer, "setSessionTest", "test { id }", test).await["test"]["id"].clone();
    let start = json!({ "idempotencyKey": key(source, "attempt"), "testId": test });
    let attempt = done(participant, "startTest", "attempt { id }", start).await["attempt"]["id"].clone();
    for mutation in ["saveAnswers", "submitTest"] {
        let said = format!("{} {mutation}", mark(source, "training.answer"));
        let input = json!({ "attemptId": attempt, "answers": [{ "position": 0, "text": said }] });
        done(participant, mutation, "attempt { id }", input).await;
    }
    revise(trainer, &bank).await;
    [question, test, attempt]
}

/// Questions that stand in no test, in two versions each.
async fn revise(trainer: &Client, bank: &str) {
    let one = json!({ "kind": "ONE", "text": format!("{bank} which"), "topic": topic(), "rightOptions": [0],
        "options": [format!("{bank} this"), format!("{bank} that")] });
    let free = json!({ "kind": "FREE_TEXT", "text": format!("{bank} what"), "expected": format!("{bank} expected") });
    for (number, question) in [one, free].into_iter().enumerate() {
        let input = json!({ "idempotencyKey": key(CENTRE, &format!("in-the-bank-{number}")), "question": question });
        let first = done(trainer, "createQuestion", "question { id }", input).await["question"]["id"].clone();
        let input = json!({ "idempotencyKey": key(CENTRE, &format!("revised-{number}")), "questionId": first,
            "question": question });
        done(trainer, "reviseQuestion", "question { id }", input).await;
    }
}

/// Publishes a material for participants in two versions, another that is withdrawn, and writes down what was printed: the ids of
/// the one that counts, and of what was printed.
pub(super) async fn hand_out(trainer: &Client, session: &Value) -> [Value; 2] {
    let (material, printed) = (mark(CENTRE, "training.material"), mark(CENTRE, "training.printed"));
    let said = json!({ "kind": "READING", "title": format!("{material} title"), "about": format!("{material} about"),
        "address": format!("https://{material}.example/") });
    let what = "material { id }";
    let publish = |which: &str| json!({ "idempotencyKey": key(CENTRE, which), "sessionId": session, "material": said });
    let former = done(trainer, "publishMaterial", what, publish("material")).await["material"]["id"].clone();
    let input = json!({ "idempotencyKey": key(CENTRE, "newer"), "materialId": former, "material": said });
    let published = done(trainer, "replaceMaterial", what, input).await["material"]["id"].clone();
    let wrong = done(trainer, "publishMaterial", what, publish("wrong-one")).await["material"]["id"].clone();
    let withdraw = json!({ "materialId": wrong, "reason": why("the wrong one") });
    done(trainer, "withdrawMaterial", what, withdraw).await;
    let give = |which: &str| {
        json!({ "idempotencyKey": key(CENTRE, which), "item": format!("{printed} item"), "quantity": 3,
            "recipientName": format!("{printed} recipient"), "sessionId": session })
    };
    let what = "printedMaterial { id }";
    let given = done(trainer, "givePrintedMaterial", what, give("printed")).await["printedMaterial"]["id"].clone();
    let twice = done(trainer, "givePrintedMaterial", what, give("printed-twice")).await["printedMaterial"].clone();
    let remove = json!({ "printedMaterialId": twice["id"], "reason": why("counted twice") });
    done(trainer, "removePrintedMaterial", "removedId", remove).await;
    [published, given]
}

/// A session that took place, and the certificates of the school's reporter, who was there under a name with a mark and got another
/// instead, and of somebody whose certificate was revoked.
pub(super) async fn certify(server: &Server, database: Database, trainer: &Client, trained: &mut Trained) {
    const CLASS: &str = "training.certified";
    let (held, holder) = (Held::new(database, 1), mark(0, CLASS));
    let reporter =
        held.participant(1, (&holder, Some("reporter@school-01.example")), "registered", ["present", "late"]);
    let other = held.participant(2, (&format!("{holder} too"), None), "registered", ["present", "late"]);
    server.storage().tamper(&(held.session(false) + &reporter + &other)).await;
    let input =
        json!({ "idempotencyKey": key(CENTRE, "certificates"), "sessionId": held.id(), "language": "SERBIAN_LATIN" });
    done(trainer, "issueCertificates", "issuedCount", input).await;
    let document =
        "query C($id: ID!) { certificates(first: 100, filter: { sessionId: $id }) { nodes { id number holderName } } }";
    let found =
        async || trainer.query(document, json!({ "id": held.id() })).await.data()["certificates"]["nodes"].clone();
    for certificate in list(&found().await) {
        let (id, of_other) = (&certificate["id"], text(&certificate["holderName"]).ends_with("too"));
        if of_other {
            let revoke = json!({ "certificateId": id, "reason": why("was not there") });
            done(trainer, "revokeCertificate", "certificate { id }", revoke).await;
        } else {
            let replace = json!({ "idempotencyKey": key(CENTRE, "replaces"), "certificateId": id,
                "holderName": format!("{holder} again") });
            done(trainer, "replaceCertificate", "certificate { id }", replace).await;
        }
    }
    let certificates = found().await;
    trained.marks.push(marks(0, CLASS));
    trained.known.references.extend(list(&certificates).iter().map(|certificate| text(&certificate["number"])));
    trained.known.ids.extend([json!(held.id()), json!(held.day()), json!(held.registration(1))]);
    trained.known.ids.extend(list(&certificates).iter().map(|certificate| certificate["id"].clone()));
}

/// What one participant says of the session that took place. Nobody is shown it: one alone would be known by its words.
pub(super) async fn evaluate(server: &Server, database: Database, trainer: &Client, trained: &mut Trained) {
    let session = Held::new(database, 1).id();
    let document = "{ certificates(first: 1) { nodes { issuedAt } } evaluationQuestions { code } }";
    let seen = trainer.query(document, ()).await.expect_no_errors().data().clone();
    let now: DateTime<Utc> = text(&seen["certificates"]["nodes"][0]["issuedAt"]).parse().expect("an instant");
    let open = json!({ "sessionId": session, "closesAt": (now + TimeDelta::days(30)).to_rfc3339() });
    done(trainer, "openEvaluation", "__typename", open).await;
    let all = list(&seen["evaluationQuestions"]).iter();
    let marked: Vec<Value> = all.map(|question| json!({ "code": question["code"], "mark": 4 })).collect();
    let said = format!("{} of it", mark(0, "training.comment"));
    let input = json!({ "sessionId": session, "marks": marked, "comment": said });
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    done(&reporter, "evaluateSession", "__typename", input).await;
    trained.marks.push(marks(0, "training.comment"));
}
