//! Deadlines as a field of the report.

use super::loader::{DeadlinesOf, Loader};
use super::types::Deadline;
use crate::error::Fault;
use crate::loader::RequestLoader;
use crate::triage::sees_work;
use async_graphql::Context;
use uuid::Uuid;

/// The deadlines of a report, in the order in which they were started. For the Centre; nothing for others.
pub async fn of_report(context: &Context<'_>, report: Uuid) -> Result<Option<Vec<Deadline>>, Fault> {
    if !sees_work(context)? {
        return Ok(None);
    }
    let loader = context.data_unchecked::<RequestLoader<Loader>>();
    let mut rows = loader.load_one(DeadlinesOf(report)).await?.unwrap_or_default();
    rows.sort_by_key(|row| (row.started_at, row.kind, row.round));
    Ok(Some(rows.into_iter().map(Deadline).collect()))
}
