//! Reading possible duplicates.

use super::types::{DuplicateState, PossibleDuplicate};
use crate::access::{Order, PageArguments, Permission, Policy, Scope, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, Object};
use entity::possible_duplicate::{Column, Entity, State};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

/// Root fields of the room.
#[derive(Default)]
pub struct DuplicateQueries;

#[Object]
impl DuplicateQueries {
    /// Possible duplicates, newest first: those in one state, or all.
    #[graphql(
        directive = guarded::apply(Permission::Triage),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn possible_duplicates(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "In this state.")] state: Option<DuplicateState>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<PossibleDuplicate>, Fault> {
        let scope = context.scope()?;
        let in_state = state.map(|state| Column::State.eq(State::from(state)));
        let find = || scope.find::<Entity>().filter(Condition::all().add_option(in_state.clone()));
        let order = [Order::descending(Column::ProposedAt), Order::descending(Column::Id)];
        let arguments = PageArguments { first, after, last, before };
        relay::connection(context, find, &order, arguments, PossibleDuplicate).await
    }
}

/// The keys of reports with an open possible duplicate that the viewer sees, on the side of this column's report.
fn open_in(scope: &Scope, column: Column) -> SelectStatement {
    let open = Entity::find().select_only().column(column).filter(Column::State.eq(State::Open));
    open.filter(Entity::visible_to(scope.viewer())).into_query()
}

/// Reports, by this column of their keys, with an open possible duplicate that the viewer sees.
pub fn has_open(scope: &Scope, report: impl ColumnTrait) -> Condition {
    Condition::any()
        .add(report.in_subquery(open_in(scope, Column::ReportId)))
        .add(report.in_subquery(open_in(scope, Column::OtherReportId)))
}

/// Possible duplicates between two reports, whichever of them came later.
pub fn between(one: Uuid, other: Uuid) -> Condition {
    let sides = |later: Uuid, earlier: Uuid| {
        Condition::all().add(Column::ReportId.eq(later)).add(Column::OtherReportId.eq(earlier))
    };
    Condition::any().add(sides(one, other)).add(sides(other, one))
}
