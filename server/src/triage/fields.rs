//! Fields of a report that show the Centre's work on it. Every one is null for whoever is not of the Centre.

use super::loader::{EventsOf, JoinedInto, Loader, NotesOf};
use super::types::{Note, ReportEvent, sees_work};
use crate::access::{Order, PageArguments};
use crate::bars::{self, ReportBar};
use crate::cases::{self, Case};
use crate::deadlines::{self, Deadline};
use crate::duplicates::{self, DuplicateState, PossibleDuplicate};
use crate::error::Fault;
use crate::loader::RequestLoader;
use crate::organisations::Membership;
use crate::relay::{self, ConnectionOf};
use crate::reports::{Report, note_read};
use async_graphql::{Context, Object};
use entity::{internal_note, report, report_event};

/// The Centre's work on a report: fields of the report itself.
pub struct WorkOn<'a>(pub &'a report::Model);

#[Object]
impl WorkOn<'_> {
    /// The member of the Centre who works on it. For the Centre; null for others, and while nobody does.
    async fn assignee(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match self.0.assignee_id {
            Some(key) if sees_work(context)? => Membership::load(context, key).await,
            _ => Ok(None),
        }
    }

    /// The report that it was joined to. For the Centre; null for others, and where it was joined to none.
    async fn joined_to(&self, context: &Context<'_>) -> Result<Option<Report>, Fault> {
        match self.0.joined_to_id {
            Some(key) if sees_work(context)? => Report::load(context, key).await,
            _ => Ok(None),
        }
    }

    /// Reports that were joined to it. For the Centre; null for others.
    async fn joined_reports(&self, context: &Context<'_>) -> Result<Option<Vec<Report>>, Fault> {
        if !sees_work(context)? {
            return Ok(None);
        }
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let rows = loader.load_one(JoinedInto(self.0.id)).await?.unwrap_or_default();
        Ok(Some(rows.into_iter().map(Report::from).collect()))
    }

    /// Within what time the Centre acts on it, in the order in which the clocks were started. For the Centre; null for others.
    async fn deadlines(&self, context: &Context<'_>) -> Result<Option<Vec<Deadline>>, Fault> {
        deadlines::of_report(context, self.0.id).await
    }

    /// Persons of other reports who may be the same as one of its own, oldest first. For the Centre, where it sees both reports;
    /// null for others.
    #[graphql(complexity = "1 + child_complexity.saturating_mul(10)")]
    async fn possible_duplicates(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "In this state; left out, in any.")] state: Option<DuplicateState>,
    ) -> Result<Option<Vec<PossibleDuplicate>>, Fault> {
        duplicates::of_report(context, self.0.id, state).await
    }

    /// Notes of the Centre, oldest first. For the Centre; null for others.
    #[graphql(complexity = "relay::cost(first, last, child_complexity)")]
    async fn notes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<ConnectionOf<Note>>, Fault> {
        if !sees_work(context)? {
            return Ok(None);
        }
        note_read(context, self.0.id)?;
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let rows = loader.load_one(NotesOf(self.0.id)).await?.unwrap_or_default();
        let order = [Order::<internal_note::Entity>::ascending(internal_note::Column::Id)];
        relay::connection_of_parts(rows, &order, &PageArguments { first, after, last, before }, Note).map(Some)
    }

    /// What happened to it, oldest first: who, when, why. For the Centre; null for others.
    #[graphql(complexity = "relay::cost(first, last, child_complexity)")]
    async fn events(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<ConnectionOf<ReportEvent>>, Fault> {
        if !sees_work(context)? {
            return Ok(None);
        }
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let rows = loader.load_one(EventsOf(self.0.id)).await?.unwrap_or_default();
        // By what they led to: keys carry the clock, which may be set back.
        let order = [report_event::Column::Revision, report_event::Column::Id];
        let order = order.map(Order::<report_event::Entity>::ascending);
        relay::connection_of_parts(rows, &order, &PageArguments { first, after, last, before }, ReportEvent).map(Some)
    }

    /// Who is or was barred from it because of a conflict of interest, oldest first. For the supervisor; null for others.
    async fn bars(&self, context: &Context<'_>) -> Result<Option<Vec<ReportBar>>, Fault> {
        bars::of_report(context, self.0.id).await
    }

    /// Cases that were opened when it was accepted, void ones among them. For the Centre; null for others.
    async fn cases(&self, context: &Context<'_>) -> Result<Option<Vec<Case>>, Fault> {
        if sees_work(context)? { cases::of_report(context, self.0.id).await.map(Some) } else { Ok(None) }
    }
}
