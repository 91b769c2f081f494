//! Reading programmes.

use super::types::Programme;
use crate::access::{Order, PageArguments, Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, Object};
use entity::programme::{self, Column};

/// Root fields of the room.
#[derive(Default)]
pub struct ProgrammeQueries;

#[Object]
impl ProgrammeQueries {
    /// Accredited programmes, in the order in which they were registered. A trainer registers them.
    #[graphql(
        directive = guarded::apply(Permission::ReadTraining),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn programmes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Programme>, Fault> {
        let scope = context.scope()?;
        let find = || scope.find::<programme::Entity>();
        let order = [Order::ascending(Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, Programme).await
    }
}
