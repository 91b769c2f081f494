//! Announcing files, and taking back what was not handed in yet.

use super::mutations::AddAttachmentInput;
use super::rules::{self, Terms};
use crate::access::sealing::FileKey;
use crate::access::{Action, Change, Policy, Role, Scope, Write};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::language::Message;
use crate::retention::rules::not_erased;
use entity::attachment::{self, Column, Model, State};
use entity::report;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Announces a file for a report: one's own draft, a submitted report of one's organisation, or one that the Centre works on.
pub(super) async fn announce(scope: &Scope, terms: Terms, input: &AddAttachmentInput) -> Outcome<Model> {
    let once = Once::new("addAttachment", &input.idempotency_key, input)?;
    let write = scope.begin().await?;
    let missing = || Problem::not_found("reportId");
    let key = ids::decode(ObjectType::Report, &input.report_id).ok_or_else(missing)?;
    let report = open_report(&write, key, "reportId").await?;
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        let gone = || Problem::not_found("idempotencyKey");
        return Ok(write.find::<attachment::Entity>().by_key(earlier).one().await?.ok_or_else(gone)?);
    }
    let of_centre = is_the_centre(&write);
    let side = Condition::all().add(Column::ReportId.eq(report.id)).add(Column::OfCentre.eq(of_centre));
    let taken = write.find::<attachment::Entity>().filter(side).all().await?;
    let taken: Vec<i32> = taken.into_iter().map(|attachment| attachment.position).collect();
    let row = Model {
        id,
        organisation_id: report.organisation_id,
        report_id: report.id,
        author_id: write.viewer().membership_id(),
        of_centre,
        position: rules::position(&taken, terms)?,
        state: State::Expected,
        kind: None,
        size: 0,
        object: String::new(),
        digest: Vec::new(),
        secret: FileKey::new_secret(),
        created_at: write.now(),
        received_at: None,
    };
    let row = write.insert_part::<attachment::Entity>(row).await?;
    touch(&write, &report).await?;
    write.audit::<report::Entity>(report.id, Action::AttachmentAnnounced).await?;
    write.commit().await?;
    Ok(row)
}

/// Whether the viewer acts for the Centre's work on reports.
fn is_the_centre(write: &Write) -> bool {
    write.viewer().has_any(&[Role::IntakeOfficer, Role::CaseWorker, Role::Supervisor])
}

/// A report that takes files from the viewer, locked. Whoever may not change it, because it was opened in an emergency, say,
/// adds nothing to it.
pub(super) async fn open_report(write: &Write, key: Uuid, path: &str) -> Outcome<report::Model> {
    let missing = || Problem::not_found(path);
    let report = write.find::<report::Entity>().by_key(key).locked().one().await?.ok_or_else(missing)?;
    if !report::Entity::may_write(write.viewer(), Change::Update(&report)) {
        return Err(missing().into());
    }
    not_erased(&report, path)?;
    rules::is_open(&report, path)?;
    Ok(report)
}

/// Notes that a report was worked on. What the Centre adds for itself leaves no trace that a partner sees.
pub(super) async fn touch(write: &Write, report: &report::Model) -> Outcome<()> {
    if is_the_centre(write) && report.state != report::State::Draft {
        return Ok(());
    }
    let after = report::Model { updated_at: write.now(), ..report.clone() };
    Ok(write.update_part::<report::Entity>(report, after).await?)
}

/// Takes back a file that one announced: while it has not come, or while the report is a draft. Answers what it was.
pub(super) async fn remove(scope: &Scope, key: Option<Uuid>) -> Outcome<Model> {
    let missing = || Problem::not_found("attachmentId");
    let write = scope.begin().await?;
    let own = Column::AuthorId.eq(write.viewer().membership_id());
    let key = key.ok_or_else(missing)?;
    let found = write.find::<attachment::Entity>().by_key(key).filter(own.clone()).one().await?.ok_or_else(missing)?;
    let report = open_report(&write, found.report_id, "attachmentId").await?;
    // The report's lock stands for those of its files: whoever changes one takes it first.
    let row = write.find::<attachment::Entity>().by_key(key).filter(own).one().await?.ok_or_else(missing)?;
    if row.state != State::Expected && report.state != report::State::Draft {
        let message = Message::new("attachment-handed-in");
        return Err(Problem::new(UserErrorCode::WrongState, "attachmentId", message).into());
    }
    write.delete_parts::<attachment::Entity>(Condition::all().add(Column::Id.eq(row.id))).await?;
    touch(&write, &report).await?;
    write.audit::<report::Entity>(report.id, Action::AttachmentRemoved).await?;
    write.commit().await?;
    Ok(row)
}
