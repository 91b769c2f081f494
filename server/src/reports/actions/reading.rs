//! Marking messages as read.

use crate::access::{Action, Change, Policy, Role, Scope, Write};
use crate::error::{Outcome, Problem};
use crate::ids::{self, ObjectType};
use crate::reports::mutations::MarkMessagesReadInput;
use crate::reports::rules::unread;
use entity::report::{self, Model, State};
use entity::{message_reading, report_message};
use sea_orm::ColumnTrait;
use std::collections::HashSet;
use uuid::Uuid;

/// Marks the messages on a report as read by the viewer, up to one of them and with it. Marking twice changes nothing.
pub async fn mark_messages_read(scope: &Scope, input: &MarkMessagesReadInput) -> Outcome<Model> {
    let write = scope.begin().await?;
    let missing = || Problem::not_found("reportId");
    let key = ids::decode(ObjectType::Report, &input.report_id).ok_or_else(missing)?;
    let submitted = report::Column::State.ne(State::Draft);
    let found = write.find::<report::Entity>().by_key(key).filter(submitted).locked().one().await?;
    // Emergency access shows a report, and lets it be changed in nothing.
    let may_work = |row: &Model| report::Entity::may_write(write.viewer(), Change::Update(row));
    let report = found.filter(may_work).ok_or_else(missing)?;
    let of_report = report_message::Column::ReportId.eq(report.id);
    let messages = write.find::<report_message::Entity>().filter(of_report).all().await?;
    let until = ids::decode(ObjectType::ReportMessage, &input.message_id);
    let last = messages.iter().find(|message| Some(message.id) == until);
    let last = last.ok_or_else(|| Problem::not_found("messageId"))?;
    let readings = write.find::<message_reading::Entity>().filter(message_reading::Column::ReportId.eq(report.id));
    let readings = readings.all().await?;
    let reader = write.viewer().membership_id();
    let new = unread(&messages, &readings, reader).filter(|message| message.id <= last.id);
    let mut rows: Vec<_> = new.map(|message| row(&write, message, Some(reader))).collect();
    if rows.is_empty() {
        return Ok(report);
    }
    rows.extend(first_of_the_centre(&write, &rows, &messages, &readings));
    write.insert_parts::<message_reading::Entity>(rows).await?;
    write.audit::<report::Entity>(report.id, Action::MessagesRead).await?;
    write.commit().await?;
    Ok(report)
}

fn row(write: &Write, message: &report_message::Model, membership_id: Option<Uuid>) -> message_reading::Model {
    message_reading::Model {
        id: ids::new_key(write.now()),
        organisation_id: message.organisation_id,
        report_id: message.report_id,
        message_id: message.id,
        reader_organisation_id: write.viewer().organisation_id(),
        membership_id,
        read_at: write.now(),
    }
}

/// Rows that say that the Centre has read messages, where nobody of it had before.
fn first_of_the_centre(
    write: &Write,
    marked: &[message_reading::Model],
    messages: &[report_message::Model],
    readings: &[message_reading::Model],
) -> Vec<message_reading::Model> {
    if !write.viewer().has_any(&[Role::IntakeOfficer, Role::CaseWorker, Role::Supervisor]) {
        return Vec::new();
    }
    let marked: HashSet<Uuid> = marked.iter().map(|row| row.message_id).collect();
    let known: HashSet<Uuid> =
        readings.iter().filter(|row| row.membership_id.is_none()).map(|row| row.message_id).collect();
    let new = messages.iter().filter(|message| marked.contains(&message.id) && !known.contains(&message.id));
    new.map(|message| row(write, message, None)).collect()
}
