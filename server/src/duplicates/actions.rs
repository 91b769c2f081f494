//! What is decided about possible duplicates.

use super::rules;
use crate::access::{Act, Action, Change, Policy, Result, Scope, Write};
use crate::error::{Outcome, Problem};
use crate::triage::rules::reason;
use entity::possible_duplicate::{Column, Entity, Model, State};
use entity::report;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Says that the persons of a possible duplicate are not the same.
pub(super) async fn dismiss(scope: &Scope, key: Option<Uuid>, why: &str) -> Outcome<Model> {
    let why = reason(why)?;
    let write = scope.begin().await?;
    let before = found(&write, key).await?;
    rules::may_dismiss(before.state)?;
    let after = Model { resolve_reason: why.clone(), ..decided(&write, &before, State::Dismissed) };
    finish(write, &before, after, Act::because(Action::DuplicateDismissed, why)).await
}

/// Takes that back, or what a joining left behind: it is open again.
pub(super) async fn reopen(scope: &Scope, key: Option<Uuid>, why: &str) -> Outcome<Model> {
    let why = reason(why)?;
    let write = scope.begin().await?;
    let before = found(&write, key).await?;
    let still_joined = before.state == State::Joined && are_joined(&write, &before).await?;
    rules::may_reopen(before.state, still_joined)?;
    let after = decided(&write, &before, State::Open);
    finish(write, &before, after, Act::because(Action::DuplicateReopened, why)).await
}

/// One that the viewer sees, locked, where it may work on both reports: emergency access only shows them.
async fn found(write: &Write, key: Option<Uuid>) -> Outcome<Model> {
    let missing = || Problem::not_found("possibleDuplicateId");
    let found = write.find::<Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?.ok_or_else(missing)?;
    let reports = write.find::<report::Entity>().by_keys([found.report_id, found.other_report_id]).all().await?;
    let works_on = |row: &report::Model| report::Entity::may_write(write.viewer(), Change::Update(row));
    if reports.len() == 2 && reports.iter().all(works_on) { Ok(found) } else { Err(missing().into()) }
}

/// Whether its reports are joined. What leads to a report that the viewer does not see may lead on to the other.
async fn are_joined(write: &Write, pair: &Model) -> Result<bool> {
    match (end(write, pair.report_id).await?, end(write, pair.other_report_id).await?) {
        (Some(one), Some(other)) => Ok(one == other),
        _ => Ok(true),
    }
}

/// Where a report leads, over all that it was joined to; nothing where the viewer does not see that.
async fn end(write: &Write, report: Uuid) -> Result<Option<Uuid>> {
    let mut at = report;
    loop {
        let Some(row) = write.find::<report::Entity>().by_key(at).one().await? else { return Ok(None) };
        match row.joined_to_id {
            Some(next) => at = next,
            None => return Ok(Some(at)),
        }
    }
}

/// Its audit row is the later report's.
async fn finish(write: Write, before: &Model, after: Model, act: Act) -> Outcome<Model> {
    write.update_part::<Entity>(before, after.clone()).await?;
    write.audit::<report::Entity>(before.report_id, act).await?;
    write.commit().await?;
    Ok(after)
}

/// As it is once the viewer has decided so.
fn decided(write: &Write, before: &Model, state: State) -> Model {
    let closed = state != State::Open;
    Model {
        state,
        resolved_at: closed.then(|| write.now()),
        resolved_by_id: closed.then(|| write.viewer().membership_id()),
        resolve_reason: String::new(),
        ..before.clone()
    }
}

/// Closes the open possible duplicates between a report and the one that it is joined to, reports that were joined to either of
/// them among these. Their audit row is the joining's.
pub async fn joined(write: &Write, report: Uuid, into: Uuid) -> Result<()> {
    let together = with_joined(write, vec![report, into]).await?;
    let between = Condition::all()
        .add(Column::State.eq(State::Open))
        .add(Column::ReportId.is_in(together.clone()))
        .add(Column::OtherReportId.is_in(together));
    change_all(write, between, State::Joined).await
}

/// Opens those anew that were closed because a report was joined. It keeps what was joined to it, and leaves everything else.
pub async fn join_undone(write: &Write, report: Uuid) -> Result<()> {
    let own = with_joined(write, vec![report]).await?;
    let leads_out = |from: Column, to: Column| {
        Condition::all().add(from.is_in(own.iter().copied())).add(to.is_not_in(own.iter().copied()))
    };
    let apart = Condition::any()
        .add(leads_out(Column::ReportId, Column::OtherReportId))
        .add(leads_out(Column::OtherReportId, Column::ReportId));
    change_all(write, Condition::all().add(Column::State.eq(State::Joined)).add(apart), State::Open).await
}

/// These reports, and those that were joined to them or to one that was.
async fn with_joined(write: &Write, reports: Vec<Uuid>) -> Result<Vec<Uuid>> {
    let mut all = reports.clone();
    let mut last = reports;
    while !last.is_empty() {
        let joined = write.find::<report::Entity>().filter(report::Column::JoinedToId.is_in(last)).all().await?;
        last = joined.into_iter().map(|row| row.id).filter(|id| !all.contains(id)).collect();
        all.extend(&last);
    }
    Ok(all)
}

async fn change_all(write: &Write, condition: Condition, state: State) -> Result<()> {
    for before in write.find::<Entity>().filter(condition).locked().all().await? {
        let after = decided(write, &before, state);
        write.update_part::<Entity>(&before, after).await?;
    }
    Ok(())
}
