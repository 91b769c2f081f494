//! What the Centre sends when it works on reports.

use super::actions::Target;
use crate::deadlines::Deadlines;
use crate::ids::{self, ObjectType};
use crate::reports::Urgency;
use async_graphql::{Context, ID, InputObject};

/// Whom to assign a report to.
#[derive(InputObject)]
pub(super) struct AssignReportInput {
    /// The report.
    pub(super) report_id: ID,
    /// Its revision as you read it.
    pub(super) revision: i32,
    /// An active membership of the Centre in the role of intake officer, case worker or supervisor.
    pub(super) membership_id: ID,
}

/// A question to the organisation that reported.
#[derive(InputObject)]
pub(super) struct RequestInformationInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again asks no second time.
    pub(super) idempotency_key: String,
    /// The report.
    pub(super) report_id: ID,
    /// Its revision as you read it.
    pub(super) revision: i32,
    /// What is missing, at most 10,000 characters. The organisation reads it.
    #[graphql(secret)]
    pub(super) question: String,
}

/// Something to tell the organisation that reported.
#[derive(InputObject)]
pub(super) struct SendNoticeInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again sends no second notice.
    pub(super) idempotency_key: String,
    /// The report.
    pub(super) report_id: ID,
    /// Its revision as you read it.
    pub(super) revision: i32,
    /// The text, at most 10,000 characters. The organisation reads it: no outcome, no shelter, nothing of other persons.
    #[graphql(secret)]
    pub(super) text: String,
}

/// How urgent a report is.
#[derive(InputObject)]
pub(super) struct ChangeUrgencyInput {
    /// The report.
    pub(super) report_id: ID,
    /// Its revision as you read it.
    pub(super) revision: i32,
    /// How soon the Centre should look at it.
    pub(super) urgency: Urgency,
    /// Why, at most 2,000 characters.
    #[graphql(secret)]
    pub(super) reason: String,
}

/// A report to accept.
#[derive(InputObject)]
pub(super) struct AcceptReportInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again opens no second cases.
    pub(super) idempotency_key: String,
    /// The report.
    pub(super) report_id: ID,
    /// Its revision as you read it.
    pub(super) revision: i32,
    /// Why, at most 2,000 characters.
    #[graphql(secret)]
    pub(super) reason: String,
}

/// A report to join to another.
#[derive(InputObject)]
pub(super) struct JoinReportInput {
    /// The report to join.
    pub(super) report_id: ID,
    /// Its revision as you read it.
    pub(super) revision: i32,
    /// The report about the same events to join it to, which is not joined to another itself.
    pub(super) into_report_id: ID,
    /// Why, at most 2,000 characters.
    #[graphql(secret)]
    pub(super) reason: String,
}

/// A report to pass to another authority.
#[derive(InputObject)]
pub(super) struct PassReportOnInput {
    /// The report.
    pub(super) report_id: ID,
    /// Its revision as you read it.
    pub(super) revision: i32,
    /// The authority, at most 200 characters.
    pub(super) authority: String,
    /// Why, at most 2,000 characters.
    #[graphql(secret)]
    pub(super) reason: String,
}

macro_rules! with_reason {
    ($(#[doc = $doc:literal] $name:ident,)*) => {$(
        #[doc = $doc]
        #[derive(InputObject)]
        pub(super) struct $name {
            /// The report.
            pub(super) report_id: ID,
            /// Its revision as you read it.
            pub(super) revision: i32,
            /// Why, at most 2,000 characters.
            #[graphql(secret)]
            pub(super) reason: String,
        }
    )*};
}

with_reason! {
    /// A joining to undo.
    UndoJoinInput,
    /// A report to close.
    CloseReportInput,
    /// A report to reopen.
    ReopenReportInput,
}

/// A note on a report.
#[derive(InputObject)]
pub(super) struct AddNoteInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again writes no second note.
    pub(super) idempotency_key: String,
    /// The report.
    pub(super) report_id: ID,
    /// The text, at most 10,000 characters.
    #[graphql(secret)]
    pub(super) text: String,
}

/// The report that an input names.
pub(super) fn target(context: &Context<'_>, report: &ID, revision: i32) -> Target {
    let deadlines = context.data_unchecked::<Deadlines>().clone();
    Target { key: ids::decode(ObjectType::Report, report), revision, deadlines }
}
