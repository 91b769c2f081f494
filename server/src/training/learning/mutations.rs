//! Keeping the bank, setting, taking and grading tests, and evaluating sessions.

use super::actions::{self, NewTest};
use super::inputs::{
    AnswerInput, CloseEvaluationInput, CreateQuestionInput, EvaluateSessionInput, GradeAnswerInput,
    OpenEvaluationInput, QuestionInput, RecordTestResultInput, RetireQuestionInput, ReviseQuestionInput,
    SaveAnswersInput, SetSessionTestInput, StartTestInput, SubmitTestInput, sent,
};
use super::types::{Question, SessionEvaluation, SessionTest, TestAttempt};
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::{Fault, Outcome};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::payload;
use crate::training::sessions::expect_known_set;
use async_graphql::{Context, ID, Object};
use entity::{question, session_evaluation, session_test, test_attempt};
use uuid::Uuid;

payload! {
    /// Answer to a change of a question.
    QuestionPayload {
        /// The question, in its newest version; null where the change was refused.
        question: Question,
    }
}

payload! {
    /// Answer to `setSessionTest`.
    SessionTestPayload {
        /// The test; null where it was refused.
        test: SessionTest,
    }
}

payload! {
    /// Answer to a change of an attempt.
    TestAttemptPayload {
        /// The attempt; null where the change was refused.
        attempt: TestAttempt,
    }
}

payload! {
    /// Answer to opening or ending an evaluation.
    SessionEvaluationPayload {
        /// The evaluation; null where it was refused.
        evaluation: SessionEvaluation,
    }
}

payload! {
    /// Answer to `evaluateSession`.
    EvaluateSessionPayload {
        /// The id of the session; null where it was refused.
        session_id: ID,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct LearningMutations;

#[Object]
impl LearningMutations {
    /// Writes a question into your organisation's bank.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn create_question(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The question.")] input: CreateQuestionInput,
    ) -> Result<QuestionPayload, Fault> {
        Ok(context.answer(create(context, &input).await.map(Question))?.into())
    }

    /// Writes a new version of a question of your organisation's bank, and retires the one before. Tests that ask that go on
    /// asking it.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn revise_question(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which question, and what it says now.")] input: ReviseQuestionInput,
    ) -> Result<QuestionPayload, Fault> {
        Ok(context.answer(revise(context, &input).await.map(Question))?.into())
    }

    /// Retires a question: no new test asks it.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn retire_question(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which question.")] input: RetireQuestionInput,
    ) -> Result<QuestionPayload, Fault> {
        let key = ids::decode(ObjectType::Question, &input.question_id);
        let outcome = actions::retire(context.scope()?, key).await;
        Ok(context.answer(outcome.map(Question))?.into())
    }

    /// Sets the test before or after a session that you train, in the place of the one that was set. A test that somebody has
    /// taken is not changed any more.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn set_session_test(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The test.")] input: SetSessionTestInput,
    ) -> Result<SessionTestPayload, Fault> {
        Ok(context.answer(set(context, &input).await.map(SessionTest))?.into())
    }

    /// Begins a test of a session in which you have a place, or goes on with your attempt that is running.
    #[graphql(directive = guarded::apply(Permission::TakePart))]
    async fn start_test(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which test.")] input: StartTestInput,
    ) -> Result<TestAttemptPayload, Fault> {
        attempt(context, start(context, &input).await)
    }

    /// Saves answers of your attempt. When its time is over, what was saved counts.
    #[graphql(directive = guarded::apply(Permission::TakePart))]
    async fn save_answers(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What you answer.")] input: SaveAnswersInput,
    ) -> Result<TestAttemptPayload, Fault> {
        attempt(context, answer(context, &input.attempt_id, &input.answers, false).await)
    }

    /// Submits your attempt, with these answers and those that were saved. What comes after its time is over is refused, and the
    /// attempt closed with what was saved.
    #[graphql(directive = guarded::apply(Permission::TakePart))]
    async fn submit_test(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What you answer.")] input: SubmitTestInput,
    ) -> Result<TestAttemptPayload, Fault> {
        attempt(context, answer(context, &input.attempt_id, &input.answers, true).await)
    }

    /// Grades a free answer of an attempt that is over, in a session that you train; again where you change your mind, until the
    /// session is completed.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn grade_answer(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which answer, and how many points it gets.")] input: GradeAnswerInput,
    ) -> Result<TestAttemptPayload, Fault> {
        let key = ids::decode(ObjectType::TestAttempt, &input.attempt_id);
        attempt(context, actions::grade(context.scope()?, key, input.position, input.points).await)
    }

    /// Enters the points of a test on paper for a participant who has not taken it here; again to correct them.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn record_test_result(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose points in which test.")] input: RecordTestResultInput,
    ) -> Result<TestAttemptPayload, Fault> {
        let test = ids::decode(ObjectType::SessionTest, &input.test_id);
        let registration = ids::decode(ObjectType::Registration, &input.registration_id);
        attempt(context, actions::record(context.scope()?, test, registration, input.points).await)
    }

    /// Lets participants evaluate a session that you train, from its beginning until an instant, which you may change while they
    /// can. Results are shown when it has ended, and only where there are at least five answers.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn open_evaluation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which session, and until when.")] input: OpenEvaluationInput,
    ) -> Result<SessionEvaluationPayload, Fault> {
        let key = ids::decode(ObjectType::TrainingSession, &input.session_id);
        window(context, actions::open_evaluation(context.scope()?, key, input.closes_at).await)
    }

    /// Ends the evaluation of a session that you train now. It is not opened again.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn close_evaluation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which session.")] input: CloseEvaluationInput,
    ) -> Result<SessionEvaluationPayload, Fault> {
        let key = ids::decode(ObjectType::TrainingSession, &input.session_id);
        window(context, actions::close_evaluation(context.scope()?, key).await)
    }

    /// Evaluates a session in which you have a place, once. Nothing that is kept of it leads to you: it is known that you
    /// evaluated the session, and not what you said. There is no idempotency key, which would lead from you to your answer.
    #[graphql(directive = guarded::apply(Permission::TakePart))]
    async fn evaluate_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Your marks, and what you have to say.")] input: EvaluateSessionInput,
    ) -> Result<EvaluateSessionPayload, Fault> {
        let encode = |key| ids::encode(ObjectType::TrainingSession, key).into();
        Ok(context.answer(evaluate(context, &input).await.map(encode))?.into())
    }
}

fn attempt(context: &Context<'_>, outcome: Outcome<test_attempt::Model>) -> Result<TestAttemptPayload, Fault> {
    Ok(context.answer(outcome.map(TestAttempt))?.into())
}

fn window(
    context: &Context<'_>,
    outcome: Outcome<session_evaluation::Model>,
) -> Result<SessionEvaluationPayload, Fault> {
    Ok(context.answer(outcome.map(|window| SessionEvaluation::of(&window, None)))?.into())
}

async fn create(context: &Context<'_>, input: &CreateQuestionInput) -> Outcome<question::Model> {
    let once = Once::new("createQuestion", &input.idempotency_key, input)?;
    let question = &input.question;
    expect_known(context, question).await?;
    actions::write_question(context.scope()?, &once, question.content(), &question.right_options).await
}

async fn revise(context: &Context<'_>, input: &ReviseQuestionInput) -> Outcome<question::Model> {
    let once = Once::new("reviseQuestion", &input.idempotency_key, input)?;
    let (key, question) = (ids::decode(ObjectType::Question, &input.question_id), &input.question);
    expect_known(context, question).await?;
    actions::revise(context.scope()?, &once, key, question.content(), &question.right_options).await
}

async fn expect_known(context: &Context<'_>, question: &QuestionInput) -> Outcome<()> {
    match &question.indicator_set {
        Some(code) => expect_known_set(context, code, "question.indicatorSet").await,
        None => Ok(()),
    }
}

async fn set(context: &Context<'_>, input: &SetSessionTestInput) -> Outcome<session_test::Model> {
    let new = NewTest {
        session: ids::decode(ObjectType::TrainingSession, &input.session_id),
        stage: input.stage.into(),
        terms: input.terms(),
        questions: input.question_ids.iter().map(|id| ids::decode(ObjectType::Question, id)).collect(),
    };
    actions::set_test(context.scope()?, new).await
}

async fn start(context: &Context<'_>, input: &StartTestInput) -> Outcome<test_attempt::Model> {
    let once = Once::new("startTest", &input.idempotency_key, input)?;
    let key = ids::decode(ObjectType::SessionTest, &input.test_id);
    actions::start(context.scope()?, &once, key).await
}

async fn answer(
    context: &Context<'_>,
    attempt: &ID,
    answers: &[AnswerInput],
    submits: bool,
) -> Outcome<test_attempt::Model> {
    let key = ids::decode(ObjectType::TestAttempt, attempt);
    actions::answer(context.scope()?, key, &sent(answers)?, submits).await
}

async fn evaluate(context: &Context<'_>, input: &EvaluateSessionInput) -> Outcome<Uuid> {
    let key = ids::decode(ObjectType::TrainingSession, &input.session_id);
    actions::evaluate(context.scope()?, key, &input.marks(), &input.comment).await
}
