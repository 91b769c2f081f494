//! What clients send to the room.

use super::rules::answers::Sent;
use super::rules::questions::Content;
use super::rules::tests::{QUESTIONS, Terms};
use super::types::{QuestionKind, TestStage};
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};

/// What a question says.
#[derive(InputObject)]
pub(super) struct QuestionInput {
    /// What kind of question it is.
    kind: QuestionKind,
    /// The question, at most 2,000 characters.
    text: String,
    /// The options, 2 to 10 of at most 500 characters; none for a question that is answered freely.
    #[graphql(default)]
    options: Vec<String>,
    /// Positions of the right options, counted from 0; of a question about an order all positions, in the right order.
    #[graphql(default, secret)]
    pub(super) right_options: Vec<i32>,
    /// What a right free answer says, for whoever grades it, at most 2,000 characters.
    #[graphql(default, secret)]
    expected: String,
    /// How many points a right answer gives, 1 to 100.
    #[graphql(default = 1)]
    points: i32,
    /// What it is about, at most 200 characters.
    #[graphql(default)]
    topic: String,
    /// Code of the indicator set it is about.
    pub(super) indicator_set: Option<String>,
}

impl QuestionInput {
    pub(super) fn content(&self) -> Content {
        Content {
            kind: self.kind.into(),
            text: self.text.clone(),
            options: self.options.clone(),
            right: Vec::new(),
            expected: self.expected.clone(),
            points: self.points,
            topic: self.topic.clone(),
            indicator_set: self.indicator_set.clone(),
        }
    }
}

/// A question to write into the bank.
#[derive(InputObject)]
pub(super) struct CreateQuestionInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again writes no second one.
    pub(super) idempotency_key: String,
    /// The question.
    pub(super) question: QuestionInput,
}

/// A new version of a question.
#[derive(InputObject)]
pub(super) struct ReviseQuestionInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again writes no second version.
    pub(super) idempotency_key: String,
    /// The version that is in use.
    pub(super) question_id: ID,
    /// What the question says from now on.
    pub(super) question: QuestionInput,
}

/// A question to retire.
#[derive(InputObject)]
pub(super) struct RetireQuestionInput {
    /// The question.
    pub(super) question_id: ID,
}

/// A test to set. Sending it again sets the same test.
#[derive(InputObject)]
pub(super) struct SetSessionTestInput {
    /// The session, which is one that you train.
    pub(super) session_id: ID,
    /// Before or after it.
    pub(super) stage: TestStage,
    /// Questions of the organiser's bank, in the order in which they are asked, 1 to 100.
    pub(super) question_ids: Vec<ID>,
    /// How often a participant may take it, 1 to 10.
    #[graphql(default = 1)]
    attempts: i32,
    /// Time limit of an attempt, in minutes, 1 to 480; left out where only its closing ends it.
    minutes: Option<i32>,
    /// How many of its points, in percent, pass it.
    pass_percent: i32,
    /// From when it can be taken.
    opens_at: DateTime<Utc>,
    /// Until when it can be taken.
    closes_at: DateTime<Utc>,
}

impl SetSessionTestInput {
    pub(super) fn terms(&self) -> Terms {
        Terms {
            attempts: self.attempts,
            minutes: self.minutes,
            pass_percent: self.pass_percent,
            opens_at: self.opens_at,
            closes_at: self.closes_at,
        }
    }
}

/// A test to begin.
#[derive(InputObject)]
pub(super) struct StartTestInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again begins no second attempt.
    pub(super) idempotency_key: String,
    /// The test.
    pub(super) test_id: ID,
}

/// Answers to save.
#[derive(InputObject)]
pub(super) struct SaveAnswersInput {
    /// The attempt, which is your own.
    pub(super) attempt_id: ID,
    /// Answers, each to another question. What was saved before and is not named here stays.
    #[graphql(secret)]
    pub(super) answers: Vec<AnswerInput>,
}

/// An attempt to submit.
#[derive(InputObject)]
pub(super) struct SubmitTestInput {
    /// The attempt, which is your own.
    pub(super) attempt_id: ID,
    /// Answers, each to another question. What was saved before and is not named here stays.
    #[graphql(default, secret)]
    pub(super) answers: Vec<AnswerInput>,
}

/// An answer to one question. Without choices and text the question is not answered.
#[derive(InputObject)]
pub(super) struct AnswerInput {
    /// Place of the question in the test.
    position: i32,
    /// Positions of the chosen options as the attempt shows them, from 0; for a question about an order all of them, in order.
    #[graphql(default)]
    choices: Vec<i32>,
    /// The free answer, at most 4,000 characters.
    #[graphql(default)]
    text: String,
}

/// The answers, unless they are more than any test has questions.
pub(super) fn sent(answers: &[AnswerInput]) -> Result<Vec<Sent>, Problem> {
    if answers.len() > *QUESTIONS.end() {
        let message = Message::new("too-many-answers").with_number("most", *QUESTIONS.end());
        return Err(Problem::new(UserErrorCode::TooLong, "answers", message));
    }
    let sent = |answer: &AnswerInput| Sent {
        position: answer.position,
        choices: answer.choices.clone(),
        text: answer.text.clone(),
    };
    Ok(answers.iter().map(sent).collect())
}

/// Points for a free answer.
#[derive(InputObject)]
pub(super) struct GradeAnswerInput {
    /// The attempt.
    pub(super) attempt_id: ID,
    /// Place of the question in the test.
    pub(super) position: i32,
    /// Points, from 0 to those of the question.
    pub(super) points: i32,
}

/// Points of a test on paper.
#[derive(InputObject)]
pub(super) struct RecordTestResultInput {
    /// The test.
    pub(super) test_id: ID,
    /// The participant's registration.
    pub(super) registration_id: ID,
    /// Points, from 0 to those of the test.
    pub(super) points: i32,
}

/// An evaluation to open.
#[derive(InputObject)]
pub(super) struct OpenEvaluationInput {
    /// The session, which is one that you train.
    pub(super) session_id: ID,
    /// Until when it can be evaluated: at most 90 days.
    pub(super) closes_at: DateTime<Utc>,
}

/// An evaluation to end.
#[derive(InputObject)]
pub(super) struct CloseEvaluationInput {
    /// The session, which is one that you train.
    pub(super) session_id: ID,
}

/// An evaluation of a session.
#[derive(InputObject)]
pub(super) struct EvaluateSessionInput {
    /// The session.
    pub(super) session_id: ID,
    /// A mark for each question.
    #[graphql(secret)]
    marks: Vec<MarkInput>,
    /// What else there is to say, at most 2,000 characters. Leave out what would tell who you are.
    #[graphql(default, secret)]
    pub(super) comment: String,
}

/// A mark for a question.
#[derive(InputObject)]
struct MarkInput {
    /// Code of the question.
    code: String,
    /// 1 to 5; 5 is best.
    mark: i32,
}

impl EvaluateSessionInput {
    pub(super) fn marks(&self) -> Vec<(String, i32)> {
        // One more than there are questions is refused like a thousand more.
        self.marks.iter().take(100).map(|mark| (mark.code.clone(), mark.mark)).collect()
    }
}
