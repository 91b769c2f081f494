//! Evaluating a session, and saying until when it can be.

use super::{own_place, trained_session};
use crate::access::{Action, Scope};
use crate::clock::storable;
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::ids;
use crate::language::Message;
use crate::training::learning::rules::evaluation;
use crate::training::learning::rules::{column, wrong_state};
use chrono::{DateTime, Utc};
use entity::session_evaluation::{self, Model};
use entity::{evaluation_answered, training_session};
use sea_orm::ColumnTrait;
use uuid::Uuid;

/// Lets a session be evaluated until this instant, or says so anew while it can be.
pub(crate) async fn open_evaluation(scope: &Scope, key: Option<Uuid>, closes_at: DateTime<Utc>) -> Outcome<Model> {
    let write = scope.begin().await?;
    let session = trained_session(&write, key).await?;
    let before = write.find::<session_evaluation::Entity>().by_key(session.id).locked().one().await?;
    let window = evaluation::window(&session, before.as_ref(), storable(closes_at), write.now())?;
    match before {
        Some(before) => write.update_part::<session_evaluation::Entity>(&before, window.clone()).await?,
        None => {
            write.insert_part::<session_evaluation::Entity>(window.clone()).await?;
        }
    }
    write.audit::<training_session::Entity>(session.id, Action::EvaluationOpened).await?;
    write.commit().await?;
    Ok(window)
}

/// Ends the evaluation of a session now. It is not opened again: its results may be shown from now on.
pub(crate) async fn close_evaluation(scope: &Scope, key: Option<Uuid>) -> Outcome<Model> {
    let write = scope.begin().await?;
    let session = trained_session(&write, key).await?;
    let before = write.find::<session_evaluation::Entity>().by_key(session.id).locked().one().await?;
    evaluation::may_evaluate(before.as_ref(), write.now())?;
    let before = before.ok_or_else(|| wrong_state("sessionId", "evaluation-not-open"))?;
    let after = Model { closes_at: write.now(), ..before.clone() };
    if after.closes_at <= after.opens_at {
        return Err(wrong_state("sessionId", "evaluation-not-open").into());
    }
    write.update_part::<session_evaluation::Entity>(&before, after.clone()).await?;
    write.audit::<training_session::Entity>(session.id, Action::EvaluationClosed).await?;
    write.commit().await?;
    Ok(after)
}

/// Evaluates a session in which the viewer has a place, once. What is kept leads to nobody. An idempotency key would lead from a
/// member to its evaluation, so there is none: that it was done is known, and a second time is refused.
pub(crate) async fn evaluate(
    scope: &Scope,
    key: Option<Uuid>,
    marks: &[(String, i32)],
    comment: &str,
) -> Outcome<Uuid> {
    let missing = || Problem::not_found("sessionId");
    let write = scope.begin_evaluation().await?;
    let session = write.find::<training_session::Entity>().by_key(key.ok_or_else(missing)?).one().await?;
    let session = session.ok_or_else(missing)?;
    let (marks, comment) = evaluation::check(marks, comment)?;
    let window = write.find::<session_evaluation::Entity>();
    let window = window.filter(session_evaluation::Column::SessionId.eq(session.id)).one().await?;
    let place = own_place(&write, session.id).await?;
    let place = place.ok_or_else(|| wrong_state("sessionId", "no-place-in-session"))?;
    evaluation::may_evaluate(window.as_ref(), write.now())?;
    let (registration_id, organisation_id) = (place.id, place.organisation_id);
    let answered = evaluation_answered::Model { registration_id, organisation_id, session_id: session.id };
    if !write.insert_part_unless_there::<evaluation_answered::Entity>(answered).await? {
        return Err(Problem::new(UserErrorCode::Taken, "sessionId", Message::new("evaluated-already")).into());
    }
    let row = entity::evaluation::Model {
        id: ids::new_random_key(),
        organisation_id: session.organisation_id,
        session_id: session.id,
        marks: column(&marks),
        comment,
    };
    write.insert_part::<entity::evaluation::Entity>(row).await?;
    write.audit::<training_session::Entity>(session.id, Action::SessionEvaluated).await?;
    write.commit().await?;
    Ok(session.id)
}
