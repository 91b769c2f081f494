//! Tests of sessions.

use super::attempts::TestAttempt;
use super::questions::QuestionKind;
use crate::access::Order;
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::loader::RequestLoader;
use crate::training::learning::actions::trains;
use crate::training::learning::loader::{Loader, QuestionsOf, TestKey};
use crate::training::learning::rules::of_column;
use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use entity::session_test::{self, Model};
use entity::{registration, test_attempt, test_question};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// When a test is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "session_test::Stage")]
pub enum TestStage {
    /// Before the session.
    Before,
    /// After it.
    After,
}

/// A test of a session: what participants know before, or after.
pub struct SessionTest(pub(in crate::training::learning) Model);

/// A test of a session: what participants know before, or after.
#[Object]
impl SessionTest {
    /// Opaque id.
    async fn id(&self) -> ID {
        ids::encode(ObjectType::SessionTest, self.0.id).into()
    }

    /// The id of the session.
    async fn session_id(&self) -> ID {
        ids::encode(ObjectType::TrainingSession, self.0.session_id).into()
    }

    /// Before or after the session.
    async fn stage(&self) -> TestStage {
        self.0.stage.into()
    }

    /// How often a participant may take it. The best attempt counts.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// Time limit of an attempt, in minutes; null where only its closing ends it.
    async fn minutes(&self) -> Option<i32> {
        self.0.minutes
    }

    /// How many of its points, in percent, pass it.
    async fn pass_percent(&self) -> i32 {
        self.0.pass_percent
    }

    /// Points of all its questions.
    async fn out_of(&self) -> i32 {
        self.0.out_of
    }

    /// From when it can be taken.
    async fn opens_at(&self) -> DateTime<Utc> {
        self.0.opens_at
    }

    /// Until when it can be taken.
    async fn closes_at(&self) -> DateTime<Utc> {
        self.0.closes_at
    }

    /// Its questions in their order, for those who train the session; null for others.
    async fn questions(&self, context: &Context<'_>) -> Result<Option<Vec<TestQuestion>>, Fault> {
        let scope = context.scope()?;
        if !trains(scope, self.0.session_id).await? {
            return Ok(None);
        }
        Ok(Some(questions_of(context, self.0.id).await?.into_iter().map(TestQuestion).collect()))
    }

    /// Your own attempts, in their order.
    async fn own_attempts(&self, context: &Context<'_>) -> Result<Vec<TestAttempt>, Fault> {
        let scope = context.scope()?;
        let itself = registration::Column::MembershipId.eq(scope.viewer().membership_id());
        let of_session = registration::Column::SessionId.eq(self.0.session_id);
        let own = scope.find::<registration::Entity>().filter(itself).filter(of_session).all().await?;
        let of_test = Condition::all()
            .add(test_attempt::Column::TestId.eq(self.0.id))
            .add(test_attempt::Column::RegistrationId.is_in(own.iter().map(|registration| registration.id)));
        let order = [Order::ascending(test_attempt::Column::Id)];
        let attempts = scope.find::<test_attempt::Entity>().filter(of_test).order(&order).all().await?;
        Ok(attempts.into_iter().map(TestAttempt).collect())
    }
}

impl SessionTest {
    /// The test with this key, where the viewer may see it.
    pub(super) async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        Ok(loader.load_one(TestKey(key)).await?.map(Self))
    }
}

/// Questions of a test in their order, as far as the viewer sees them.
pub(super) async fn questions_of(context: &Context<'_>, test: Uuid) -> Result<Vec<test_question::Model>, Fault> {
    let loader = context.data_unchecked::<RequestLoader<Loader>>();
    Ok(loader.load_one(QuestionsOf(test)).await?.unwrap_or_default())
}

/// A question as a test asks it, without the right answer.
pub struct TestQuestion(test_question::Model);

/// A question as a test asks it, without the right answer.
#[Object]
impl TestQuestion {
    /// The id of the question in the bank, which leads to nothing for those who may not see it.
    async fn question_id(&self) -> ID {
        ids::encode(ObjectType::Question, self.0.question_id).into()
    }

    /// Place in the test, from 0.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// What kind of question it is.
    async fn kind(&self) -> QuestionKind {
        self.0.kind.into()
    }

    /// The question.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// The options, in the order of the bank.
    async fn options(&self) -> Vec<String> {
        of_column(&self.0.options)
    }

    /// How many points a right answer gives.
    async fn points(&self) -> i32 {
        self.0.points
    }
}
