//! Drafts: begun, changed and thrown away by their author, and by nobody else.

use super::content::Reader;
use super::{channel, earlier, insert_parts, with_parts};
use crate::access::{Action, Scope, Write};
use crate::context::Channel as Request;
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::indicators::Catalogue;
use crate::language::Message;
use crate::reports::mutations::{CreateDraftInput, UpdateDraftInput};
use crate::reports::rules::{Content, Section, Sections, Urgency};
use async_graphql::ID;
use entity::answer::Answer;
use entity::report::{self, Column, State};
use entity::{person, report::Model};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Begins a draft.
pub async fn create_draft(
    scope: &Scope,
    catalogue: &Catalogue,
    request: Option<Request>,
    input: &CreateDraftInput,
) -> Outcome<Model> {
    let once = Once::new("createDraft", &input.idempotency_key, input)?;
    let write = scope.begin().await?;
    let id = ids::new_key(write.now());
    if let Some(key) = once.claim(&write, id).await? {
        return earlier(&write, key).await;
    }
    let reader = Reader { now: write.now(), today: write.today(), catalogue };
    let content = reader.read(&input.content, &blank(&write, id, request), "content")?;
    let draft = write.insert::<report::Entity>(content.report.clone(), Action::DraftCreated).await?;
    insert_parts(&write, content).await?;
    write.commit().await?;
    Ok(draft)
}

/// Gives a draft other content.
pub async fn update_draft(scope: &Scope, catalogue: &Catalogue, input: &UpdateDraftInput) -> Outcome<Model> {
    let write = scope.begin().await?;
    let row = draft(&write, &input.report_id, "reportId").await?;
    refuse_stale(&row, input.revision, "revision")?;
    let before = with_parts(&write, row).await?;
    let reader = Reader { now: write.now(), today: write.today(), catalogue };
    let mut after = reader.read(&input.content, &before, "content")?;
    let changed = Sections::differing(&before, &after);
    after.report.updated_at = write.now();
    if !changed.is_empty() {
        after.report.revision += 1;
        let sections = Sections::of_column(&before.report.section_revisions);
        after.report.section_revisions = sections.noting(&changed, after.report.revision).column();
    }
    let draft = write.update::<report::Entity>(&before.report, after.report.clone(), Action::DraftUpdated).await?;
    if changed.contains(&Section::Persons) {
        // Indicators and identities go with their persons.
        let all = Condition::all().add(person::Column::ReportId.eq(draft.id));
        write.delete_parts::<person::Entity>(all).await?;
        insert_parts(&write, after).await?;
    }
    write.commit().await?;
    Ok(draft)
}

/// Throws a draft away, with everything in it.
pub async fn discard_draft(scope: &Scope, id: &ID) -> Outcome<Uuid> {
    let write = scope.begin().await?;
    let row = draft(&write, id, "reportId").await?;
    write.delete::<report::Entity>(&row, Action::DraftDiscarded).await?;
    write.commit().await?;
    Ok(row.id)
}

/// Finds the viewer's own draft, locked. `path` leads to the id in the input.
pub(super) async fn draft(write: &Write, id: &ID, path: &str) -> Outcome<Model> {
    let missing = || Problem::not_found(path);
    let key = ids::decode(ObjectType::Report, id).ok_or_else(missing)?;
    let own = Column::AuthorId.eq(write.viewer().membership_id());
    let found = write.find::<report::Entity>().by_key(key).filter(own).locked().one().await?;
    let found = found.ok_or_else(missing)?;
    if found.state != State::Draft {
        let message = Message::new("submitted-already").with("reference", found.reference.unwrap_or_default());
        return Err(Problem::new(UserErrorCode::WrongState, path, message).into());
    }
    Ok(found)
}

/// Holds a draft against the revision that the client saw, and says what changed since. `path` leads to the revision in
/// the input.
pub(super) fn refuse_stale(row: &Model, revision: i32, path: &str) -> Result<(), Problem> {
    if row.revision == revision {
        return Ok(());
    }
    let changed = Sections::of_column(&row.section_revisions).changed_since(revision);
    let message = if changed.is_empty() {
        Message::new("stale-draft")
    } else {
        Message::new("stale-draft-sections").with_messages("sections", changed.into_iter().map(Section::in_words))
    };
    Err(Problem::new(UserErrorCode::Stale, path, message))
}

/// A draft of the viewer's, begun now, in which nothing is said yet.
pub(super) fn blank(write: &Write, id: Uuid, request: Option<Request>) -> Content {
    let (now, viewer) = (write.now(), write.viewer());
    let report = Model {
        id,
        organisation_id: viewer.organisation_id(),
        author_id: viewer.membership_id(),
        reference: None,
        channel: channel(write, request),
        state: State::Draft,
        urgency: Urgency::Ordinary.column(),
        reported_urgency: Urgency::Ordinary.column(),
        revision: 1,
        section_revisions: Sections::default().column(),
        begun_on: write.today(),
        created_at: now,
        updated_at: now,
        submitted_at: None,
        reporter_function: String::new(),
        reporter_contact: String::new(),
        on_behalf_of: String::new(),
        may_call_back: false,
        danger_now: Answer::Unsure,
        exploiter_near: Answer::Unsure,
        observations: String::new(),
        observed_from: None,
        observed_until: None,
        municipality_code: None,
        place: String::new(),
        suspected_forms: "[]".to_owned(),
        exploitation_place: String::new(),
        actions_taken: String::new(),
        person_knows: Answer::Unsure,
        assignee_id: None,
        joined_to_id: None,
        withdrawal_requested_at: None,
        sealing_key_id: None,
        sealing_key: Vec::new(),
    };
    Content { report, persons: Vec::new(), identities: Vec::new(), ticks: Vec::new() }
}
