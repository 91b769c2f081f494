//! Writing reports.

use super::actions::{self, Desk};
use super::types::{Report, ReportContentInput};
use crate::access::{Permission, guarded};
use crate::context::Channel;
use crate::context::RequestContext;
use crate::deadlines::Deadlines;
use crate::error::{Fault, UserError};
use crate::ids::{self, ObjectType};
use crate::language::{Language, Message};
use crate::payload;
use crate::reports::rules::Urgency;
use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use chrono::{DateTime, Utc};
use entity::report;

/// A draft to begin.
#[derive(InputObject)]
pub struct CreateDraftInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again makes no second draft.
    pub idempotency_key: String,
    /// What is known so far.
    #[graphql(secret)]
    pub content: ReportContentInput,
}

/// Messages that were read.
#[derive(InputObject)]
pub struct MarkMessagesReadInput {
    /// The report.
    pub report_id: ID,
    /// The last message that was read: those before it were too.
    pub message_id: ID,
}

/// Other content for a draft.
#[derive(InputObject)]
pub struct UpdateDraftInput {
    /// The draft.
    pub report_id: ID,
    /// Its revision as you read it.
    pub revision: i32,
    /// The whole content: it takes the place of what was there, persons, indicators and identities included.
    #[graphql(secret)]
    pub content: ReportContentInput,
}

/// A draft to throw away.
#[derive(InputObject)]
pub struct DiscardDraftInput {
    /// The draft.
    pub report_id: ID,
}

/// A report to submit.
#[derive(InputObject)]
pub struct SubmitReportInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again makes no second report.
    pub idempotency_key: String,
    /// A draft, or the content of a report.
    #[graphql(secret)]
    pub report: ReportToSubmitInput,
}

/// Either a draft or a report given whole.
#[derive(OneofObject)]
#[expect(clippy::large_enum_variant, reason = "it lives for as long as one mutation")]
pub enum ReportToSubmitInput {
    /// A draft of yours.
    Draft(DraftToSubmitInput),
    /// The content of a report for which there is no draft.
    Content(ReportContentInput),
}

/// A draft to submit.
#[derive(InputObject)]
pub struct DraftToSubmitInput {
    /// The draft.
    pub report_id: ID,
    /// Its revision as you read it, so that you submit what you see.
    pub revision: i32,
}

/// What you learned since.
#[derive(InputObject)]
pub struct AddInformationInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again adds nothing.
    pub idempotency_key: String,
    /// The submitted report.
    pub report_id: ID,
    /// The text, at most 20,000 characters.
    #[graphql(secret)]
    pub text: String,
}

/// A report that you would rather withdraw.
#[derive(InputObject)]
pub struct RequestWithdrawalInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again asks only once.
    pub idempotency_key: String,
    /// The submitted report.
    pub report_id: ID,
    /// Why, at most 20,000 characters.
    #[graphql(secret)]
    pub reason: String,
}

/// An answer to the Centre's question.
#[derive(InputObject)]
pub struct AnswerInformationRequestInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again answers only once.
    pub idempotency_key: String,
    /// The report.
    pub report_id: ID,
    /// The message with the Centre's question.
    pub message_id: ID,
    /// The answer, at most 20,000 characters.
    #[graphql(secret)]
    pub text: String,
}

payload! {
    /// Answer to a change of a report.
    ReportPayload {
        /// The report as it is now; null where the change was refused.
        report: Report,
    }
}

payload! {
    /// Answer to `discardDraft`.
    DiscardDraftPayload {
        /// The id of the draft that is gone; null where it was refused.
        discarded_id: ID,
    }
}

/// Answer to `submitReport`.
#[derive(SimpleObject)]
struct SubmitReportPayload {
    /// The report as it is now; null where it was refused.
    report: Option<Report>,
    /// The receipt: whoever has it knows that the report is kept. Null where it was refused.
    receipt: Option<Receipt>,
    /// Why it was refused; empty where it was done.
    user_errors: Vec<UserError>,
}

/// What a reporter keeps of a report.
#[derive(SimpleObject)]
struct Receipt {
    /// The number to speak of the report, with a check digit.
    reference: String,
    /// When it was submitted.
    submitted_at: DateTime<Utc>,
    /// What happens next, in the language of the request.
    message: String,
}

impl Receipt {
    fn of(report: &report::Model, language: Language) -> Option<Self> {
        let message = match Urgency::of_column(report.reported_urgency) {
            Urgency::Immediate => Message::new("receipt-immediate"),
            Urgency::Urgent | Urgency::Ordinary => Message::new("receipt"),
        };
        let message = language.say(&message);
        Some(Self { reference: report.reference.clone()?, submitted_at: report.submitted_at?, message })
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct ReportMutations;

#[Object]
impl ReportMutations {
    /// Begins a draft, which only you see. It is removed when nobody touches it for 28 days.
    #[graphql(directive = guarded::apply(Permission::WriteReports))]
    async fn create_draft(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is known so far.")] input: CreateDraftInput,
    ) -> Result<ReportPayload, Fault> {
        let catalogue = context.catalogue().await?;
        let channel = context.data_opt::<Channel>().copied();
        let outcome = actions::create_draft(context.scope()?, &catalogue, channel, &input).await;
        Ok(context.answer(outcome.map(Report::from))?.into())
    }

    /// Gives a draft of yours other content. Refused where it has changed since you read it; the error says in which
    /// sections.
    #[graphql(directive = guarded::apply(Permission::WriteReports))]
    async fn update_draft(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which draft, and its whole content.")] input: UpdateDraftInput,
    ) -> Result<ReportPayload, Fault> {
        let catalogue = context.catalogue().await?;
        let outcome = actions::update_draft(context.scope()?, &catalogue, &input).await;
        Ok(context.answer(outcome.map(Report::from))?.into())
    }

    /// Throws a draft of yours away. Nothing of it is kept.
    #[graphql(directive = guarded::apply(Permission::WriteReports))]
    async fn discard_draft(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which draft.")] input: DiscardDraftInput,
    ) -> Result<DiscardDraftPayload, Fault> {
        let outcome = actions::discard_draft(context.scope()?, &input.report_id).await;
        Ok(context.answer(outcome.map(|key| ids::encode(ObjectType::Report, key).into()))?.into())
    }

    /// Submits a report to the Centre. It needs a person, and observations or one ticked indicator; nothing else. Its content
    /// cannot be changed afterwards: add what you learn with `addInformation`.
    #[graphql(directive = guarded::apply(Permission::WriteReports))]
    async fn submit_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "A draft, or the content of a report.")] input: SubmitReportInput,
    ) -> Result<SubmitReportPayload, Fault> {
        let catalogue = context.catalogue().await?;
        let (deadlines, request) = (context.data_unchecked::<Deadlines>(), context.data_opt::<Channel>().copied());
        let desk = Desk { catalogue: &catalogue, deadlines, request };
        let outcome = actions::submit(context.scope()?, &desk, &input).await;
        let answer = context.answer(outcome)?;
        let receipt = answer.object.as_ref().and_then(|report| Receipt::of(report, context.language()));
        Ok(SubmitReportPayload { report: answer.object.map(Report::from), receipt, user_errors: answer.user_errors })
    }

    /// Adds what you learned to a report that your organisation submitted.
    #[graphql(directive = guarded::apply(Permission::WriteReports))]
    async fn add_information(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, and the text.")] input: AddInformationInput,
    ) -> Result<ReportPayload, Fault> {
        let outcome = actions::add_information(context.scope()?, &input).await;
        Ok(context.answer(outcome.map(Report::from))?.into())
    }

    /// Asks the Centre to withdraw a report that your organisation submitted. The Centre decides; the report is not removed.
    #[graphql(directive = guarded::apply(Permission::WriteReports))]
    async fn request_withdrawal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, and why.")] input: RequestWithdrawalInput,
    ) -> Result<ReportPayload, Fault> {
        let outcome = actions::request_withdrawal(context.scope()?, &input).await;
        Ok(context.answer(outcome.map(Report::from))?.into())
    }

    /// Answers the Centre's question about a report that your organisation submitted.
    #[graphql(directive = guarded::apply(Permission::WriteReports))]
    async fn answer_information_request(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which question, and the answer.")] input: AnswerInformationRequestInput,
    ) -> Result<ReportPayload, Fault> {
        let outcome = actions::answer_information_request(context.scope()?, context.data_unchecked(), &input).await;
        Ok(context.answer(outcome.map(Report::from))?.into())
    }
    /// Marks the messages on a report as read by you, up to one of them and with it. The other side learns that they were read.
    #[graphql(directive = guarded::apply(Permission::ReadReports))]
    async fn mark_messages_read(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, and up to which message.")] input: MarkMessagesReadInput,
    ) -> Result<ReportPayload, Fault> {
        let outcome = actions::mark_messages_read(context.scope()?, &input).await;
        Ok(context.answer(outcome.map(Report::from))?.into())
    }
}
