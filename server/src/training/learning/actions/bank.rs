//! The bank of questions. A version is written once; what changes later is only that it retires.

use crate::access::{Action, Scope, Write};
use crate::error::{Outcome, Problem};
use crate::idempotency::Once;
use crate::ids;
use crate::training::learning::rules::questions::{Content, check};
use crate::training::learning::rules::{column, wrong_state};
use entity::question::{self, Model};
use uuid::Uuid;

/// Writes a question into the bank of the viewer's organisation.
pub(crate) async fn write_question(scope: &Scope, once: &Once, content: Content, right: &[i32]) -> Outcome<Model> {
    let content = check(content, right)?;
    let write = scope.begin().await?;
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        return question(&write, Some(earlier)).await;
    }
    let row = version(&write, id, id, 1, content);
    let row = write.insert::<question::Entity>(row, Action::QuestionWritten).await?;
    write.commit().await?;
    Ok(row)
}

/// Writes a new version of a question, and retires the one before. Tests that ask the old one go on asking it.
pub(crate) async fn revise(
    scope: &Scope,
    once: &Once,
    key: Option<Uuid>,
    content: Content,
    right: &[i32],
) -> Outcome<Model> {
    let write = scope.begin().await?;
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        return question(&write, Some(earlier)).await;
    }
    let before = in_use(&write, key).await?;
    let content = check(content, right)?;
    let row = version(&write, id, before.lineage_id, before.version + 1, content);
    write.update_part::<question::Entity>(&before, retired(&write, &before)).await?;
    let row = write.insert::<question::Entity>(row, Action::QuestionWritten).await?;
    write.commit().await?;
    Ok(row)
}

/// Retires a question: no new test asks it.
pub(crate) async fn retire(scope: &Scope, key: Option<Uuid>) -> Outcome<Model> {
    let write = scope.begin().await?;
    let before = in_use(&write, key).await?;
    let after = retired(&write, &before);
    let after = write.update::<question::Entity>(&before, after, Action::QuestionRetired).await?;
    write.commit().await?;
    Ok(after)
}

async fn question(write: &Write, key: Option<Uuid>) -> Outcome<Model> {
    let missing = || Problem::not_found("questionId");
    let found = write.find::<question::Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?;
    Ok(found.ok_or_else(missing)?)
}

/// A question that has not retired.
async fn in_use(write: &Write, key: Option<Uuid>) -> Outcome<Model> {
    let question = question(write, key).await?;
    if question.retired_at.is_some() {
        return Err(wrong_state("questionId", "question-retired").into());
    }
    Ok(question)
}

fn retired(write: &Write, question: &Model) -> Model {
    Model { retired_at: Some(write.now()), ..question.clone() }
}

fn version(write: &Write, id: Uuid, lineage_id: Uuid, version: i32, content: Content) -> Model {
    Model {
        id,
        organisation_id: write.viewer().organisation_id(),
        lineage_id,
        version,
        kind: content.kind,
        text: content.text,
        options: column(&content.options),
        right_options: column(&content.right),
        expected: content.expected,
        points: content.points,
        topic: content.topic,
        indicator_set: content.indicator_set,
        author_id: write.viewer().membership_id(),
        created_at: write.now(),
        retired_at: None,
    }
}
