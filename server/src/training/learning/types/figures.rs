//! What a group learned, and how the questions did.

use super::tests::TestStage;
use crate::ids::{self, ObjectType};
use crate::training::learning::rules::figures::{
    Gain as Figures, Outcome, SMALLEST_GROUP, difficulty, discrimination, group, percent,
};
use crate::training::learning::rules::of_column;
use crate::training::registrations::Registration;
use async_graphql::{ID, SimpleObject};
use entity::session_test::Stage;
use entity::{registration, session_test, test_attempt, test_question, test_result};
use std::collections::HashMap;
use uuid::Uuid;

/// What is learned in a session.
#[derive(SimpleObject)]
pub struct SessionLearning {
    /// How many took both tests.
    pub persons: usize,
    /// How far they came on average; null where nobody took both tests and, to those who do not train the session, where fewer
    /// than five did.
    pub gain: Option<Gain>,
    /// How far each came, in the order of the registrations, for those who train the session; null for others.
    pub participants: Option<Vec<ParticipantGain>>,
    /// How the questions did, for those who train the session; null for others.
    pub questions: Option<Vec<QuestionFigures>>,
}

/// How far somebody, or a group on average, came.
#[derive(SimpleObject)]
pub struct Gain {
    /// Percent of the points before.
    pub before: f64,
    /// Percent of the points after.
    pub after: f64,
    /// How many percentage points more it is after.
    pub gain: f64,
    /// The normalised gain: (after − before) / (100 − before), at most 1; of a group that of its averages. Null where everything
    /// was known before.
    pub normalised_gain: Option<f64>,
}

impl From<Figures> for Gain {
    fn from(gain: Figures) -> Self {
        let (points, normalised_gain) = (gain.points(), gain.normalised());
        Self { before: gain.before, after: gain.after, gain: points, normalised_gain }
    }
}

/// How far a participant came.
#[derive(SimpleObject)]
pub struct ParticipantGain {
    /// The participant's registration.
    pub registration: Registration,
    /// How far.
    pub gain: Gain,
}

/// How a question did in the tests of a session.
#[derive(SimpleObject)]
pub struct QuestionFigures {
    /// The id of the question in the bank.
    pub question_id: ID,
    /// The question.
    pub text: String,
    /// Before; null where it was not asked then.
    pub before: Option<TestFigures>,
    /// After; null where it was not asked then.
    pub after: Option<TestFigures>,
}

/// How a question did in one test, among the attempts that count.
#[derive(SimpleObject)]
pub struct TestFigures {
    /// How many were asked and graded.
    pub answers: usize,
    /// Difficulty: the share of right answers, 0 to 1, of which a higher one means easier; null without answers.
    pub difficulty: Option<f64>,
    /// Discrimination: correlation of a right answer with the points of the other questions, −1 to 1; null below twenty answers,
    /// and where all are alike.
    pub discrimination: Option<f64>,
}

/// How many tests were taken.
#[derive(SimpleObject)]
pub struct TestCount {
    /// Before or after sessions.
    pub stage: TestStage,
    /// How many participants have a result.
    pub taken: u64,
    /// How many of them passed.
    pub passed: u64,
}

/// The rows that figures are made of.
pub struct Rows {
    /// Tests of the session.
    pub tests: Vec<session_test::Model>,
    /// Results in them.
    pub results: Vec<test_result::Model>,
    /// What those who train it see as well.
    pub trained: Option<Trained>,
}

/// What those who train a session see as well.
pub struct Trained {
    /// Registrations for the session.
    pub registrations: Vec<registration::Model>,
    /// What the tests ask, in order.
    pub asked: Vec<test_question::Model>,
    /// Attempts at them.
    pub attempts: Vec<test_attempt::Model>,
}

/// The figures.
pub fn learning(rows: &Rows) -> SessionLearning {
    let gains = gains(rows);
    let enough = rows.trained.is_some() || gains.len() >= SMALLEST_GROUP;
    let figures: Vec<Figures> = gains.iter().map(|(_, gain)| *gain).collect();
    let gain = group(&figures).filter(|_| enough).map(Gain::from);
    let participants = rows.trained.as_ref().map(|trained| participants(trained, &gains));
    let questions = rows.trained.as_ref().map(|trained| questions(rows, trained));
    SessionLearning { persons: gains.len(), gain, participants, questions }
}

fn test_of(rows: &Rows, stage: Stage) -> Option<&session_test::Model> {
    rows.tests.iter().find(|test| test.stage == stage)
}

/// How far each came who took both tests.
fn gains(rows: &Rows) -> Vec<(Uuid, Figures)> {
    let percents = |stage| -> HashMap<Uuid, f64> {
        let Some(test) = test_of(rows, stage) else { return HashMap::new() };
        let results = rows.results.iter().filter(|result| result.test_id == test.id);
        results.map(|result| (result.registration_id, percent(result.points, result.out_of))).collect()
    };
    let after = percents(Stage::After);
    let both = |(key, before): (Uuid, f64)| Some((key, Figures { before, after: *after.get(&key)? }));
    let mut gains: Vec<_> = percents(Stage::Before).into_iter().filter_map(both).collect();
    gains.sort_by_key(|(key, _)| *key);
    gains
}

fn participants(trained: &Trained, gains: &[(Uuid, Figures)]) -> Vec<ParticipantGain> {
    let named = |(key, gain): &(Uuid, Figures)| {
        let registration = trained.registrations.iter().find(|registration| registration.id == *key)?;
        Some(ParticipantGain { registration: Registration(registration.clone()), gain: (*gain).into() })
    };
    gains.iter().filter_map(named).collect()
}

/// Each question once, whichever tests ask it.
fn questions(rows: &Rows, trained: &Trained) -> Vec<QuestionFigures> {
    let mut asked: Vec<&test_question::Model> = Vec::new();
    for question in &trained.asked {
        if !asked.iter().any(|other| other.question_id == question.question_id) {
            asked.push(question);
        }
    }
    let figures = |question: &test_question::Model, stage| {
        let test = test_of(rows, stage)?;
        let same =
            |other: &&test_question::Model| other.test_id == test.id && other.question_id == question.question_id;
        let place = trained.asked.iter().find(same)?;
        Some(figures_of(&outcomes(rows, trained, place)))
    };
    let of_question = |question: &test_question::Model| QuestionFigures {
        question_id: ids::encode(ObjectType::Question, question.question_id).into(),
        text: question.text.clone(),
        before: figures(question, Stage::Before),
        after: figures(question, Stage::After),
    };
    asked.into_iter().map(of_question).collect()
}

fn figures_of(outcomes: &[Outcome]) -> TestFigures {
    let (difficulty, discrimination) = (difficulty(outcomes), discrimination(outcomes));
    TestFigures { answers: outcomes.len(), difficulty, discrimination }
}

/// What became of a question in the attempts that count. Tests on paper say nothing of single questions.
fn outcomes(rows: &Rows, trained: &Trained, question: &test_question::Model) -> Vec<Outcome> {
    let counts = |attempt: &&test_attempt::Model| {
        attempt.test_id == question.test_id && rows.results.iter().any(|result| result.attempt_id == attempt.id)
    };
    let outcome = |attempt: &test_attempt::Model| {
        let scores: Vec<Option<i32>> = of_column(&attempt.scores);
        let score = scores.get(usize::try_from(question.position).ok()?).copied().flatten()?;
        Some(Outcome { right: score == question.points, rest: attempt.points - score })
    };
    trained.attempts.iter().filter(counts).filter_map(outcome).collect()
}
