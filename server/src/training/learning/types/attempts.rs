//! Attempts, as those who take a test and those who train see them.

use super::questions::QuestionKind;
use super::tests::{SessionTest, questions_of};
use crate::access::sealing::is_unreadable;
use crate::access::{Action, Role};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::text::unreadable;
use crate::training::learning::rules::answers::{Given, as_shown};
use crate::training::learning::rules::of_column;
use crate::training::learning::rules::tests::{Standing, standing};
use crate::training::registrations::Registration;
use async_graphql::{Context, Enum, Error, ID, Object};
use chrono::{DateTime, Utc};
use entity::test_attempt::Model;
use entity::test_question;

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Standing")]
pub enum TestAttemptState {
    /// It can be answered.
    Running,
    /// It is over, and free answers wait for a trainer.
    Waiting,
    /// It is over, and its points are final.
    Finished,
}

/// An attempt at a test. Whoever makes it sees it, and who trains the session.
pub struct TestAttempt(pub(in crate::training::learning) Model);

/// An attempt at a test. Whoever makes it sees it, and who trains the session.
#[Object]
impl TestAttempt {
    /// Opaque id.
    async fn id(&self) -> ID {
        ids::encode(ObjectType::TestAttempt, self.0.id).into()
    }

    /// The test.
    async fn test(&self, context: &Context<'_>) -> Result<Option<SessionTest>, Fault> {
        SessionTest::load(context, self.0.test_id).await
    }

    /// The participant's registration.
    async fn registration(&self, context: &Context<'_>) -> Result<Option<Registration>, Fault> {
        Registration::load(context, self.0.registration_id).await
    }

    /// Which attempt of the participant it is, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// Whether a trainer entered the result of a test on paper.
    async fn on_paper(&self) -> bool {
        self.0.on_paper
    }

    /// Where it stands.
    async fn state(&self, context: &Context<'_>) -> Result<TestAttemptState, Fault> {
        Ok(standing(&self.0, context.scope()?.now()).into())
    }

    /// When it was begun, or entered.
    async fn started_at(&self) -> DateTime<Utc> {
        self.0.started_at
    }

    /// When its time is over. Answers that come later do not count.
    async fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }

    /// When it was submitted, or its time was over; null before that.
    async fn submitted_at(&self) -> Option<DateTime<Utc>> {
        self.0.submitted_at
    }

    /// The questions with what was answered; empty for a test on paper.
    async fn questions(&self, context: &Context<'_>) -> Result<Vec<AttemptQuestion>, Fault> {
        if self.0.on_paper {
            return Ok(Vec::new());
        }
        let scope = context.scope()?;
        let trains = scope.viewer().has_any(&[Role::Trainer]);
        if trains {
            scope.note_read(Action::AnswersRead, ObjectType::TestAttempt, self.0.id);
        }
        let mut orders = of_column::<Vec<Vec<usize>>>(&self.0.option_order).into_iter();
        let readable = !is_unreadable(&self.0.answers);
        let mut answers = of_column::<Vec<Given>>(&self.0.answers).into_iter();
        let mut scores = of_column::<Vec<Option<i32>>>(&self.0.scores).into_iter();
        let asked = questions_of(context, self.0.test_id).await?.into_iter().map(|question| AttemptQuestion {
            order: orders.next().unwrap_or_default(),
            given: readable.then(|| answers.next().unwrap_or_default()),
            score: scores.next().flatten().filter(|_| trains),
            question,
        });
        Ok(asked.collect())
    }

    /// How many free answers wait for a trainer.
    async fn ungraded(&self) -> i32 {
        self.0.ungraded
    }

    /// Points; null before they are final.
    async fn points(&self, context: &Context<'_>) -> Result<Option<i32>, Fault> {
        Ok(self.is_final(context)?.then_some(self.0.points))
    }

    /// Points there are.
    async fn out_of(&self) -> i32 {
        self.0.out_of
    }

    /// Whether the points pass the test; null before they are final.
    async fn passed(&self, context: &Context<'_>) -> Result<Option<bool>, Fault> {
        Ok(self.is_final(context)?.then_some(self.0.passed))
    }
}

impl TestAttempt {
    fn is_final(&self, context: &Context<'_>) -> Result<bool, Fault> {
        Ok(standing(&self.0, context.scope()?.now()) == Standing::Finished)
    }
}

/// A question as an attempt asks it, and what was answered. Never the right answer.
pub struct AttemptQuestion {
    question: test_question::Model,
    order: Vec<usize>,
    /// Nothing where it cannot be read.
    given: Option<Given>,
    score: Option<i32>,
}

/// A question as an attempt asks it, and what was answered. Never the right answer.
#[Object]
impl AttemptQuestion {
    /// Place in the test, from 0: answers name it.
    async fn position(&self) -> i32 {
        self.question.position
    }

    /// What kind of question it is.
    async fn kind(&self) -> QuestionKind {
        self.question.kind.into()
    }

    /// The question.
    async fn text(&self) -> &str {
        &self.question.text
    }

    /// The options, in an order of this attempt: answers name their positions in it, from 0.
    async fn options(&self) -> Vec<String> {
        let options: Vec<String> = of_column(&self.question.options);
        self.order.iter().filter_map(|at| options.get(*at).cloned()).collect()
    }

    /// How many points a right answer gives.
    async fn points(&self) -> i32 {
        self.question.points
    }

    /// Positions of the chosen options; empty where none was chosen, null where that cannot be read.
    async fn choices(&self, context: &Context<'_>) -> Result<Option<Vec<usize>>, Error> {
        Ok(Some(as_shown(&self.order, &self.given(context)?.choices)))
    }

    /// The free answer; empty where there is none, null where it cannot be read.
    async fn answer(&self, context: &Context<'_>) -> Result<Option<&str>, Error> {
        Ok(Some(&*self.given(context)?.text))
    }

    /// How many points the answer got, for those who train; null for others, and while it waits for them.
    async fn score(&self) -> Option<i32> {
        self.score
    }
}

impl AttemptQuestion {
    fn given(&self, context: &Context<'_>) -> Result<&Given, Error> {
        self.given.as_ref().ok_or_else(|| unreadable(context.language()))
    }
}
