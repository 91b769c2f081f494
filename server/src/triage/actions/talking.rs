//! What is written about a report or read of it without a transition: notices and notes.

use super::step::{self, Target};
use crate::access::{Action, Scope, Write};
use crate::error::Outcome;
use crate::idempotency::Once;
use crate::ids;
use crate::reports;
use crate::triage::rules;
use entity::report_message::{self, Kind};
use entity::{internal_note, report};
use sea_orm::ColumnTrait;
use uuid::Uuid;

/// Adds a message of the viewer to a report, where it takes one more of its kind.
pub(super) async fn message(write: &Write, report: &report::Model, kind: Kind, text: String) -> Outcome<()> {
    reports::expect_room(write, report, kind).await?;
    let row = report_message::Model {
        id: reports::next_key(write, report.id).await?,
        organisation_id: report.organisation_id,
        report_id: report.id,
        author_id: write.viewer().membership_id(),
        kind,
        in_reply_to_id: None,
        text,
        created_at: write.now(),
    };
    write.insert_part::<report_message::Entity>(row).await?;
    Ok(())
}

/// Tells the partner something beside the status. A message is no step: the revision stays.
pub(in crate::triage) async fn send_notice(
    scope: &Scope,
    once: &Once,
    target: Target,
    text: &str,
) -> Outcome<report::Model> {
    let text = rules::required_text(text, "text", rules::LONGEST_TEXT)?;
    let write = scope.begin().await?;
    if let Some(done) = step::done_before(&write, once, target.key).await? {
        return Ok(done);
    }
    let before = step::visible_report(&write, target.key).await?;
    step::hold(&write, &before, target.revision).await?;
    message(&write, &before, Kind::Notice, text).await?;
    let after = report::Model { updated_at: write.now(), ..before.clone() };
    let after = write.update::<report::Entity>(&before, after, Action::NoticeSent).await?;
    write.commit().await?;
    Ok(after)
}

/// Writes an internal note on a report. It changes nothing that a partner could see, the revision included.
pub(in crate::triage) async fn add_note(
    scope: &Scope,
    once: &Once,
    key: Option<Uuid>,
    text: &str,
) -> Outcome<report::Model> {
    let text = rules::required_text(text, "text", rules::LONGEST_TEXT)?;
    let write = scope.begin().await?;
    if let Some(done) = step::done_before(&write, once, key).await? {
        return Ok(done);
    }
    let report = step::visible_report(&write, key).await?;
    let notes = write.find::<internal_note::Entity>().filter(internal_note::Column::ReportId.eq(report.id));
    rules::one_more_note(notes.count().await?, "reportId")?;
    let row = internal_note::Model {
        id: ids::new_key(write.now()),
        organisation_id: report.organisation_id,
        report_id: report.id,
        author_id: write.viewer().membership_id(),
        text,
        created_at: write.now(),
    };
    write.insert_part::<internal_note::Entity>(row).await?;
    write.audit::<report::Entity>(report.id, Action::NoteAdded).await?;
    write.commit().await?;
    Ok(report)
}
