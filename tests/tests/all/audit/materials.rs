//! Calendars, materials and printed material, in the order of their life.

use super::script::Script;
use crate::certificates::held::Held;
use serde_json::{Value, json};
use tests::Client;

/// A member's address for its calendar programme, made twice and taken back.
pub(super) async fn keep_a_calendar(script: &mut Script) {
    let reporter = script.server.sign_in_as("reporter@school-01.example").await;
    for (name, rows) in [
        ("renewCalendarFeed", vec!["CALENDAR_FEED_RENEWED CALENDAR_FEED"]),
        ("renewCalendarFeed", vec!["CALENDAR_FEED_RENEWED CALENDAR_FEED"]),
        ("revokeCalendarFeed", vec!["CALENDAR_FEED_REVOKED CALENDAR_FEED"]),
        ("revokeCalendarFeed", vec![]),
    ] {
        let response = reporter.query(&format!("mutation {{ {name} {{ userErrors {{ code }} }} }}"), ()).await;
        assert!(response.expect_no_errors().user_errors(name).is_empty());
        script.expect(&response, name, &rows);
        script.mutations.insert(name.to_owned());
    }
}

/// A trainer's mutations of materials, and of printed material.
pub(super) async fn hand_out(script: &mut Script, held: Held) {
    let trainer = script.server.sign_in_as("trainer@centre.example").await;
    let said = json!({ "kind": "READING", "title": "Приручник", "about": "Прва глава" });
    let publish = json!({ "idempotencyKey": "audit-publish", "sessionId": held.id(), "material": said });
    let selection = "material { id }";
    let rows = ["MATERIAL_PUBLISHED MATERIAL"];
    let first = script.mutate(&trainer, "publishMaterial", selection, publish.clone(), &rows).await;
    script.mutate(&trainer, "publishMaterial", selection, publish, &[]).await;
    let id = &first["material"]["id"];
    let replace = json!({ "idempotencyKey": "audit-newer-1", "materialId": id, "material": said });
    let rows = ["MATERIAL_REPLACED MATERIAL"];
    let second = script.mutate(&trainer, "replaceMaterial", selection, replace, &rows).await;
    let withdraw = json!({ "materialId": second["material"]["id"], "reason": "a wrong address" });
    let rows = ["MATERIAL_WITHDRAWN MATERIAL"];
    script.mutate(&trainer, "withdrawMaterial", selection, withdraw.clone(), &rows).await;
    script.refused(&trainer, "withdrawMaterial", withdraw).await;
    give(script, &trainer).await;
}

async fn give(script: &mut Script, trainer: &Client) {
    let given = json!({ "idempotencyKey": "audit-leaflet", "item": "Летак", "quantity": 5, "recipientName": "сајам" });
    let rows = ["PRINTED_MATERIAL_GIVEN PRINTED_MATERIAL"];
    let selection = "printedMaterial { id }";
    let row: Value = script.mutate(trainer, "givePrintedMaterial", selection, given.clone(), &rows).await;
    script.mutate(trainer, "givePrintedMaterial", selection, given, &[]).await;
    let remove = json!({ "printedMaterialId": row["printedMaterial"]["id"], "reason": "counted twice" });
    let rows = ["PRINTED_MATERIAL_REMOVED PRINTED_MATERIAL"];
    script.mutate(trainer, "removePrintedMaterial", "removedId", remove.clone(), &rows).await;
    script.refused(trainer, "removePrintedMaterial", remove).await;
}
