//! Certificates, in the order of their life.

use super::script::Script;
use crate::certificates::held::Held;
use serde_json::json;
use tests::Database;

/// A trainer's mutations of certificates; answers the session that they are of.
pub(super) async fn certify(script: &mut Script, database: Database) -> Held {
    let held = Held::new(database, 7);
    let participant = held.participant(1, ("Ana Žunić", None), "registered", ["present", "present"]);
    script.server.storage().tamper(&(held.session(false) + &participant)).await;
    let trainer = script.server.sign_in_as("trainer@centre.example").await;
    let issue = json!({ "idempotencyKey": "audit-certify", "sessionId": held.id(), "language": "ENGLISH" });
    let rows = ["CERTIFICATES_ISSUED TRAINING_SESSION"];
    script.mutate(&trainer, "issueCertificates", "issuedCount", issue.clone(), &rows).await;
    script.mutate(&trainer, "issueCertificates", "issuedCount", issue, &[]).await;
    let document =
        "query C($id: ID!) { certificates(first: 1, filter: { sessionId: $id }) { nodes { id holderName } } }";
    let found = script.read(&trainer, document, json!({ "id": held.id() }), &[]).await;
    let id = found.data()["certificates"]["nodes"][0]["id"].clone();
    let replace = json!({ "idempotencyKey": "audit-replace", "certificateId": id, "holderName": "Ana Žunić Perić" });
    let rows = ["CERTIFICATE_ISSUED CERTIFICATE", "CERTIFICATE_REPLACED CERTIFICATE"];
    let new = script.mutate(&trainer, "replaceCertificate", "certificate { id }", replace, &rows).await;
    let revoke = json!({ "certificateId": new["certificate"]["id"], "reason": "somebody else was there" });
    let rows = ["CERTIFICATE_REVOKED CERTIFICATE"];
    script.mutate(&trainer, "revokeCertificate", "certificate { id }", revoke.clone(), &rows).await;
    script.refused(&trainer, "revokeCertificate", revoke).await;
    held
}
