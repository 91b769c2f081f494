//! The Centre's work on reports.

use super::actions;
use super::inputs::{
    AcceptReportInput, AddNoteInput, AssignReportInput, ChangeUrgencyInput, CloseReportInput, JoinReportInput,
    PassReportOnInput, ReopenReportInput, RequestInformationInput, SendNoticeInput, UndoJoinInput, target,
};
use crate::access::{Permission, Scope, guarded};
use crate::context::RequestContext;
use crate::error::{Fault, Outcome};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::reports::{Report, ReportPayload};
use async_graphql::{Context, Object};
use entity::report;

/// Root fields of the room.
#[derive(Default)]
pub struct TriageMutations;

fn payload(context: &Context<'_>, outcome: Outcome<report::Model>) -> Result<ReportPayload, Fault> {
    Ok(context.answer(outcome.map(Report::from))?.into())
}

#[Object]
impl TriageMutations {
    /// Gives a report to one of the Centre's staff. A report that nobody had taken up is in triage from now on; with an accepted
    /// one go its cases.
    #[graphql(directive = guarded::apply(Permission::Assign))]
    async fn assign_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, and to whom.")] input: AssignReportInput,
    ) -> Result<ReportPayload, Fault> {
        let assignee = ids::decode(ObjectType::Membership, &input.membership_id);
        let target = target(context, &input.report_id, input.revision);
        payload(context, actions::assign(context.scope()?, target, assignee).await)
    }

    /// Asks the organisation that reported for what is missing. While the Centre waits for the answer it cannot ask again;
    /// `sendNotice` can add to the question.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn request_information(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, and what is missing.")] input: RequestInformationInput,
    ) -> Result<ReportPayload, Fault> {
        payload(context, request_information(context, input).await)
    }

    /// Says how urgent a report is; its deadlines follow. The organisation that reported does not learn of it.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn change_urgency(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, how urgent it is, and why.")] input: ChangeUrgencyInput,
    ) -> Result<ReportPayload, Fault> {
        let target = target(context, &input.report_id, input.revision);
        let urgency = input.urgency.into();
        payload(context, actions::change_urgency(context.scope()?, target, urgency, &input.reason).await)
    }

    /// Tells the organisation that reported something beside the status.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn send_notice(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, and what to tell.")] input: SendNoticeInput,
    ) -> Result<ReportPayload, Fault> {
        payload(context, send_notice(context, input).await)
    }

    /// Accepts a report: each of its persons gets a case, carried by the one whom the report is assigned to.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn accept_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, and why.")] input: AcceptReportInput,
    ) -> Result<ReportPayload, Fault> {
        payload(context, accept(context, input).await)
    }

    /// Joins a report to another about the same events. The organisation does not learn of it.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn join_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, to which, and why.")] input: JoinReportInput,
    ) -> Result<ReportPayload, Fault> {
        let into = ids::decode(ObjectType::Report, &input.into_report_id);
        let target = target(context, &input.report_id, input.revision);
        payload(context, actions::join(context.scope()?, target, into, &input.reason).await)
    }

    /// Takes the joining of a report back: it is in triage again.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn undo_join(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, and why.")] input: UndoJoinInput,
    ) -> Result<ReportPayload, Fault> {
        let target = target(context, &input.report_id, input.revision);
        payload(context, actions::undo_join(context.scope()?, target, &input.reason).await)
    }

    /// Passes a report to another authority, which is told outside this service.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn pass_report_on(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, to whom, and why.")] input: PassReportOnInput,
    ) -> Result<ReportPayload, Fault> {
        let target = target(context, &input.report_id, input.revision);
        payload(context, actions::pass_on(context.scope()?, target, &input.authority, &input.reason).await)
    }

    /// Closes a report with a reason.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn close_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, and why.")] input: CloseReportInput,
    ) -> Result<ReportPayload, Fault> {
        let target = target(context, &input.report_id, input.revision);
        payload(context, actions::close(context.scope()?, target, &input.reason).await)
    }

    /// Takes a report up again that was closed, passed on or accepted. Cases that were opened from it become void; where one
    /// of them was decided on, the report stays accepted.
    #[graphql(directive = guarded::apply(Permission::Decide))]
    async fn reopen_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, and why.")] input: ReopenReportInput,
    ) -> Result<ReportPayload, Fault> {
        let target = target(context, &input.report_id, input.revision);
        payload(context, actions::reopen(context.scope()?, target, &input.reason).await)
    }

    /// Writes a note on a report that only the Centre sees.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn add_note(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, and the note.")] input: AddNoteInput,
    ) -> Result<ReportPayload, Fault> {
        payload(context, add_note(context.scope()?, input).await)
    }
}

async fn request_information(context: &Context<'_>, input: RequestInformationInput) -> Outcome<report::Model> {
    let once = Once::new("requestInformation", &input.idempotency_key, &input)?;
    actions::request_information(
        context.scope()?,
        &once,
        target(context, &input.report_id, input.revision),
        &input.question,
    )
    .await
}

async fn send_notice(context: &Context<'_>, input: SendNoticeInput) -> Outcome<report::Model> {
    let once = Once::new("sendNotice", &input.idempotency_key, &input)?;
    actions::send_notice(context.scope()?, &once, target(context, &input.report_id, input.revision), &input.text).await
}

async fn accept(context: &Context<'_>, input: AcceptReportInput) -> Outcome<report::Model> {
    let once = Once::new("acceptReport", &input.idempotency_key, &input)?;
    actions::accept(context.scope()?, &once, target(context, &input.report_id, input.revision), &input.reason).await
}

async fn add_note(scope: &Scope, input: AddNoteInput) -> Outcome<report::Model> {
    let once = Once::new("addNote", &input.idempotency_key, &input)?;
    actions::add_note(scope, &once, ids::decode(ObjectType::Report, &input.report_id), &input.text).await
}
