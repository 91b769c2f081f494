//! Waiting for notifications.

use super::types::Notification;
use crate::access::{Permission, Signal, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::occasion::{Once, Topic};
use async_graphql::{Context, SimpleObject, Subscription};
use entity::notification;

/// That there is something new among your notifications.
#[derive(SimpleObject)]
pub struct NotificationAdded {
    /// The notification. Null: fetch the list anew. That is said first of all, and after a pause of the connection.
    notification: Option<Notification>,
}

/// Subscriptions of the room.
#[derive(Default)]
pub struct NotificationSubscriptions;

#[Subscription]
impl NotificationSubscriptions {
    /// Your notifications as they come. Says at once, without one, that it begins.
    #[graphql(directive = guarded::apply(Permission::Member))]
    async fn notification_added(&self, context: &Context<'_>) -> Result<Once<NotificationAdded>, Fault> {
        let (occasion, scope) = (context.occasion()?, context.scope()?);
        occasion.wait_for(Topic::NotificationsOf(scope.viewer().membership_id()));
        let Some(Signal::Notification { key, .. }) = occasion.signal else {
            return Ok(occasion.tell(Some(NotificationAdded { notification: None })));
        };
        // One that was read meanwhile is nothing new.
        let added = scope.find::<notification::Entity>().by_key(key).one().await?.filter(|row| row.read_at.is_none());
        Ok(occasion.tell(added.map(|row| NotificationAdded { notification: Some(Notification(row)) })))
    }
}
