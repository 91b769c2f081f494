//! Values of a report's fields.

use crate::reports::rules;
use async_graphql::Enum;
use entity::{answer, person, report, report_message};

/// An answer of someone who may not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "answer::Answer")]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Not known, or disputed.
    Unsure,
}

/// How a report came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "report::Channel")]
pub enum ReportChannel {
    /// Written by a person in a browser.
    Portal,
    /// Sent by software with an access token.
    Api,
    /// Told to the Centre, by telephone for example, and noted down by it.
    Phone,
}

/// Where a report stands, for everybody who sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Status")]
pub enum ReportStatus {
    /// Being written. Only its author sees it.
    Draft,
    /// The Centre has it.
    Received,
    /// The Centre works on it.
    InAssessment,
    /// The Centre waits for an answer of the organisation that reported: see the last message.
    MoreInformationNeeded,
    /// The Centre's work on it has ended.
    Closed,
}

/// Where a report stands, for the Centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "report::State")]
pub enum ReportState {
    /// Being written; only its author sees it.
    Draft,
    /// Received; nobody has taken it up.
    Submitted,
    /// Taken up by the Centre.
    InTriage,
    /// The Centre waits for an answer of the partner.
    MoreInformationNeeded,
    /// Accepted: each person has a case.
    Accepted,
    /// Joined to another report.
    Joined,
    /// Passed to another authority.
    PassedOn,
    /// Closed with a reason.
    Closed,
}

/// How soon the Centre should look at a report. It follows from the answers about danger, the exploiter and children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Urgency")]
pub enum Urgency {
    /// Somebody is in danger now.
    Immediate,
    /// The suspected exploiter is near, or somebody is treated as a child.
    Urgent,
    /// Neither.
    Ordinary,
}

/// Estimated age, in years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "person::AgeBand")]
pub enum AgeBand {
    /// Under 12.
    #[graphql(name = "UNDER_12")]
    Under12,
    /// 12 to 14.
    #[graphql(name = "FROM_12_TO_14")]
    From12To14,
    /// 15 to 17.
    #[graphql(name = "FROM_15_TO_17")]
    From15To17,
    /// 18 to 24.
    #[graphql(name = "FROM_18_TO_24")]
    From18To24,
    /// 25 to 39.
    #[graphql(name = "FROM_25_TO_39")]
    From25To39,
    /// 40 to 59.
    #[graphql(name = "FROM_40_TO_59")]
    From40To59,
    /// 60 or more.
    #[graphql(name = "FROM_60")]
    Over60,
}

/// Sex, as far as known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "person::Sex")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Another.
    Other,
    /// Not known.
    Unknown,
}

/// Kinds of message on a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "report_message::Kind")]
pub enum MessageKind {
    /// The organisation that reported adds what it learned.
    Information,
    /// The Centre asks for what is missing.
    Request,
    /// The organisation that reported answers a request.
    Answer,
    /// The organisation that reported asks to withdraw the report.
    WithdrawalRequest,
    /// The Centre tells the organisation something beside the status.
    Notice,
}
