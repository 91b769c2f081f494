//! What is done to reports by those who write them: drafts, submission, messages.

mod content;
mod drafts;
mod messages;
mod reading;
mod submission;

pub(super) use drafts::{create_draft, discard_draft, update_draft};
pub(super) use messages::{add_information, answer_information_request, request_withdrawal};
pub use messages::{expect_room, next_key};
pub(super) use reading::mark_messages_read;
#[cfg(test)]
pub(super) use submission::submit_under;
pub(super) use submission::{Desk, submit};

use super::rules::Content;
use crate::access::{Order, Result, Write};
use crate::context::Channel as Request;
use crate::error::{Outcome, Problem};
use entity::organisation::Kind;
use entity::report::Channel;
use entity::{person, person_identity, report, ticked_indicator};
use sea_orm::ColumnTrait;
use uuid::Uuid;

/// How a report comes in: what the Centre's own members write was told to them.
fn channel(write: &Write, request: Option<Request>) -> Channel {
    let centre = write.viewer().membership().is_some_and(|acting| acting.organisation_kind == Kind::Centre);
    match request {
        _ if centre => Channel::Phone,
        Some(Request::Browser) => Channel::Portal,
        Some(Request::Token) | None => Channel::Api,
    }
}

/// The report that an earlier use of an idempotency key led to, where the viewer still sees it.
async fn earlier(write: &Write, key: Uuid) -> Outcome<report::Model> {
    Ok(write.find::<report::Entity>().by_key(key).one().await?.ok_or_else(|| Problem::not_found(""))?)
}

/// A report with its parts, as the database has them.
async fn with_parts(write: &Write, report: report::Model) -> Result<Content> {
    let persons = write
        .find::<person::Entity>()
        .filter(person::Column::ReportId.eq(report.id))
        .order(&[Order::ascending(person::Column::Position)])
        .all()
        .await?;
    let identities = write.find::<person_identity::Entity>();
    let identities = identities.filter(person_identity::Column::ReportId.eq(report.id)).all().await?;
    let ticks = write
        .find::<ticked_indicator::Entity>()
        .filter(ticked_indicator::Column::ReportId.eq(report.id))
        .order(&[Order::ascending(ticked_indicator::Column::Id)])
        .all()
        .await?;
    Ok(Content { report, persons, identities, ticks })
}

/// Adds the parts of a report.
async fn insert_parts(write: &Write, content: Content) -> Result<()> {
    write.insert_parts::<person::Entity>(content.persons).await?;
    write.insert_parts::<person_identity::Entity>(content.identities).await?;
    write.insert_parts::<ticked_indicator::Entity>(content.ticks).await
}
