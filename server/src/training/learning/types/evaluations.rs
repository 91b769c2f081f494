//! Evaluations.

use crate::ids::{self, ObjectType};
use crate::language::Language;
use crate::text::Text;
use crate::training::learning::rules::evaluation::{self, Marks, average, distribution};
use crate::training::learning::rules::of_column;
use crate::training::registrations::Registration;
use async_graphql::{ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::registration;
use entity::session_evaluation::Model;
use rand::seq::SliceRandom;

/// A question that every evaluation answers with a mark from 1 to 5, 5 being best.
#[derive(SimpleObject)]
pub struct EvaluationQuestion {
    /// What it is known by.
    pub code: String,
    /// The question.
    pub text: String,
}

/// The evaluation of a session. Nothing that is kept of an answer leads to whoever gave it.
#[derive(SimpleObject)]
pub struct SessionEvaluation {
    /// The id of the session.
    pub session_id: ID,
    /// From when the session can be evaluated.
    pub opens_at: DateTime<Utc>,
    /// Until when.
    pub closes_at: DateTime<Utc>,
    /// Whether you have evaluated it; null where you do not take part.
    pub answered_by_you: Option<bool>,
    /// How many have evaluated it, for those who train the session and for the supervisor; null for others.
    pub answers: Option<usize>,
    /// What was said, for those who train the session and for the supervisor: when the evaluation has ended, and only where there
    /// are at least five answers. Null otherwise.
    pub results: Option<EvaluationResults>,
    /// Who has not answered yet, for those who train the session: while it can be evaluated and nobody, or at least five, have.
    /// Null otherwise.
    pub pending: Option<Vec<PendingEvaluation>>,
}

/// What was said of a session.
pub struct EvaluationResults {
    questions: Vec<QuestionMarks>,
    comments: Vec<String>,
}

/// What was said of a session.
#[Object]
impl EvaluationResults {
    /// The marks, question by question.
    async fn questions(&self) -> &[QuestionMarks] {
        &self.questions
    }

    /// The comments, in an order that chance makes anew each time; null in the place of one that cannot be read.
    async fn comments(&self) -> Vec<Option<Text<'_>>> {
        self.comments.iter().map(|comment| Text::of(comment)).collect()
    }
}

/// Marks that one question got.
#[derive(SimpleObject)]
pub struct QuestionMarks {
    /// The question's code.
    pub code: String,
    /// The question.
    pub text: String,
    /// The average mark; null where nobody gave one.
    pub average: Option<f64>,
    /// How often each mark was given: five numbers, for the marks 1 to 5.
    pub distribution: Vec<usize>,
}

/// A participant who has not evaluated a session yet.
#[derive(SimpleObject)]
pub struct PendingEvaluation {
    /// The participant's registration.
    pub registration: Registration,
}

impl EvaluationQuestion {
    /// All questions, in their order.
    pub fn all(language: Language) -> Vec<Self> {
        let as_asked = |question: &evaluation::Question| Self {
            code: question.code.clone(),
            text: language.choose(&question.sr, &question.en),
        };
        evaluation::questions().iter().map(as_asked).collect()
    }
}

impl SessionEvaluation {
    /// What everybody sees of an evaluation who sees the session.
    pub fn of(window: &Model, answered_by_you: Option<bool>) -> Self {
        Self {
            session_id: ids::encode(ObjectType::TrainingSession, window.session_id).into(),
            opens_at: window.opens_at,
            closes_at: window.closes_at,
            answered_by_you,
            answers: None,
            results: None,
            pending: None,
        }
    }
}

impl EvaluationResults {
    /// The results of these answers.
    pub fn of(answers: Vec<entity::evaluation::Model>, language: Language) -> Self {
        let marks: Vec<Marks> = answers.iter().map(|answer| of_column(&answer.marks)).collect();
        let of_question = |question: EvaluationQuestion| {
            let distribution = distribution(&question.code, &marks);
            let average = average(&distribution);
            QuestionMarks { code: question.code, text: question.text, average, distribution }
        };
        let questions = EvaluationQuestion::all(language).into_iter().map(of_question).collect();
        let mut comments: Vec<String> =
            answers.into_iter().map(|answer| answer.comment).filter(|comment| !comment.is_empty()).collect();
        comments.shuffle(&mut rand::rng());
        Self { questions, comments }
    }
}

impl From<registration::Model> for PendingEvaluation {
    fn from(registration: registration::Model) -> Self {
        Self { registration: Registration(registration) }
    }
}
