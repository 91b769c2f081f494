//! Steps of a session: published, closed, held, completed, called off.

use super::rules::{self, Step};
use crate::access::{Act, Action, Scope};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::language::Message;
use crate::training::reach::keeping;
use entity::training_session::{self, Model};
use uuid::Uuid;

/// Takes a step.
pub(super) async fn take(
    scope: &Scope,
    key: Option<Uuid>,
    revision: i32,
    step: Step,
    reason: Option<String>,
) -> Outcome<Model> {
    let missing = || Problem::not_found("sessionId");
    let write = scope.begin().await?;
    let before = write.find::<training_session::Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?;
    let before = before.ok_or_else(missing)?;
    if before.revision != revision {
        return Err(Problem::new(UserErrorCode::Stale, "revision", Message::new("stale-session")).into());
    }
    let state = rules::step(&before, step, write.now())?;
    let after = Model { state, revision: before.revision + 1, ..before.clone() };
    let act = match reason {
        Some(reason) => Act::because(action(step), reason),
        None => action(step).into(),
    };
    let after = write.update::<training_session::Entity>(&before, after, act).await?;
    if step == Step::Complete {
        keeping::keep(&write, &after).await?;
    }
    write.commit().await?;
    Ok(after)
}

fn action(step: Step) -> Action {
    match step {
        Step::Open => Action::SessionOpened,
        Step::Close => Action::SessionClosed,
        Step::Hold => Action::SessionHeld,
        Step::Complete => Action::SessionCompleted,
        Step::Cancel => Action::SessionCancelled,
    }
}
