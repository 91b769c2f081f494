//! Notes, notices and identities: what is written and read beside the transitions.

use super::*;
use crate::access::Action;

const OPEN: &str = "mutation($input: OpenIdentityInput!) { openIdentity(input: $input) {
    identity { names } userErrors { code field message } } }";

/// A report about somebody who is known, and the person's id.
async fn with_identity(world: &World) -> (String, String) {
    let mut content = about(2);
    content["persons"][0]["identity"] = json!({ "names": "Мира Мирић" });
    let report = submit(world, "ana", content).await;
    let person = text(&read(world, "ana", &report, "persons { id }").await[0]["id"]);
    (report, person)
}

#[tokio::test]
async fn a_note_is_the_centres_alone() {
    let world = World::new().await;
    let report = submit(&world, "ana", about(1)).await;
    let input = json!({ "idempotencyKey": "a-note-of-iva", "reportId": report, "text": "Звала сам." });
    for _ in 0..2 {
        let answer = send(&world, "iva", "addNote", input.clone()).await;
        assert_eq!(answer["report"]["revision"], 1, "a note is no step: {answer}");
    }
    let notes = "notes { nodes { text author { name } } totalCount }";
    let seen = read(&world, "sava", &report, notes).await;
    assert_eq!(seen, json!({ "nodes": [{ "text": "Звала сам.", "author": { "name": "iva" } }], "totalCount": 1 }));
    assert_eq!(read(&world, "ana", &report, notes).await, Value::Null);
    assert_eq!(world.audited(&report).await[1], Action::NoteAdded);
}

#[tokio::test]
async fn a_report_takes_so_many_notes() {
    use crate::access::Purpose;
    use crate::ids::{self, ObjectType};
    use crate::triage::rules::MOST_NOTES;
    use entity::{internal_note, report};
    let world = World::new().await;
    let report = submit(&world, "ana", about(1)).await;
    let write = world.service(Purpose::Demonstration).begin().await.expect("begins");
    let key = ids::decode(ObjectType::Report, &report).expect("a report's id");
    let row = write.find::<report::Entity>().by_key(key).one().await.expect("reads").expect("the report");
    let note = |_| internal_note::Model {
        id: ids::new_key(write.now()),
        organisation_id: row.organisation_id,
        report_id: row.id,
        author_id: row.author_id,
        text: "Опет.".to_owned(),
        created_at: write.now(),
    };
    write.insert_parts::<internal_note::Entity>((1..MOST_NOTES).map(note).collect()).await.expect("inserts");
    write.audit::<report::Entity>(key, Action::NoteAdded).await.expect("audits");
    write.commit().await.expect("commits");
    let add = async |key: &str| {
        send(&world, "iva", "addNote", json!({ "idempotencyKey": key, "reportId": report, "text": "Још." })).await
    };
    assert_eq!(add("the-last-one").await["userErrors"], json!([]));
    let refused = add("one-too-many").await["userErrors"].clone();
    assert_eq!((&refused[0]["code"], &refused[0]["field"]), (&json!("TOO_LONG"), &json!(["reportId"])), "{refused}");
    assert_eq!(add("the-last-one").await["userErrors"], json!([]), "what was taken is answered again");
    assert_eq!(read(&world, "sava", &report, "notes { totalCount }").await["totalCount"], MOST_NOTES);
    let other = submit(&world, "boris", about(1)).await;
    let elsewhere = json!({ "idempotencyKey": "on-another-report", "reportId": other, "text": "Прва." });
    assert_eq!(send(&world, "iva", "addNote", elsewhere).await["userErrors"], json!([]), "each report by itself");
}

#[tokio::test]
async fn a_partner_gets_null_for_every_internal_field() {
    let world = World::new().await;
    let report = submit(&world, "ana", about(1)).await;
    assign(&world, "iva", &report, "goran").await;
    for name in ["ana", "aca"] {
        for field in [
            "state",
            "assignee { name }",
            "joinedTo { id }",
            "joinedReports { id }",
            "notes { totalCount }",
            "events { totalCount }",
            "cases { id }",
        ] {
            assert_eq!(read(&world, name, &report, "id").await, json!(report));
            assert_eq!(read(&world, name, &report, field).await, Value::Null, "{field}, {name}");
            assert_ne!(read(&world, "goran", &report, "state").await, Value::Null);
        }
    }
}

#[tokio::test]
async fn a_notice_reaches_the_partner_and_changes_no_revision() {
    let world = World::new().await;
    let report = submit(&world, "ana", about(1)).await;
    let notice = json!({ "idempotencyKey": "a-notice", "text": "Хвала, радимо на томе." });
    let sent = step(&world, "iva", "sendNotice", &report, notice).await;
    assert_eq!(sent["revision"], 1);
    let messages = read(&world, "ana", &report, "messages { nodes { kind text } }").await;
    assert_eq!(messages["nodes"], json!([{ "kind": "NOTICE", "text": "Хвала, радимо на томе." }]));
    let stale = json!({ "idempotencyKey": "b-notice", "reportId": report, "revision": 7, "text": "Стиже." });
    assert_eq!(refusal(&send(&world, "iva", "sendNotice", stale).await).0, "STALE");
}

#[tokio::test]
async fn an_identity_is_opened_with_a_reason_that_the_protection_officer_reads() {
    let world = World::new().await;
    let (report, person) = with_identity(&world).await;
    assert_eq!(read(&world, "iva", &report, "persons { identity { names } }").await[0]["identity"], Value::Null);
    let open = async |name: &str, reason: &str| {
        let input = json!({ "idempotencyKey": crate::ids::new_reference("KEY"), "personId": person, "reason": reason });
        world.ask(name, OPEN, json!({ "input": input })).await["openIdentity"].clone()
    };
    for short in ["", "   ", "провера   "] {
        let refused = open("iva", short).await;
        assert_eq!(refused["userErrors"][0]["field"], json!(["reason"]), "{short:?}");
    }
    assert_eq!(open("goran", "Провера у евиденцији").await["userErrors"][0]["code"], "NOT_FOUND", "not assigned");
    assert_eq!(world.audited(&person).await, [], "nothing was opened");
    assign(&world, "iva", &report, "goran").await;
    assert_eq!(open("goran", "Провера у евиденцији").await["identity"]["names"], "Мира Мирић");
    assert_eq!(world.audited(&person).await, [Action::IdentityOpened]);
    let trail =
        "{ auditEvents(filter: { action: IDENTITY_OPENED }) { nodes { reason member { name } object { type id } } } }";
    let trail = world.ask("petar", trail, json!({})).await;
    let expected = json!([{
        "reason": "Провера у евиденцији",
        "member": { "name": "goran" },
        "object": { "type": "PERSON", "id": person },
    }]);
    assert_eq!(trail["auditEvents"]["nodes"], expected);
}

#[tokio::test]
async fn of_whom_nothing_is_known_nothing_is_opened() {
    let world = World::new().await;
    let (report, _) = with_identity(&world).await;
    let person = text(&read(&world, "ana", &report, "persons { id }").await[1]["id"]);
    let input = json!({ "idempotencyKey": crate::ids::new_reference("KEY"), "personId": person, "reason": "Провера у евиденцији" });
    let answer = world.ask("iva", OPEN, json!({ "input": input })).await;
    assert_eq!(answer["openIdentity"]["userErrors"][0]["code"], "NOT_FOUND");
    assert_eq!(world.audited(&person).await, []);
}
