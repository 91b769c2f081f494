//! Possible duplicates as fields of reports and persons.

use super::loader::{DuplicateKey, DuplicatesOf, Loader};
use super::types::{DuplicateState, PossibleDuplicate};
use crate::error::Fault;
use crate::loader::RequestLoader;
use crate::reports::Report;
use crate::triage::sees_work;
use async_graphql::Context;
use uuid::Uuid;

/// Possible duplicates of the persons of a report, oldest first, in one state or in all. For the Centre; nothing for others.
pub async fn of_report(
    context: &Context<'_>,
    report: Uuid,
    state: Option<DuplicateState>,
) -> Result<Option<Vec<PossibleDuplicate>>, Fault> {
    if !sees_work(context)? {
        return Ok(None);
    }
    let loader = context.data_unchecked::<RequestLoader<Loader>>();
    let rows = loader.load_one(DuplicatesOf(report)).await?.unwrap_or_default().into_iter();
    let rows = rows.filter(|row| state.is_none_or(|state| row.state == state.into()));
    Ok(Some(rows.map(PossibleDuplicate).collect()))
}

/// Those of one person of that report.
pub async fn of_person(
    context: &Context<'_>,
    report: Uuid,
    person: Uuid,
    state: Option<DuplicateState>,
) -> Result<Option<Vec<PossibleDuplicate>>, Fault> {
    let found = of_report(context, report, state).await?;
    let own = |found: &PossibleDuplicate| [found.0.person_id, found.0.other_person_id].contains(&person);
    Ok(found.map(|found| found.into_iter().filter(own).collect()))
}

/// The report that came later, of a possible duplicate that the viewer sees.
pub async fn later_report(context: &Context<'_>, duplicate: Uuid) -> Result<Option<Report>, Fault> {
    let loader = context.data_unchecked::<RequestLoader<Loader>>();
    match loader.load_one(DuplicateKey(duplicate)).await? {
        Some(found) => Report::load(context, found.report_id).await,
        None => Ok(None),
    }
}
