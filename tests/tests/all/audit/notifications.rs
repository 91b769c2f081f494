//! What members do with their notifications.

use super::script::Script;
use serde_json::json;

/// Notifications marked as read, twice, and how an officer wants to be told.
pub(super) async fn be_told(script: &mut Script) {
    let officer = script.server.sign_in_as("intake@centre.example").await;
    let found = officer.query("{ notifications(unread: true, first: 1) { nodes { id } } }", ()).await;
    let id = found.expect_no_errors().data()["notifications"]["nodes"][0]["id"].clone();
    let read = json!({ "notificationIds": [id] });
    let rows = ["NOTIFICATIONS_READ MEMBERSHIP"];
    script.mutate(&officer, "markNotificationsRead", "__typename", read.clone(), &rows).await;
    script.mutate(&officer, "markNotificationsRead", "__typename", read, &[]).await;
    script.refused(&officer, "markNotificationsRead", json!({ "notificationIds": ["notification_0"] })).await;
    let rows = ["NOTIFICATION_PREFERENCES_CHANGED MEMBERSHIP"];
    let daily = json!({ "email": "DAILY" });
    script.mutate(&officer, "updateNotificationPreferences", "__typename", daily, &rows).await;
    keep_a_webhook(script).await;
}

/// A coordinator's webhook, in the order of its life.
async fn keep_a_webhook(script: &mut Script) {
    let coordinator = script.server.sign_in_as("coordinator@school-01.example").await;
    let register = json!({ "idempotencyKey": "audit-webhook", "url": "https://software.example/hook" });
    let rows = ["WEBHOOK_REGISTERED WEBHOOK"];
    let made = script.mutate(&coordinator, "registerWebhook", "webhook { id }", register.clone(), &rows).await;
    script.mutate(&coordinator, "registerWebhook", "webhook { id }", register, &[]).await;
    let which = json!({ "webhookId": made["webhook"]["id"] });
    for (name, row) in [
        ("rotateWebhookSecret", "WEBHOOK_SECRET_ROTATED WEBHOOK"),
        ("testWebhook", "WEBHOOK_TESTED WEBHOOK"),
        ("disableWebhook", "WEBHOOK_DISABLED WEBHOOK"),
        ("enableWebhook", "WEBHOOK_ENABLED WEBHOOK"),
    ] {
        script.mutate(&coordinator, name, "__typename", which.clone(), &[row]).await;
    }
    script.refused(&coordinator, "enableWebhook", which).await;
}
