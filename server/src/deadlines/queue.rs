//! The triage queue by what is due.

use crate::access::{Order, Page, PageArguments};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::relay::{self, ConnectionOf};
use crate::reports::Report;
use async_graphql::Context;
use chrono::{DateTime, Utc};
use entity::report;
use entity::report_deadline::{Column, Entity, Relation};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, RelationTrait};

/// The keys of reports with a deadline that is not met and due at this instant or before.
pub fn due_by(at: DateTime<Utc>) -> SelectStatement {
    let due = Condition::all().add(Column::MetAt.is_null()).add(Column::DueAt.lte(at));
    Entity::find().select_only().column(Column::ReportId).filter(due).into_query()
}

/// One page of the reports that meet the condition, those first whose next deadline is due first.
pub async fn next_due(
    context: &Context<'_>,
    condition: Condition,
    arguments: &PageArguments,
) -> Result<ConnectionOf<Report>, Fault> {
    let reports = report::Entity::find().select_only().column(report::Column::Id).filter(condition).into_query();
    let next = Condition::all()
        .add(Column::MetAt.is_null())
        .add(Column::ReportId.in_subquery(reports))
        .add(Expr::exists(earlier()).not());
    let scope = context.scope()?;
    let find = || scope.find::<Entity>().filter(next.clone());
    let total_count = relay::total_count(context, find).await?;
    let order = [Order::ascending(Column::DueAt), Order::ascending(Column::Id)];
    let page = find().page_with::<report::Entity>(Relation::Report.def(), &order, arguments).await?;
    // A deadline is seen with its report, so none is missing.
    let rows = page.rows.into_iter().filter_map(|(cursor, (_, report))| Some((cursor, report?))).collect();
    let page = Page { rows, has_previous: page.has_previous, has_next: page.has_next };
    Ok(relay::of_page(page, total_count, Report::from))
}

/// Open deadlines of the same report that are due before the one in question, or with it and made before it.
fn earlier() -> SelectStatement {
    let other = Alias::new("earlier");
    let column = |column: Column| Expr::col((other.clone(), column));
    let same = |of: Column| Expr::col((Entity, of));
    let before = column(Column::DueAt)
        .lt(same(Column::DueAt))
        .or(column(Column::DueAt).eq(same(Column::DueAt)).and(column(Column::Id).lt(same(Column::Id))));
    Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, other.clone())
        .and_where(column(Column::ReportId).eq(same(Column::ReportId)))
        .and_where(column(Column::MetAt).is_null())
        .and_where(before)
        .to_owned()
}
