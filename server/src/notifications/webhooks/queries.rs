//! Reading webhooks.

use super::types::Webhook;
use crate::access::{Order, PageArguments, Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, Object};
use entity::webhook::{Column, Entity};

/// Root fields of the room.
#[derive(Default)]
pub struct WebhookQueries;

#[Object]
impl WebhookQueries {
    /// The webhooks of your organisation, the newest first.
    #[graphql(
        directive = guarded::apply(Permission::ManageWebhooks),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn webhooks(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Webhook>, Fault> {
        let scope = context.scope()?;
        let order = [Order::descending(Column::Id)];
        let arguments = PageArguments { first, after, last, before };
        relay::connection(context, || scope.find::<Entity>(), &order, arguments, Webhook).await
    }
}
