//! Taking a test. Answers are graded whenever they are saved, so that an attempt whose time is over is closed with what it has,
//! and nobody needs to read it for that.

use super::{attempts_at, own_place, session_of, settle, test};
use crate::access::{Action, Order, Result, Scope, Write};
use crate::error::{Outcome, Problem};
use crate::idempotency::Once;
use crate::ids;
use crate::training::learning::rules::answers::{self, Asked, Given, Sent};
use crate::training::learning::rules::tests::{GRACE, Standing, ends_at, may_start, standing};
use crate::training::learning::rules::{column, of_column, wrong_state};
use chrono::{DateTime, Utc};
use entity::test_attempt::{self, Model};
use entity::{question, registration, session_test, test_question};
use rand::seq::SliceRandom;
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;
use uuid::Uuid;

/// How many attempts the service ends in one transaction.
const AT_ONCE: u64 = 100;

/// Begins a test, or goes on with the attempt that is running.
pub(crate) async fn start(scope: &Scope, once: &Once, key: Option<Uuid>) -> Outcome<Model> {
    let write = scope.begin_grading().await?;
    let test = test(&write, key).await?;
    let place = own_place(&write, test.session_id).await?;
    let place = place.ok_or_else(|| wrong_state("testId", "no-place-in-session"))?;
    let attempts = attempts_at(&write, test.id, place.id).await?;
    let open = attempts.iter().find(|attempt| attempt.submitted_at.is_none());
    if let Some(running) = open.filter(|open| standing(open, write.now()) == Standing::Running) {
        return Ok(running.clone());
    }
    if let Some(over) = open {
        time_out(&write, over).await?;
    }
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        let earlier = write.find::<test_attempt::Entity>().by_key(earlier).one().await?;
        return Ok(earlier.ok_or_else(|| Problem::not_found("idempotencyKey"))?);
    }
    let session = session_of(&write, test.session_id, "testId").await?;
    may_start(&test, session.state, attempts.len(), write.now())?;
    let questions = questions(&write, test.id).await?;
    let attempt = begun(&write, id, &test, &place, attempts.len(), &questions);
    let attempt = write.insert::<test_attempt::Entity>(attempt, Action::TestStarted).await?;
    write.commit().await?;
    Ok(attempt)
}

/// Saves answers of the viewer's own attempt, and submits it where that is asked for. What comes after the time is over is
/// refused, and the attempt closed with what was saved.
pub(crate) async fn answer(scope: &Scope, key: Option<Uuid>, sent: &[Sent], submits: bool) -> Outcome<Model> {
    let write = scope.begin_grading().await?;
    let attempt = own_attempt(&write, key).await?;
    if attempt.submitted_at.is_some() {
        return Err(wrong_state("attemptId", "test-submitted").into());
    }
    if standing(&attempt, write.now()) != Standing::Running {
        time_out(&write, &attempt).await?;
        write.commit().await?;
        return Err(wrong_state("attemptId", "test-time-over").into());
    }
    let test = test(&write, Some(attempt.test_id)).await?;
    let questions = questions(&write, test.id).await?;
    let asked = asked(&attempt, &questions);
    let given = answers::merged(&asked, of_column(&attempt.answers), sent)?;
    let graded = graded(&write, &test, &attempt, &questions, &given).await?;
    let submitted_at = submits.then(|| write.now());
    let after = Model { answers: column(&given), submitted_at, ..graded };
    let action = if submits { Action::TestSubmitted } else { Action::AnswersSaved };
    let after = write.update::<test_attempt::Entity>(&attempt, after, action).await?;
    if submits {
        settle(&write, &after).await?;
    }
    write.commit().await?;
    Ok(after)
}

/// Ends attempts whose time was over by `now`. The scope's viewer is the service at this work. Answers how many it ended.
pub(crate) async fn end_overdue(scope: &Scope, now: DateTime<Utc>) -> Result<u64> {
    let overdue = Condition::all()
        .add(test_attempt::Column::SubmittedAt.is_null())
        .add(test_attempt::Column::EndsAt.lt(now - GRACE));
    let mut ended = 0;
    loop {
        let write = scope.begin().await?;
        let found = write.find::<test_attempt::Entity>().filter(overdue.clone()).locked().at_most(AT_ONCE).await?;
        if found.is_empty() {
            return Ok(ended);
        }
        for attempt in &found {
            time_out(&write, attempt).await?;
        }
        write.commit().await?;
        ended += found.len() as u64;
    }
}

/// Closes an attempt whose time is over with what was saved.
pub(super) async fn time_out(write: &Write, attempt: &Model) -> Result<()> {
    let after = Model { submitted_at: Some(attempt.ends_at), ..attempt.clone() };
    let after = write.update::<test_attempt::Entity>(attempt, after, Action::TestTimedOut).await?;
    settle(write, &after).await
}

/// An attempt of the viewer itself, whoever else's it may see, locked.
async fn own_attempt(write: &Write, key: Option<Uuid>) -> Outcome<Model> {
    let missing = || Problem::not_found("attemptId");
    let found = write.find::<test_attempt::Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?;
    let attempt = found.ok_or_else(missing)?;
    let itself = registration::Column::MembershipId.eq(write.viewer().membership_id());
    let own = write.find::<registration::Entity>().by_key(attempt.registration_id).filter(itself).one().await?;
    own.ok_or_else(missing)?;
    Ok(attempt)
}

async fn questions(write: &Write, test: Uuid) -> Outcome<Vec<test_question::Model>> {
    let order = [Order::ascending(test_question::Column::Position)];
    let of_test = test_question::Column::TestId.eq(test);
    Ok(write.find::<test_question::Entity>().filter(of_test).order(&order).all().await?)
}

/// An attempt that begins now: nothing is answered yet, and each question has its options in an order of its own.
fn begun(
    write: &Write,
    id: Uuid,
    test: &session_test::Model,
    place: &registration::Model,
    made: usize,
    questions: &[test_question::Model],
) -> Model {
    let shuffled = |question: &test_question::Model| {
        let mut order: Vec<usize> = (0..of_column::<Vec<String>>(&question.options).len()).collect();
        order.shuffle(&mut rand::rng());
        order
    };
    let order: Vec<Vec<usize>> = questions.iter().map(shuffled).collect();
    Model {
        id,
        organisation_id: place.organisation_id,
        session_id: test.session_id,
        test_id: test.id,
        test_revision: test.revision,
        registration_id: place.id,
        number: i32::try_from(made).unwrap_or(i32::MAX - 1) + 1,
        on_paper: false,
        option_order: column(&order),
        answers: String::new(),
        scores: column(&vec![Some(0); questions.len()]),
        ungraded: 0,
        points: 0,
        out_of: test.out_of,
        passed: answers::passes(0, test.out_of, test.pass_percent),
        started_at: write.now(),
        ends_at: ends_at(test, write.now()),
        submitted_at: None,
    }
}

/// The questions as the attempt asks them.
fn asked(attempt: &Model, questions: &[test_question::Model]) -> Vec<Asked> {
    let mut orders = of_column::<Vec<Vec<usize>>>(&attempt.option_order).into_iter();
    questions.iter().map(|question| Asked { kind: question.kind, order: orders.next().unwrap_or_default() }).collect()
}

/// The attempt with what these answers are worth.
async fn graded(
    write: &Write,
    test: &session_test::Model,
    attempt: &Model,
    questions: &[test_question::Model],
    given: &[Given],
) -> Outcome<Model> {
    let bank = write.find::<question::Entity>().by_keys(questions.iter().map(|asked| asked.question_id)).all().await?;
    let right: HashMap<Uuid, Vec<usize>> =
        bank.into_iter().map(|question| (question.id, of_column(&question.right_options))).collect();
    let score = |(question, given): (&test_question::Model, &Given)| {
        let right = right.get(&question.question_id).map(Vec::as_slice).unwrap_or_default();
        answers::score(question.kind, right, question.points, given)
    };
    let scores: Vec<Option<i32>> = questions.iter().zip(given).map(score).collect();
    Ok(with_scores(attempt, test, &scores))
}

/// The attempt with these points for its answers.
pub(super) fn with_scores(attempt: &Model, test: &session_test::Model, scores: &[Option<i32>]) -> Model {
    let (points, ungraded) = answers::total(scores);
    let passed = answers::passes(points, attempt.out_of, test.pass_percent);
    Model { scores: column(&scores), points, ungraded, passed, ..attempt.clone() }
}
