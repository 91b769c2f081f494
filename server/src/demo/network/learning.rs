//! What those who took part knew before and after, and what they said of the sessions.

use super::data::{BankQuestion, TRAINING};
use super::random::Random;
use super::rows::Rows;
use crate::training::learning::rules::answers::{Given, passes, score, total};
use crate::training::learning::rules::column;
use crate::training::learning::rules::evaluation::{self, Marks};
use chrono::{DateTime, TimeDelta, Utc};
use entity::question::Kind;
use entity::session_test::Stage;
use entity::{
    evaluation_answered, membership, question, registration, session_evaluation, session_test, test_attempt,
    test_question, test_result, training_session,
};

/// How many of its points, in percent, pass a test.
const PASS: i32 = 60;
/// Time limit of a test, in minutes.
const MINUTES: i32 = 30;
/// How long a test can be taken before the session and after it, and how long the session can be evaluated.
const TEST_DAYS: i64 = 7;
const EVALUATION_DAYS: i64 = 14;

/// Writes the questions of the bank. A topic is told by these questions.
pub(super) fn bank(random: &mut Random, rows: &mut Rows, trainer: &membership::Model, at: DateTime<Utc>) {
    rows.questions = TRAINING
        .question
        .iter()
        .map(|of| {
            let id = random.key(at);
            question::Model {
                id,
                organisation_id: trainer.organisation_id,
                lineage_id: id,
                version: 1,
                kind: of.kind,
                text: of.text.clone(),
                options: column(&of.options),
                right_options: column(&of.right),
                expected: of.expected.clone(),
                points: of.points,
                topic: of.topic.clone(),
                indicator_set: None,
                author_id: trainer.id,
                created_at: at,
                retired_at: None,
            }
        })
        .collect();
}

/// Tests a session before and after it, with everybody who took part.
pub(super) fn test(
    random: &mut Random,
    rows: &mut Rows,
    session: &training_session::Model,
    there: &[registration::Model],
) {
    let skills: Vec<(usize, usize)> = there.iter().map(|_| (30 + random.below(30), 65 + random.below(30))).collect();
    for stage in [Stage::Before, Stage::After] {
        let test = set(random, rows, session, stage);
        for (participant, (before, after)) in there.iter().zip(&skills) {
            let skill = if stage == Stage::Before { *before } else { *after };
            take(random, rows, &test, participant, skill);
        }
    }
}

fn set(random: &mut Random, rows: &mut Rows, session: &training_session::Model, stage: Stage) -> session_test::Model {
    let (opens_at, closes_at) = match stage {
        Stage::Before => (session.starts_at - TimeDelta::days(TEST_DAYS), session.starts_at),
        Stage::After => (session.ends_at, session.ends_at + TimeDelta::days(TEST_DAYS)),
    };
    let test = session_test::Model {
        id: random.key(session.created_at),
        organisation_id: session.organisation_id,
        session_id: session.id,
        stage,
        attempts: 1,
        minutes: Some(MINUTES),
        pass_percent: PASS,
        out_of: TRAINING.question.iter().map(|question| question.points).sum(),
        opens_at,
        closes_at,
        revision: 1,
        created_at: session.created_at,
    };
    for (position, question) in (0..).zip(&rows.questions) {
        rows.asked.push(test_question::Model {
            id: random.key(session.created_at),
            organisation_id: session.organisation_id,
            session_id: session.id,
            test_id: test.id,
            question_id: question.id,
            position,
            kind: question.kind,
            text: question.text.clone(),
            options: question.options.clone(),
            points: question.points,
        });
    }
    rows.tests.push(test.clone());
    test
}

/// Somebody answers a test, each question rightly so many times in a hundred.
fn take(random: &mut Random, rows: &mut Rows, test: &session_test::Model, by: &registration::Model, skill: usize) {
    let started_at = test.opens_at + TimeDelta::minutes(i64::from(random.within(5..=600)));
    let given: Vec<(Given, Option<i32>)> =
        TRAINING.question.iter().map(|question| answer(random, question, skill)).collect();
    let (answers, scores): (Vec<Given>, Vec<Option<i32>>) = given.into_iter().unzip();
    let minutes = i64::from(random.within(6..=28));
    let (points, ungraded) = total(&scores);
    let order: Vec<Vec<usize>> = TRAINING.question.iter().map(|of| (0..of.options.len()).collect()).collect();
    let attempt = test_attempt::Model {
        id: random.key(started_at),
        organisation_id: by.organisation_id,
        session_id: test.session_id,
        test_id: test.id,
        test_revision: test.revision,
        registration_id: by.id,
        number: 1,
        on_paper: false,
        option_order: column(&order),
        answers: column(&answers),
        scores: column(&scores),
        ungraded,
        points,
        out_of: test.out_of,
        passed: passes(points, test.out_of, test.pass_percent),
        started_at,
        ends_at: started_at + TimeDelta::minutes(MINUTES.into()),
        submitted_at: Some(started_at + TimeDelta::minutes(minutes)),
    };
    let attempt = if by.membership_id.is_some() { attempt } else { on_paper(attempt) };
    rows.results.push(test_result::Model {
        id: random.key(started_at),
        organisation_id: attempt.organisation_id,
        session_id: attempt.session_id,
        test_id: attempt.test_id,
        registration_id: attempt.registration_id,
        attempt_id: attempt.id,
        points,
        out_of: attempt.out_of,
        passed: attempt.passed,
    });
    rows.attempts.push(attempt);
}

/// The same of somebody without a membership, whose points a trainer entered.
fn on_paper(attempt: test_attempt::Model) -> test_attempt::Model {
    let nothing = column(&[(); 0]);
    test_attempt::Model {
        on_paper: true,
        option_order: nothing.clone(),
        answers: String::new(),
        scores: nothing,
        ends_at: attempt.started_at,
        submitted_at: Some(attempt.started_at),
        ..attempt
    }
}

/// An answer with its points; a trainer has graded what is written freely.
fn answer(random: &mut Random, question: &BankQuestion, skill: usize) -> (Given, Option<i32>) {
    let knows = random.chance(skill);
    if question.kind == Kind::FreeText {
        let text =
            if knows { question.expected.clone() } else { "Позвао бих кад стигнем.".to_owned() };
        return (Given { text, ..Given::default() }, Some(if knows { question.points } else { 1 }));
    }
    let mut choices = question.right.clone();
    if !knows {
        match question.kind {
            Kind::One => choices = vec![(choices[0] + 1) % question.options.len()],
            Kind::Several => choices.truncate(1),
            Kind::Order | Kind::FreeText => choices.reverse(),
        }
    }
    let given = Given { choices, ..Given::default() };
    let points = score(question.kind, &question.right, question.points, &given);
    (given, points)
}

/// Lets members who took part evaluate a session; some do not.
pub(super) fn evaluate(
    random: &mut Random,
    rows: &mut Rows,
    session: &training_session::Model,
    there: &[registration::Model],
) {
    rows.evaluated.push(session_evaluation::Model {
        session_id: session.id,
        organisation_id: session.organisation_id,
        opens_at: session.starts_at,
        closes_at: session.ends_at + TimeDelta::days(EVALUATION_DAYS),
    });
    for participant in there.iter().filter(|row| row.membership_id.is_some()) {
        if !random.chance(95) {
            continue;
        }
        let mark = |random: &mut Random| [3, 4, 4, 5, 5, 5][random.below(6)];
        let marks: Marks =
            evaluation::questions().iter().map(|question| (question.code.clone(), mark(random))).collect();
        rows.evaluations.push(entity::evaluation::Model {
            id: random.orderless_key(),
            organisation_id: session.organisation_id,
            session_id: session.id,
            marks: column(&marks),
            comment: random.maybe(30, &TRAINING.comments),
        });
        rows.answered.push(evaluation_answered::Model {
            registration_id: participant.id,
            organisation_id: participant.organisation_id,
            session_id: session.id,
        });
    }
}
