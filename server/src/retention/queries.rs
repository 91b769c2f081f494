//! Reading erasures.

use super::types::{Erasure, ErasureState};
use crate::access::{Order, PageArguments, Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, Object};
use entity::erasure::{self, Column};
use sea_orm::{ColumnTrait, Condition};

/// Root fields of the room.
#[derive(Default)]
pub struct RetentionQueries;

#[Object]
impl RetentionQueries {
    /// Erasures of persons, oldest first: those in one state, or all.
    #[graphql(
        directive = guarded::apply(Permission::Erase),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn erasures(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "In this state.")] state: Option<ErasureState>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Erasure>, Fault> {
        let scope = context.scope()?;
        let find = || scope.find::<erasure::Entity>().filter(in_state(state));
        let order = [Order::ascending(Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, Erasure).await
    }
}

fn in_state(state: Option<ErasureState>) -> Condition {
    let undecided = || Condition::all().add(Column::ExecutedAt.is_null()).add(Column::DroppedAt.is_null());
    match state {
        None => Condition::all(),
        Some(ErasureState::Executed) => Condition::all().add(Column::ExecutedAt.is_not_null()),
        Some(ErasureState::Dropped) => Condition::all().add(Column::DroppedAt.is_not_null()),
        Some(ErasureState::Held) => undecided().add(Column::HeldAt.is_not_null()),
        Some(ErasureState::Proposed) => undecided().add(Column::HeldAt.is_null()),
    }
}
