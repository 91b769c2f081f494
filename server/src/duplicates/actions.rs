//! What is decided about possible duplicates.

use super::rules;
use crate::access::{Act, Action, Result, Scope, Write};
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

/// Takes that back: it is open again.
pub(super) async fn reopen(scope: &Scope, key: Option<Uuid>, why: &str) -> Outcome<Model> {
    let why = reason(why)?;
    let write = scope.begin().await?;
    let before = found(&write, key).await?;
    rules::may_reopen(before.state)?;
    let after = decided(&write, &before, State::Open);
    finish(write, &before, after, Act::because(Action::DuplicateReopened, why)).await
}

/// One that the viewer sees, locked.
async fn found(write: &Write, key: Option<Uuid>) -> Outcome<Model> {
    let missing = || Problem::not_found("possibleDuplicateId");
    Ok(write.find::<Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?.ok_or_else(missing)?)
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
    let joined = write.find::<report::Entity>().filter(report::Column::JoinedToId.is_in([report, into])).all().await?;
    let together: Vec<Uuid> = joined.iter().map(|report| report.id).chain([report, into]).collect();
    let between = Condition::all()
        .add(Column::State.eq(State::Open))
        .add(Column::ReportId.is_in(together.clone()))
        .add(Column::OtherReportId.is_in(together));
    change_all(write, between, State::Joined).await
}

/// Opens those anew that were closed because a report was joined.
pub async fn join_undone(write: &Write, report: Uuid) -> Result<()> {
    let of_report = Condition::any().add(Column::ReportId.eq(report)).add(Column::OtherReportId.eq(report));
    change_all(write, Condition::all().add(Column::State.eq(State::Joined)).add(of_report), State::Open).await
}

async fn change_all(write: &Write, condition: Condition, state: State) -> Result<()> {
    for before in write.find::<Entity>().filter(condition).locked().all().await? {
        let after = decided(write, &before, state);
        write.update_part::<Entity>(&before, after).await?;
    }
    Ok(())
}
