//! What the Centre sees of its work on reports.

use super::rules;
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::organisations::Membership;
use crate::reports::{ReportState, Urgency, note_read, rules as report_rules};
use crate::text::Text;
use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use entity::{internal_note, report_event};

/// What can happen to a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Transition")]
pub enum ReportTransition {
    /// The organisation submitted a draft.
    Submit,
    /// The Centre gave the report to one of its staff.
    Assign,
    /// The Centre asked for what is missing.
    RequestInformation,
    /// The organisation answered.
    Answer,
    /// The Centre said how urgent the report is.
    ChangeUrgency,
    /// The Centre accepted the report: each person has a case.
    Accept,
    /// The Centre joined the report to another about the same events.
    Join,
    /// The Centre took the joining back.
    UndoJoin,
    /// The Centre passed the report to another authority.
    PassOn,
    /// The Centre closed the report.
    Close,
    /// A supervisor took the report up again.
    Reopen,
}

/// A transition of a report: who, when, why.
pub struct ReportEvent(pub(super) report_event::Model);

/// A transition of a report: who, when, why.
#[Object]
impl ReportEvent {
    /// Opaque id.
    async fn id(&self) -> ID {
        ids::encode(ObjectType::ReportEvent, self.0.id).into()
    }

    /// What happened.
    async fn transition(&self) -> Result<ReportTransition, Fault> {
        let known = rules::Transition::from_name(&self.0.transition).ok_or(Fault::Internal)?;
        Ok(known.into())
    }

    /// The state before.
    async fn from(&self) -> ReportState {
        self.0.from_state.into()
    }

    /// The state after.
    async fn to(&self) -> ReportState {
        self.0.to_state.into()
    }

    /// The member who acted.
    async fn actor(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        Membership::load(context, self.0.actor_id).await
    }

    /// Whom the report was assigned to; null for every other transition.
    async fn assignee(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match self.0.assignee_id {
            Some(key) => Membership::load(context, key).await,
            None => Ok(None),
        }
    }

    /// The urgency that the report was given; null for every other transition.
    async fn urgency(&self) -> Option<Urgency> {
        self.0.urgency.map(|column| report_rules::Urgency::of_column(column).into())
    }

    /// Why. Passing on names the authority first. Null where no reason was asked for, and where the report's key was damaged: then
    /// the audit trail alone has it.
    async fn reason(&self, context: &Context<'_>) -> Result<Option<Text<'_>>, Fault> {
        if !self.0.reason.is_empty() {
            note_read(context, self.0.report_id)?;
        }
        Ok(Text::written(&self.0.reason))
    }

    /// When.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }
}

/// A note of the Centre on a report. No partner ever sees one.
pub struct Note(pub(super) internal_note::Model);

/// A note of the Centre on a report. No partner ever sees one.
#[Object]
impl Note {
    /// Opaque id.
    async fn id(&self) -> ID {
        ids::encode(ObjectType::InternalNote, self.0.id).into()
    }

    /// The text.
    async fn text(&self) -> Option<Text<'_>> {
        Text::of(&self.0.text)
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// The member of the Centre who wrote it.
    async fn author(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        Membership::load(context, self.0.author_id).await
    }
}

/// Whether the viewer sees the Centre's work on the reports that it sees.
pub fn sees_work(context: &Context<'_>) -> Result<bool, Fault> {
    use crate::access::Role::{CaseWorker, IntakeOfficer, Supervisor};
    Ok(context.scope()?.viewer().has_any(&[IntakeOfficer, CaseWorker, Supervisor]))
}
