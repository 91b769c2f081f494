//! What trainers do to results: grade free answers, and enter what was answered on paper.

use super::attempts::{time_out, with_scores};
use super::{attempts_at, session_of, settle, test, trains};
use crate::access::{Action, Scope, Write};
use crate::error::{Outcome, Problem};
use crate::ids;
use crate::training::learning::rules::answers::passes;
use crate::training::learning::rules::tests::{Standing, standing, takes_tests};
use crate::training::learning::rules::{column, of_column, within, wrong_state};
use entity::question::Kind;
use entity::registration::State;
use entity::test_attempt::{self, Model};
use entity::{registration, session_test, test_question};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Grades a free answer. It can be graded anew until the session is completed.
pub(crate) async fn grade(scope: &Scope, key: Option<Uuid>, position: i32, points: i32) -> Outcome<Model> {
    let missing = || Problem::not_found("attemptId");
    let write = scope.begin().await?;
    let found = write.find::<test_attempt::Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?;
    let attempt = found.filter(|attempt| !attempt.on_paper).ok_or_else(missing)?;
    if !trains(&write, attempt.session_id).await? {
        return Err(missing().into());
    }
    takes_tests(session_of(&write, attempt.session_id, "attemptId").await?.state, "attemptId")?;
    if standing(&attempt, write.now()) == Standing::Running {
        return Err(wrong_state("attemptId", "test-still-running").into());
    }
    if attempt.submitted_at.is_none() {
        time_out(&write, &attempt).await?;
    }
    let test = test(&write, Some(attempt.test_id)).await?;
    let question = free_question(&write, &test, position).await?;
    let points = within(points, 0, question.points, "points")?;
    let mut scores: Vec<Option<i32>> = of_column(&attempt.scores);
    let score = usize::try_from(position).ok().and_then(|position| scores.get_mut(position));
    *score.ok_or_else(|| Problem::not_found("position"))? = Some(points);
    let submitted_at = attempt.submitted_at.or(Some(attempt.ends_at));
    let after = Model { submitted_at, ..with_scores(&attempt, &test, &scores) };
    let after = write.update::<test_attempt::Entity>(&attempt, after, Action::AnswerGraded).await?;
    settle(&write, &after).await?;
    write.commit().await?;
    Ok(after)
}

/// Enters the points that somebody reached on paper, or corrects them. Whoever took the test here has its result already.
pub(crate) async fn record(
    scope: &Scope,
    key: Option<Uuid>,
    registration: Option<Uuid>,
    points: i32,
) -> Outcome<Model> {
    let missing = || Problem::not_found("testId");
    let write = scope.begin().await?;
    let test = test(&write, key).await?;
    if !trains(&write, test.session_id).await? {
        return Err(missing().into());
    }
    takes_tests(session_of(&write, test.session_id, "testId").await?.state, "testId")?;
    let points = within(points, 0, test.out_of, "points")?;
    let place = place(&write, &test, registration).await?;
    let attempts = attempts_at(&write, test.id, place.id).await?;
    if attempts.iter().any(|attempt| !attempt.on_paper) {
        return Err(wrong_state("registrationId", "test-taken-here").into());
    }
    let entered = entered(&write, &test, &place, points);
    let entered = match attempts.first() {
        None => write.insert::<test_attempt::Entity>(entered, Action::TestResultRecorded).await?,
        Some(before) => {
            let (id, started_at) = (before.id, before.started_at);
            let after = Model { id, started_at, ..entered };
            write.update::<test_attempt::Entity>(before, after, Action::TestResultRecorded).await?
        }
    };
    settle(&write, &entered).await?;
    write.commit().await?;
    Ok(entered)
}

async fn free_question(write: &Write, test: &session_test::Model, position: i32) -> Outcome<test_question::Model> {
    use test_question::Column;
    let free = Condition::all()
        .add(Column::TestId.eq(test.id))
        .add(Column::Position.eq(position))
        .add(Column::Kind.eq(Kind::FreeText));
    let found = write.find::<test_question::Entity>().filter(free).one().await?;
    Ok(found.ok_or_else(|| Problem::not_found("position"))?)
}

/// A place in the session of the test, locked.
async fn place(write: &Write, test: &session_test::Model, key: Option<Uuid>) -> Outcome<registration::Model> {
    use registration::Column;
    let missing = || Problem::not_found("registrationId");
    let placed = Condition::all().add(Column::SessionId.eq(test.session_id)).add(Column::State.eq(State::Registered));
    let found = write.find::<registration::Entity>().by_key(key.ok_or_else(missing)?).filter(placed);
    Ok(found.locked().one().await?.ok_or_else(missing)?)
}

fn entered(write: &Write, test: &session_test::Model, place: &registration::Model, points: i32) -> Model {
    Model {
        id: ids::new_key(write.now()),
        organisation_id: place.organisation_id,
        session_id: test.session_id,
        test_id: test.id,
        test_revision: test.revision,
        registration_id: place.id,
        number: 1,
        on_paper: true,
        option_order: column(&[(); 0]),
        answers: String::new(),
        scores: column(&[(); 0]),
        ungraded: 0,
        points,
        out_of: test.out_of,
        passed: passes(points, test.out_of, test.pass_percent),
        started_at: write.now(),
        ends_at: write.now(),
        submitted_at: Some(write.now()),
    }
}
