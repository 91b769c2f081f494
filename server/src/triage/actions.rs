//! What the Centre does with reports: one function an action, each in one transaction.

mod joining;
mod step;
mod talking;

pub(super) use joining::{join, undo_join};
pub(super) use step::Target;
pub use step::record;
pub(super) use talking::{add_note, send_notice};

use super::rules::{self, Transition};
use crate::access::{Act, Action, Role, Roles, Scope, Write};
use crate::bars;
use crate::cases;
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::idempotency::Once;
use crate::language::Message;
use crate::reports::rules::Urgency;
use entity::report_message::Kind;
use entity::{membership, report};
use step::Step;
use uuid::Uuid;

/// Gives a report to one of the Centre's staff, with its cases where it was accepted.
pub(super) async fn assign(scope: &Scope, target: Target, assignee: Option<Uuid>) -> Outcome<report::Model> {
    let step = Step::begin(scope.begin().await?, target, Transition::Assign).await?;
    let assignee = assignee_with(&step.write, assignee).await?;
    bars::expect_not_barred(&step.write, &step.before, &assignee).await?;
    cases::assign_of(&step.write, &step.before, assignee.id).await?;
    let after = report::Model { assignee_id: Some(assignee.id), ..step.after() };
    step.finish(after, Action::ReportAssigned.into()).await
}

/// The membership to assign to: active, of the viewer's own organisation, which is the Centre, and in a role that works on
/// reports.
async fn assignee_with(write: &Write, key: Option<Uuid>) -> Outcome<membership::Model> {
    let missing = || Problem::not_found("membershipId");
    let key = key.ok_or_else(missing)?;
    let found = write.find::<membership::Entity>().by_key(key).one().await?.ok_or_else(missing)?;
    let works = [Role::IntakeOfficer, Role::CaseWorker, Role::Supervisor];
    let fits = found.organisation_id == write.viewer().organisation_id()
        && found.ended_at.is_none()
        && Roles::parse(&found.roles).has_any(&works);
    if fits {
        return Ok(found);
    }
    Err(Problem::new(UserErrorCode::Invalid, "membershipId", Message::new("not-an-assignee")).into())
}

/// Asks the partner for what is missing.
pub(super) async fn request_information(
    scope: &Scope,
    once: &Once,
    target: Target,
    question: &str,
) -> Outcome<report::Model> {
    let question = rules::required_text(question, "question", rules::LONGEST_TEXT)?;
    let write = scope.begin().await?;
    if let Some(done) = step::done_before(&write, once, target.key).await? {
        return Ok(done);
    }
    let step = Step::begin(write, target, Transition::RequestInformation).await?;
    talking::message(&step.write, &step.before, Kind::Request, question).await?;
    let after = step.after();
    step.finish(after, Action::InformationRequested.into()).await
}

/// Gives a report another urgency, by which the Centre's deadlines are as long as they are.
pub(super) async fn change_urgency(
    scope: &Scope,
    target: Target,
    urgency: Urgency,
    reason: &str,
) -> Outcome<report::Model> {
    let reason = rules::reason(reason)?;
    let step = Step::begin(scope.begin().await?, target, Transition::ChangeUrgency).await?;
    rules::another_urgency(Urgency::of_column(step.before.urgency), urgency)?;
    let after = report::Model { urgency: urgency.column(), ..step.after() };
    step.finish(after, Act::because(Action::UrgencyChanged, reason)).await
}

/// Accepts a report: each of its persons gets a case, carried by the one whom the report is assigned to.
pub(super) async fn accept(scope: &Scope, once: &Once, target: Target, reason: &str) -> Outcome<report::Model> {
    let reason = rules::reason(reason)?;
    let write = scope.begin().await?;
    if let Some(done) = step::done_before(&write, once, target.key).await? {
        return Ok(done);
    }
    let step = Step::begin(write, target, Transition::Accept).await?;
    cases::open_for(&step.write, &step.before).await?;
    let after = step.after();
    step.finish(after, Act::because(Action::ReportAccepted, reason)).await
}

/// Passes a report to another authority.
pub(super) async fn pass_on(scope: &Scope, target: Target, authority: &str, reason: &str) -> Outcome<report::Model> {
    let reason = rules::authority_and_reason(authority, reason)?;
    let step = Step::begin(scope.begin().await?, target, Transition::PassOn).await?;
    let after = step.after();
    step.finish(after, Act::because(Action::ReportPassedOn, reason)).await
}

/// Closes a report.
pub(super) async fn close(scope: &Scope, target: Target, reason: &str) -> Outcome<report::Model> {
    let reason = rules::reason(reason)?;
    let step = Step::begin(scope.begin().await?, target, Transition::Close).await?;
    let after = step.after();
    step.finish(after, Act::because(Action::ReportClosed, reason)).await
}

/// Takes a report up again that was closed, passed on or accepted. Its cases become void; where one was decided on, the
/// report stays as it is.
pub(super) async fn reopen(scope: &Scope, target: Target, reason: &str) -> Outcome<report::Model> {
    let reason = rules::reason(reason)?;
    let step = Step::begin(scope.begin().await?, target, Transition::Reopen).await?;
    cases::void_of(&step.write, &step.before).await?;
    let after = step.after();
    step.finish(after, Act::because(Action::ReportReopened, reason)).await
}
