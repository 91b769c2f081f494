//! Joining a report to another about the same events, and taking that back.

use super::step::{Step, Target, may_work_on};
use crate::access::{Act, Action, Order, Scope, Write};
use crate::duplicates;
use crate::error::{Outcome, Problem};
use crate::retention::rules::not_erased;
use crate::triage::rules::{self, Transition};
use entity::report;
use uuid::Uuid;

/// Joins a report to another one that the viewer sees.
pub(in crate::triage) async fn join(
    scope: &Scope,
    target: Target,
    into: Option<Uuid>,
    reason: &str,
) -> Outcome<report::Model> {
    let reason = rules::reason(reason)?;
    let write = scope.begin().await?;
    let into = lock_both(&write, target.key, into).await?;
    let step = Step::begin(write, target, Transition::Join).await?;
    rules::may_join(step.before.id, into.id, into.state)?;
    duplicates::joined(&step.write, step.before.id, into.id).await?;
    let after = report::Model { joined_to_id: Some(into.id), ..step.after() };
    step.finish(after, Act::because(Action::ReportJoined, reason)).await
}

/// The report to join to. Both are locked in the order of their keys, so that two that are joined to each other at the same
/// time neither wait for each other for ever nor end in a circle.
async fn lock_both(write: &Write, key: Option<Uuid>, into: Option<Uuid>) -> Outcome<report::Model> {
    let missing = || Problem::not_found("intoReportId");
    let into = into.ok_or_else(missing)?;
    let both = write.find::<report::Entity>().by_keys(key.into_iter().chain([into]));
    let rows = both.order(&[Order::ascending(report::Column::Id)]).locked().all().await?;
    let found = rows.into_iter().find(|row| row.id == into).filter(|row| may_work_on(write, row));
    let into = found.ok_or_else(missing)?;
    not_erased(&into, "intoReportId")?;
    Ok(into)
}

/// Takes the joining of a report back: it is in triage again.
pub(in crate::triage) async fn undo_join(scope: &Scope, target: Target, reason: &str) -> Outcome<report::Model> {
    let reason = rules::reason(reason)?;
    let step = Step::begin(scope.begin().await?, target, Transition::UndoJoin).await?;
    duplicates::join_undone(&step.write, step.before.id).await?;
    let after = report::Model { joined_to_id: None, ..step.after() };
    step.finish(after, Act::because(Action::JoinUndone, reason)).await
}
