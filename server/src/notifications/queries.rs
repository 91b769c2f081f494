//! Reading notifications.

use super::types::{Notification, NotificationPreferences};
use crate::access::{Order, PageArguments, Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, Object};
use entity::notification::{Column, Entity};
use entity::notification_preference;
use sea_orm::{ColumnTrait, Condition};

/// Root fields of the room.
#[derive(Default)]
pub struct NotificationQueries;

#[Object]
impl NotificationQueries {
    /// What happened that concerns you, the newest first. Old ones go after some time, read or not.
    #[graphql(
        directive = guarded::apply(Permission::Member),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn notifications(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "True: only those that you have not marked as read. False: only those that you have.")]
        unread: Option<bool>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Notification>, Fault> {
        let scope = context.scope()?;
        let narrowed = |unread| if unread { Column::ReadAt.is_null() } else { Column::ReadAt.is_not_null() };
        let condition = Condition::all().add_option(unread.map(narrowed));
        let find = || scope.find::<Entity>().filter(condition.clone());
        let order = [Order::descending(Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, Notification).await
    }

    /// How many notifications you have not marked as read.
    #[graphql(directive = guarded::apply(Permission::Member))]
    async fn unread_notifications(&self, context: &Context<'_>) -> Result<u64, Fault> {
        Ok(context.scope()?.find::<Entity>().filter(Column::ReadAt.is_null()).count().await?)
    }

    /// How you are told of news.
    #[graphql(directive = guarded::apply(Permission::Member))]
    async fn notification_preferences(&self, context: &Context<'_>) -> Result<NotificationPreferences, Fault> {
        Ok(NotificationPreferences(context.scope()?.find::<notification_preference::Entity>().one().await?))
    }
}
