//! Reports: what partners, and the Centre for those who tell it, say about persons of concern.
//!
//! A draft is its author's and expires when nobody touches it. A submitted report has a reference, its content never
//! changes again, and what is learned later is added as a message. What the Centre does with it stands in `triage`.

mod actions;
mod loader;
mod mutations;
mod queries;
pub mod rules;
mod subscriptions;
#[cfg(test)]
mod tests;
mod types;

pub use actions::{expect_room, next_key};
pub use loader::Loader;
pub use mutations::{ReportMutations, ReportPayload};
pub use queries::{ReportQueries, child_involved};
pub use subscriptions::ReportSubscriptions;
pub use types::{
    AgeBand, Answer, Identity, KeptDays, Message, MessageKind, Person, Report, ReportChannel, ReportState,
    ReportStatus, Sex, Urgency,
};

use crate::access::Action;
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::ObjectType;
use async_graphql::Context;
use uuid::Uuid;

/// The prefix of references of reports, for preliminary identification.
pub const REFERENCE_PREFIX: &str = "PI";

/// Notes that content of a report was read.
pub fn note_read(context: &Context<'_>, report: Uuid) -> Result<(), Fault> {
    context.scope()?.note_read(Action::ReportRead, ObjectType::Report, report);
    Ok(())
}

/// A text, where something is written in it.
fn written(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
