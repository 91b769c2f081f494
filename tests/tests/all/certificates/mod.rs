//! Certificates: who gets one, who sees it, how it is printed, and what the public page says of it.

pub(crate) mod held;
mod issuing;
mod printing;
mod verifying;

use crate::steps::{done, text};
use held::Held;
use serde_json::{Value, json};
use tests::{Client, Database, Options, Server};

/// Some weeks behind the session.
const NOW: &str = "2018-12-03T08:00:00Z";

fn options(database: Database) -> Options {
    Server::with(database).clock(NOW)
}

/// A session that took place: the school's reporter was there on both days, once late; a colleague on one; another, who has
/// no membership, on both, and left early.
async fn held(server: &Server, database: Database, needs_test: bool) -> Held {
    let held = Held::new(database, NUMBER);
    let sql = [
        held.session(needs_test),
        held.participant(1, ("Љубица Ђорђевић", Some("reporter@school-01.example")), "registered", ["present", "late"]),
        held.participant(2, ("Марко Марковић", None), "registered", ["present", "absent"]),
        held.participant(3, ("Ana Žunić", None), "registered", ["left_early", "present"]),
        held.participant(4, ("Неко Други", None), "withdrawn", ["present", "present"]),
    ];
    server.storage().tamper(&sql.concat()).await;
    held
}

async fn trainer(server: &Server) -> Client {
    server.sign_in_as("trainer@centre.example").await
}

/// Tells the session from others, whichever database it is in.
const NUMBER: u128 = 1;

/// Issues certificates: how many, and for whom not.
async fn issue(client: &Client, held: Held, key: &str, language: &str) -> Value {
    let input = json!({ "idempotencyKey": key, "sessionId": held.id(), "language": language });
    let mut payload = done(client, "issueCertificates", "issuedCount notIssued { registrationId reason }", input).await;
    payload.as_object_mut().expect("an object").remove("userErrors");
    payload
}

/// The certificates of the session that a client sees, newest first.
async fn certificates(client: &Client) -> Vec<Value> {
    let document =
        "query Of($id: ID!) { certificates(first: 100, filter: { sessionId: $id }) { totalCount nodes { id number validity language holderName title hours accreditor
        accreditationNumber validUntil revokedAt pdfPath verificationPath replacedBy { number } } } }";
    let session = Held::new(Database::Sqlite, NUMBER).id();
    let response = client.query(document, json!({ "id": session })).await;
    response.expect_no_errors().data()["certificates"]["nodes"].as_array().expect("a list").clone()
}

/// The certificate of this holder.
async fn certificate_of(client: &Client, holder: &str) -> Value {
    let found = certificates(client).await.into_iter().find(|certificate| certificate["holderName"] == holder);
    found.unwrap_or_else(|| panic!("{holder} has a certificate"))
}

fn number(certificate: &Value) -> String {
    text(&certificate["number"])
}
