//! How the Centre keeps its deadlines: counts.

use super::types::DeadlineCounts;
use crate::access::{Error, Figure, Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::statistics::rules as statistics;
use async_graphql::{Context, Object};
use entity::organisation;
use entity::report_deadline::{Column, Entity, Kind, Relation};
use sea_orm::{ActiveEnum, ColumnTrait, FromQueryResult, RelationTrait};

/// Root fields of the room.
#[derive(Default)]
pub struct DeadlineQueries;

/// A group as the database counts it.
#[derive(FromQueryResult)]
struct Group {
    month: String,
    organisation_kind: String,
    kind: String,
    started: i64,
    met: i64,
    overdue: i64,
    escalated: i64,
}

#[Object]
impl DeadlineQueries {
    /// How the deadlines were kept that were started in a year: by month, kind of the reporting organisation, and deadline.
    #[graphql(directive = guarded::apply(Permission::CountDeadlines))]
    async fn deadline_counts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The year, 1900 to 2199.")] year: i32,
    ) -> Result<Vec<DeadlineCounts>, Fault> {
        statistics::year(year).ok_or(Fault::BadInput("Give a year from 1900 to 2199."))?;
        let tally = context.scope()?.tally::<Entity>().await?;
        let tally = tally.with::<organisation::Entity>(Relation::Organisation.def());
        let tally = tally.filter(Column::StartedIn.between(format!("{year}-01"), format!("{year}-12")));
        let tally = tally.each("month", Column::StartedIn).each("organisation_kind", organisation::Column::Kind);
        let groups = tally
            .each("kind", Column::Kind)
            .figure("started", Figure::distinct(Column::Id))
            .figure("met", Figure::distinct(Column::Id).among(Column::MetAt.is_not_null()))
            .figure("overdue", Figure::distinct(Column::Id).among(Column::OverdueAt.is_not_null()))
            .figure("escalated", Figure::distinct(Column::Id).among(Column::EscalatedAt.is_not_null()))
            .figures::<Group>()
            .await?;
        let mut groups = groups;
        groups
            .sort_by(|a, b| (&a.month, &a.organisation_kind, &a.kind).cmp(&(&b.month, &b.organisation_kind, &b.kind)));
        groups.into_iter().map(Group::counts).collect()
    }
}

impl Group {
    fn counts(self) -> Result<DeadlineCounts, Fault> {
        let number = |count: i64| u64::try_from(count).unwrap_or_default();
        Ok(DeadlineCounts {
            month: self.month.get(5..).and_then(|month| month.parse().ok()).ok_or(Fault::Internal)?,
            organisation_kind: organisation::Kind::try_from_value(&self.organisation_kind).map_err(Error::from)?.into(),
            kind: Kind::try_from_value(&self.kind).map_err(Error::from)?.into(),
            started: number(self.started),
            met: number(self.met),
            overdue: number(self.overdue),
            escalated: number(self.escalated),
        })
    }
}
