//! Reading questions, tests, results and evaluations.

use super::actions;
use super::rules::evaluation::{shows_pending, shows_results};
use super::types::{
    EvaluationQuestion, EvaluationResults, Question, Rows, SessionEvaluation, SessionLearning, SessionTest,
    TestAttempt, TestCount, TestResult, TestStage, Trained, learning,
};
use crate::access::{Order, PageArguments, Permission, Role, Scope, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::language::Language;
use crate::relay::{self, ConnectionOf};
use crate::statistics::rules::year as instants_of;
use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::registration::State;
use entity::session_test::Stage;
use entity::{
    evaluation, evaluation_answered, question, registration, session_evaluation, session_test, test_attempt,
    test_question, test_result, training_session,
};
use sea_orm::{ActiveEnum, ColumnTrait, Condition, EntityTrait, RelationDef};
use std::ops::Range;
use uuid::Uuid;

/// Which questions to list. What is left out does not narrow the list.
#[derive(Default, InputObject)]
struct QuestionFilter {
    /// About exactly this topic.
    topic: Option<String>,
    /// About this indicator set: its code.
    indicator_set: Option<String>,
    /// Retired ones, or those that can be asked.
    retired: Option<bool>,
}

impl QuestionFilter {
    fn condition(self) -> Condition {
        use question::Column;
        let retired = |retired| if retired { Column::RetiredAt.is_not_null() } else { Column::RetiredAt.is_null() };
        Condition::all()
            .add_option(self.topic.map(|topic| Column::Topic.eq(asked_for(topic))))
            .add_option(self.indicator_set.map(|code| Column::IndicatorSet.eq(asked_for(code))))
            .add_option(self.retired.map(retired))
    }
}

/// A text that somebody asks for. PostgreSQL holds no NUL, and refuses to compare with one: without it the text is still that of
/// no question, because none holds a control character.
fn asked_for(text: String) -> String {
    text.replace('\0', "\u{1}")
}

/// Root fields of the room.
#[derive(Default)]
pub struct LearningQueries;

#[Object]
impl LearningQueries {
    /// Questions of your organisation's bank, newest first, each version by itself.
    #[graphql(
        directive = guarded::apply(Permission::Train),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn questions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<QuestionFilter>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Question>, Fault> {
        let scope = context.scope()?;
        let condition = filter.unwrap_or_default().condition();
        let find = || scope.find::<question::Entity>().filter(condition.clone());
        let order = [Order::descending(question::Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, Question).await
    }

    /// The tests of a session, that before it first; empty where there are none for you.
    #[graphql(directive = guarded::apply(Permission::ReadTraining), complexity = "1 + 2 * child_complexity")]
    async fn session_tests(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The session.")] session_id: ID,
    ) -> Result<Vec<SessionTest>, Fault> {
        let Some(session) = ids::decode(ObjectType::TrainingSession, &session_id) else { return Ok(Vec::new()) };
        Ok(tests_of(context.scope()?, session).await?.into_iter().map(SessionTest).collect())
    }

    /// An attempt at a test: your own, or one of a session that you train. Null where it does not exist for you.
    #[graphql(directive = guarded::apply(Permission::ReadTraining))]
    async fn test_attempt(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<TestAttempt>, Fault> {
        let Some(key) = ids::decode(ObjectType::TestAttempt, &id) else { return Ok(None) };
        let attempt = context.scope()?.find::<test_attempt::Entity>().by_key(key).one().await?;
        Ok(attempt.map(TestAttempt))
    }

    /// Attempts at a test of a session that you train, in the order in which they were begun.
    #[graphql(
        directive = guarded::apply(Permission::Train),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    #[expect(clippy::too_many_arguments, reason = "Relay's page arguments")]
    async fn test_attempts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The test.")] test_id: ID,
        #[graphql(desc = "True: only those with free answers that wait for a trainer.")] ungraded: Option<bool>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<TestAttempt>, Fault> {
        use test_attempt::Column;
        let scope = context.scope()?;
        let test = ids::decode(ObjectType::SessionTest, &test_id).unwrap_or_default();
        let waits = ungraded.filter(|ungraded| *ungraded).map(|_| Column::Ungraded.gt(0));
        let condition = Condition::all().add(Column::TestId.eq(test)).add_option(waits);
        let find = || scope.find::<test_attempt::Entity>().filter(condition.clone());
        let order = [Order::ascending(Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, TestAttempt).await
    }

    /// Results of the tests of a session: your own, those of the staff that you coordinate, or all where you train it.
    #[graphql(
        directive = guarded::apply(Permission::ReadResults),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn test_results(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The session.")] session_id: ID,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<TestResult>, Fault> {
        use test_result::Column;
        let scope = context.scope()?;
        let session = ids::decode(ObjectType::TrainingSession, &session_id).unwrap_or_default();
        let trained = actions::trains(scope, session).await?;
        let own = Column::OrganisationId.eq(scope.viewer().organisation_id());
        // A supervisor who trains other sessions sees what their groups learned, and nobody's result.
        let condition = Condition::all().add(Column::SessionId.eq(session)).add_option((!trained).then_some(own));
        let find = || scope.find::<test_result::Entity>().filter(condition.clone());
        let order = [Order::ascending(Column::Id)];
        let arguments = PageArguments { first, after, last, before };
        relay::connection(context, find, &order, arguments, |row| TestResult { row, trained }).await
    }

    /// What was learned in a session, by those who took both its tests. Null where it does not exist for you.
    #[graphql(directive = guarded::apply(Permission::ReadLearning), complexity = "20 + child_complexity")]
    async fn session_learning(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The session.")] session_id: ID,
    ) -> Result<Option<SessionLearning>, Fault> {
        let scope = context.scope()?;
        let Some(session) = session(scope, &session_id).await? else { return Ok(None) };
        let trained = actions::trains(scope, session.id).await?;
        if !trained && !scope.viewer().has_any(&[Role::Supervisor]) {
            return Ok(None);
        }
        Ok(Some(learning(&rows(scope, session.id, trained).await?)))
    }

    /// How many tests that closed in a year, on the calendar in Serbia, have a result, and how many were passed.
    #[graphql(directive = guarded::apply(Permission::CountLearning))]
    async fn test_counts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The year, 1900 to 2199.")] year: i32,
    ) -> Result<Vec<TestCount>, Fault> {
        let instants = instants_of(year).ok_or(Fault::BadInput("Give a year from 1900 to 2199."))?;
        let scope = context.scope()?;
        let taken = count(scope, &instants, Condition::all()).await?;
        let passed = count(scope, &instants, Condition::all().add(test_result::Column::Passed.eq(true))).await?;
        let number = |counts: &[(String, u64)], stage: Stage| {
            counts.iter().find(|(name, _)| *name == stage.to_value()).map_or(0, |(_, number)| *number)
        };
        let of_stage = |stage: Stage| TestCount {
            stage: TestStage::from(stage),
            taken: number(&taken, stage),
            passed: number(&passed, stage),
        };
        Ok([Stage::Before, Stage::After].map(of_stage).into())
    }

    /// The questions that every evaluation answers.
    #[graphql(directive = guarded::apply(Permission::ReadTraining))]
    async fn evaluation_questions(&self, context: &Context<'_>) -> Vec<EvaluationQuestion> {
        EvaluationQuestion::all(context.language())
    }

    /// The evaluation of a session; null where it cannot be evaluated, or does not exist for you.
    #[graphql(directive = guarded::apply(Permission::ReadTraining), complexity = "10 + child_complexity")]
    async fn session_evaluation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The session.")] session_id: ID,
    ) -> Result<Option<SessionEvaluation>, Fault> {
        let scope = context.scope()?;
        let Some(key) = ids::decode(ObjectType::TrainingSession, &session_id) else { return Ok(None) };
        let window = scope.find::<session_evaluation::Entity>().by_key(key).one().await?;
        match window {
            Some(window) => Ok(Some(evaluation_of(scope, &window, context.language()).await?)),
            None => Ok(None),
        }
    }
}

async fn session(scope: &Scope, id: &str) -> Result<Option<training_session::Model>, Fault> {
    let Some(key) = ids::decode(ObjectType::TrainingSession, id) else { return Ok(None) };
    Ok(scope.find::<training_session::Entity>().by_key(key).one().await?)
}

async fn tests_of(scope: &Scope, session: Uuid) -> Result<Vec<session_test::Model>, Fault> {
    let of_session = session_test::Column::SessionId.eq(session);
    let mut tests = scope.find::<session_test::Entity>().filter(of_session).all().await?;
    tests.sort_by_key(|test| test.stage == Stage::After);
    Ok(tests)
}

/// The rows that the figures of a session are made of.
async fn rows(scope: &Scope, session: Uuid, trains: bool) -> Result<Rows, Fault> {
    let tests = tests_of(scope, session).await?;
    let results = scope.find::<test_result::Entity>().filter(test_result::Column::SessionId.eq(session)).all().await?;
    let trained = if trains { Some(trained(scope, session).await?) } else { None };
    Ok(Rows { tests, results, trained })
}

async fn trained(scope: &Scope, session: Uuid) -> Result<Trained, Fault> {
    let of_session = registration::Column::SessionId.eq(session);
    let registrations = scope.find::<registration::Entity>().filter(of_session).all().await?;
    let of_session = test_question::Column::SessionId.eq(session);
    let order = [Order::ascending(test_question::Column::Position), Order::ascending(test_question::Column::Id)];
    let asked = scope.find::<test_question::Entity>().filter(of_session).order(&order).all().await?;
    let of_session = test_attempt::Column::SessionId.eq(session);
    let attempts = scope.find::<test_attempt::Entity>().filter(of_session).all().await?;
    Ok(Trained { registrations, asked, attempts })
}

/// Results in tests that closed at one of these instants, by the name of the test's stage.
async fn count(scope: &Scope, instants: &Range<DateTime<Utc>>, which: Condition) -> Result<Vec<(String, u64)>, Fault> {
    use session_test::Column;
    let to_test: RelationDef =
        test_result::Entity::belongs_to(session_test::Entity).from(test_result::Column::TestId).to(Column::Id).into();
    let closed = which.add(Column::ClosesAt.gte(instants.start)).add(Column::ClosesAt.lt(instants.end));
    let tally = scope.tally::<test_result::Entity>().await?.with::<session_test::Entity>(to_test);
    let groups = tally.filter(closed).by(Column::Stage).run().await?;
    Ok(groups.into_iter().filter_map(|(names, number)| Some((names.into_iter().next()?, number))).collect())
}

/// An evaluation as the viewer may see it.
async fn evaluation_of(
    scope: &Scope,
    window: &session_evaluation::Model,
    language: Language,
) -> Result<SessionEvaluation, Fault> {
    let session = window.session_id;
    let trains = actions::trains(scope, session).await?;
    let mut seen = SessionEvaluation::of(window, answered_by_viewer(scope, session).await?);
    if !trains && !scope.viewer().has_any(&[Role::Supervisor]) {
        return Ok(seen);
    }
    let answers = scope.find::<evaluation::Entity>().filter(evaluation::Column::SessionId.eq(session)).all().await?;
    seen.answers = Some(answers.len());
    if trains && shows_pending(window, answers.len(), scope.now()) {
        seen.pending = Some(pending(scope, session).await?.into_iter().map(Into::into).collect());
    }
    if shows_results(window, answers.len(), scope.now()) {
        seen.results = Some(EvaluationResults::of(answers, language));
    }
    Ok(seen)
}

/// Whether the viewer itself has answered; nothing where it has no place in the session.
async fn answered_by_viewer(scope: &Scope, session: Uuid) -> Result<Option<bool>, Fault> {
    use registration::Column;
    let own = Condition::all()
        .add(Column::SessionId.eq(session))
        .add(Column::MembershipId.eq(scope.viewer().membership_id()))
        .add(Column::State.eq(State::Registered));
    let Some(place) = scope.find::<registration::Entity>().filter(own).one().await? else { return Ok(None) };
    Ok(Some(scope.find::<evaluation_answered::Entity>().by_key(place.id).one().await?.is_some()))
}

/// Places in a session whose holders have not answered, in the order of the registrations.
async fn pending(scope: &Scope, session: Uuid) -> Result<Vec<registration::Model>, Fault> {
    use registration::Column;
    let of_session = evaluation_answered::Column::SessionId.eq(session);
    let answered = scope.find::<evaluation_answered::Entity>().filter(of_session).all().await?;
    // Without an account there is no way to answer.
    let placed = Condition::all()
        .add(Column::SessionId.eq(session))
        .add(Column::State.eq(State::Registered))
        .add(Column::MembershipId.is_not_null());
    let order = [Order::ascending(Column::Id)];
    let mut places = scope.find::<registration::Entity>().filter(placed).order(&order).all().await?;
    places.retain(|place| !answered.iter().any(|answered| answered.registration_id == place.id));
    Ok(places)
}
