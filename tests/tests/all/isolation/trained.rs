//! Training in the walk: a session of the Centre for the school and one for the other partner, with marks in every text, and who
//! takes part in them.

use super::learned::{answer, certify, evaluate, hand_out};
use super::planted::{Marks, key, mark, marks};
use super::walk::Known;
use crate::steps::{done, list};
use serde_json::{Value, json};
use tests::{Client, Database, Server};

/// The Centre among the sources.
pub(super) const CENTRE: usize = 3;

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
        let institution = own_organisation(&coordinator).await;
        let session = plan(&trainer, &institution, class, year).await["id"].clone();
        trained.marks.extend([marks(CENTRE, class), marks(CENTRE, &format!("{class}.online"))]);
        colleagues(&trainer, &coordinator, (&session, &institution), source).await;
        let reporter = server.sign_in_as(&format!("reporter@{partner}.example")).await;
        let own = take_part(&reporter, &session, (source, "own"), Value::Null).await;
        let needs = json!({ "registrationId": own["id"], "needs": needs(source, "own") });
        done(&reporter, "sayNeeds", "registration { id }", needs).await;
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
            call_off(&trainer, &institution, class).await;
        }
    }
    keep_programmes(&trainer).await;
    trained.marks.extend([marks(CENTRE, "training.programme"), marks(CENTRE, "training.reason")]);
    certify(server, database, &trainer, &mut trained).await;
    evaluate(server, database, &trainer, &mut trained).await;
    trained
}

/// Why something of training ended, which stands in the audit trail alone.
pub(super) fn why(what: &str) -> String {
    format!("{} {what}", mark(CENTRE, "training.reason"))
}

/// The organisation in which somebody acts.
pub(super) async fn own_organisation(client: &Client) -> Value {
    let own = client.query("{ viewer { membership { organisation { id } } } }", ()).await;
    own.expect_no_errors().data()["viewer"]["membership"]["organisation"]["id"].clone()
}

/// A session for one institution: id and revision.
async fn plan(trainer: &Client, institution: &Value, class: &str, year: u32) -> Value {
    let says = |what: &str| format!("{} {what}", mark(CENTRE, class));
    let content = json!({
        "kind": "WORKSHOP", "title": says("title"), "topic": says("topic"), "venue": says("venue"),
        "partners": says("partners"), "donor": says("donor"), "hours": 2, "mode": "MIXED", "municipality": "novi-sad",
        "onlineAddress": format!("https://{}.example", mark(CENTRE, &format!("{class}.online"))), "capacity": 5,
        "registrationOpensAt": "2001-01-01T00:00:00Z", "registrationClosesAt": format!("{year}-01-01T00:00:00Z"),
        "days": [{ "startsAt": format!("{year}-05-05T07:00:00Z"), "endsAt": format!("{year}-05-05T09:00:00Z") }],
        "audience": { "organisationIds": [institution] },
    });
    let what = "session { id revision }";
    let input = json!({ "idempotencyKey": key(CENTRE, &format!("{class}-{year}")), "session": content });
    let planned = done(trainer, "planSession", what, input).await["session"].clone();
    let input = json!({ "sessionId": planned["id"], "revision": planned["revision"], "session": content });
    let changed = done(trainer, "changeSession", what, input).await["session"].clone();
    let input = json!({ "sessionId": changed["id"], "revision": changed["revision"] });
    done(trainer, "openSession", what, input).await["session"].clone()
}

/// Another session of the same, which does not take place.
async fn call_off(trainer: &Client, institution: &Value, class: &str) {
    let session = plan(trainer, institution, class, 2096).await;
    let cancel = json!({ "sessionId": session["id"], "revision": session["revision"], "reason": why("called off") });
    done(trainer, "cancelSession", "session { id }", cancel).await;
}

/// Those whom others name: one whom the coordinator registers, one who takes over a place, and one whom the trainer adds.
async fn colleagues(trainer: &Client, coordinator: &Client, (session, institution): (&Value, &Value), source: usize) {
    let participant = mark(source, "training.participant");
    let called =
        |name: &str| json!({ "name": format!("{participant} {name}"), "function": format!("{participant} function") });
    take_part(coordinator, session, (source, "participant"), called("name")).await;
    let input =
        json!({ "idempotencyKey": key(source, "former"), "sessionId": session, "participant": called("former") });
    let former = done(coordinator, "registerForSession", "registration { id revision }", input).await;
    let transfer = json!({ "idempotencyKey": key(source, "transfer"), "registrationId": former["registration"]["id"],
        "revision": former["registration"]["revision"], "participant": called("successor") });
    done(coordinator, "transferPlace", "registration { id }", transfer).await;
    let mut added = called("added");
    added["idempotencyKey"] = key(source, "participant-added");
    added["sessionId"] = session.clone();
    added["organisationId"] = institution.clone();
    done(trainer, "addParticipant", "registration { id }", added).await;
}

fn needs(source: usize, what: &str) -> Value {
    let needs = mark(source, &format!("training.{what}.needs"));
    json!({ "dietary": format!("{needs} dietary"), "access": format!("{needs} access") })
}

async fn take_part(client: &Client, session: &Value, (source, what): (usize, &str), participant: Value) -> Value {
    let input = json!({ "idempotencyKey": key(source, &format!("takes-part-{what}")), "sessionId": session,
        "participant": participant, "needs": needs(source, what) });
    done(client, "registerForSession", "registration { id }", input).await["registration"].clone()
}

/// Ids of a session, of its day and of its registrations.
async fn ids(trainer: &Client, session: &Value) -> Vec<Value> {
    let document = "query S($id: ID!) { trainingSession(id: $id) { id days { id } registrations { nodes { id } } } }";
    let response = trainer.query(document, json!({ "id": session })).await;
    let seen = response.expect_no_errors().data()["trainingSession"].clone();
    let parts = list(&seen["days"]).iter().chain(list(&seen["registrations"]["nodes"]));
    [seen["id"].clone()].into_iter().chain(parts.map(|part| part["id"].clone())).collect()
}

/// A programme, and one that is taught no longer.
async fn keep_programmes(trainer: &Client) {
    let says = |what: &str| format!("{} {what}", mark(CENTRE, "training.programme"));
    let mut last = Value::Null;
    for which in ["programme-taught", "programme-former"] {
        let input = json!({ "idempotencyKey": key(CENTRE, which), "title": says("title"), "topic": says("topic"),
            "accreditor": says("accreditor"), "accreditationNumber": says("number"), "hours": 6, "validFrom": "2018-01-01" });
        last = done(trainer, "registerProgramme", "programme { id revision }", input).await["programme"].clone();
    }
    let input = json!({ "programmeId": last["id"], "revision": last["revision"], "reason": why("taught no longer") });
    done(trainer, "withdrawProgramme", "programme { id }", input).await;
}
