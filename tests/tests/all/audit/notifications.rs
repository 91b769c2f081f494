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
}
