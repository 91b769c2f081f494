//! What is done to bars, and what they do to a report's assignment.

use super::rules;
use crate::access::{Act, Action, Scope, Write};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::language::Message;
use crate::retention::rules::not_erased;
use crate::triage::rules::reason;
use entity::report::State;
use entity::report_bar::{self, Column, Model};
use entity::{case, membership, person, report};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Bars a member from a report.
pub(super) async fn bar(
    scope: &Scope,
    once: &Once,
    report: Option<Uuid>,
    member: Option<Uuid>,
    why: &str,
) -> Outcome<Model> {
    let why = reason(why)?;
    let missing = || Problem::not_found("membershipId");
    let write = scope.begin().await?;
    let report = submitted(&write, report).await?;
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        let earlier = write.find::<report_bar::Entity>().by_key(earlier).one().await?;
        return Ok(earlier.ok_or_else(|| Problem::not_found("reportId"))?);
    }
    let member = write.find::<membership::Entity>().by_key(member.ok_or_else(missing)?).one().await?;
    let bar = keep_out(&write, id, &report, &member.ok_or_else(missing)?, &why, "membershipId").await?;
    let act = Act::because(Action::MemberBarred, in_the_trail(&bar, &why));
    release(&write, &report, bar.membership_id, act).await?;
    write.commit().await?;
    Ok(bar)
}

/// Bars the viewer from a report that it sees, because it says so. A case worker gives its assignment up, which it could not
/// do within what is assigned to it.
pub(super) async fn declare(scope: &Scope, once: &Once, report: Option<Uuid>, why: &str) -> Outcome<Uuid> {
    let why = reason(why)?;
    let missing = || Problem::not_found("reportId");
    let key = report.ok_or_else(missing)?;
    let seen = scope.find::<report::Entity>().by_key(key).one().await?;
    let write = scope.begin_beyond_assignment().await?;
    let id = ids::new_key(write.now());
    if once.claim(&write, id).await?.is_some() {
        return Ok(key);
    }
    let report = submitted(&write, seen.map(|report| report.id)).await?;
    let own = write.viewer().membership_id();
    let own = write.find::<membership::Entity>().by_key(own).one().await?.ok_or_else(missing)?;
    keep_out(&write, id, &report, &own, &why, "reportId").await?;
    release(&write, &report, own.id, Act::because(Action::ConflictDeclared, why)).await?;
    write.commit().await?;
    Ok(key)
}

/// Lifts a bar.
pub(super) async fn lift(scope: &Scope, key: Option<Uuid>, why: &str) -> Outcome<Model> {
    let why = reason(why)?;
    let missing = || Problem::not_found("barId");
    let write = scope.begin().await?;
    let key = key.ok_or_else(missing)?;
    let find = || write.find::<report_bar::Entity>().by_key(key);
    rules::may_lift(&find().one().await?.ok_or_else(missing)?)?;
    // PostgreSQL locks only a bar that holds: another has lifted it meanwhile where there is none.
    let before = find().locked().one().await?.ok_or_else(rules::lifted_already)?;
    let report = write.find::<report::Entity>().by_key(before.report_id).one().await?.ok_or_else(missing)?;
    not_erased(&report, "barId")?;
    let after = Model {
        lifted_at: Some(write.now()),
        lifted_by_id: Some(write.viewer().membership_id()),
        lift_reason: why.clone(),
        ..before.clone()
    };
    write.update_part::<report_bar::Entity>(&before, after.clone()).await?;
    let act = Act::because(Action::BarLifted, in_the_trail(&before, &why));
    write.audit::<report::Entity>(before.report_id, act).await?;
    write.commit().await?;
    Ok(after)
}

/// Refuses a member who is barred from a report.
pub async fn expect_not_barred(write: &Write, report: &report::Model, member: &membership::Model) -> Outcome<()> {
    if is_barred(write, report, member).await? {
        return Err(Problem::new(UserErrorCode::Invalid, "membershipId", Message::new("member-barred")).into());
    }
    Ok(())
}

/// Hides new objects of a report from those who are barred from it.
pub async fn hide(write: &Write, report: &report::Model, keys: &[Uuid]) -> Outcome<()> {
    for before in of_report(write, report).await? {
        let objects = format!("{},{}", before.objects, rules::column(keys));
        let after = Model { objects, ..before.clone() };
        write.update_part::<report_bar::Entity>(&before, after).await?;
    }
    Ok(())
}

/// The submitted report with this key, locked.
async fn submitted(write: &Write, key: Option<Uuid>) -> Outcome<report::Model> {
    let missing = || Problem::not_found("reportId");
    let submitted = report::Column::State.ne(State::Draft);
    let found = write.find::<report::Entity>().by_key(key.ok_or_else(missing)?).filter(submitted);
    Ok(found.locked().one().await?.ok_or_else(missing)?)
}

/// Bars of a report that hold.
async fn of_report(write: &Write, report: &report::Model) -> Outcome<Vec<Model>> {
    let hold = Condition::all().add(Column::ReportId.eq(report.id)).add(Column::LiftedAt.is_null());
    Ok(write.find::<report_bar::Entity>().filter(hold).all().await?)
}

async fn is_barred(write: &Write, report: &report::Model, member: &membership::Model) -> Outcome<bool> {
    let keys = of_report(write, report).await?.into_iter().map(|bar| bar.membership_id);
    let barred = write.find::<membership::Entity>().by_keys(keys).all().await?;
    Ok(barred.iter().any(|barred| rules::same_member(barred, member)))
}

/// Writes the bar.
async fn keep_out(
    write: &Write,
    id: Uuid,
    report: &report::Model,
    member: &membership::Model,
    why: &str,
    path: &str,
) -> Outcome<Model> {
    let author = write.find::<membership::Entity>().by_key(report.author_id).one().await?;
    let author = author.ok_or_else(|| Problem::not_found("reportId"))?;
    not_erased(report, "reportId")?;
    rules::may_bar(member, &author, write.viewer().organisation_id(), path)?;
    if is_barred(write, report, member).await? {
        return Err(Problem::new(UserErrorCode::Taken, path, Message::new("barred-already")).into());
    }
    let bar = Model {
        id,
        organisation_id: report.organisation_id,
        report_id: report.id,
        membership_id: member.id,
        reason: why.to_owned(),
        objects: rules::column(&objects(write, report).await?),
        barred_by_id: write.viewer().membership_id(),
        barred_at: write.now(),
        lifted_at: None,
        lifted_by_id: None,
        lift_reason: String::new(),
    };
    Ok(write.insert_part::<report_bar::Entity>(bar).await?)
}

/// Keys of a report and of what it holds that the audit trail names.
async fn objects(write: &Write, report: &report::Model) -> Outcome<Vec<Uuid>> {
    let persons = write.find::<person::Entity>().filter(person::Column::ReportId.eq(report.id)).all().await?;
    let cases = write.find::<case::Entity>().filter(case::Column::ReportId.eq(report.id)).all().await?;
    let parts = persons.iter().map(|person| person.id).chain(cases.iter().map(|case| case.id));
    Ok([report.id].into_iter().chain(parts).collect())
}

/// Takes a report and its cases from a member who is barred, and writes the audit row. It is no step: the revision stays, and so does
/// the time of the last change, which the partner sees.
async fn release(write: &Write, report: &report::Model, member: Uuid, act: Act) -> Outcome<()> {
    let carried = Condition::all().add(case::Column::ReportId.eq(report.id)).add(case::Column::CaseWorkerId.eq(member));
    for before in write.find::<case::Entity>().filter(carried).locked().all().await? {
        let after = case::Model { case_worker_id: None, revision: before.revision + 1, ..before.clone() };
        write.update_part::<case::Entity>(&before, after).await?;
    }
    if report.assignee_id != Some(member) {
        return Ok(write.audit::<report::Entity>(report.id, act).await?);
    }
    let after = report::Model { assignee_id: None, ..report.clone() };
    write.update::<report::Entity>(report, after, act).await?;
    Ok(())
}

/// A bar as it stands in the audit trail: whom it is about, and why.
fn in_the_trail(bar: &Model, why: &str) -> String {
    format!("{}: {why}", ids::encode(ObjectType::Membership, bar.membership_id))
}
