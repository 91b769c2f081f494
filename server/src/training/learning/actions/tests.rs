//! Setting the tests of a session.

use super::trained_session;
use crate::access::{Action, Scope, Write};
use crate::clock::storable;
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::ids;
use crate::language::Message;
use crate::training::learning::rules::tests::{self, Terms};
use crate::training::learning::rules::wrong_state;
use entity::session_test::{self, Model, Stage};
use entity::{question, test_attempt, test_question, training_session};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// What a test is to be.
pub(crate) struct NewTest {
    pub(crate) session: Option<Uuid>,
    pub(crate) stage: Stage,
    pub(crate) terms: Terms,
    /// Questions of the organiser's bank, in their order.
    pub(crate) questions: Vec<Option<Uuid>>,
}

/// Sets the test before or after a session, in the place of the one that was set, unless somebody has taken that.
pub(crate) async fn set_test(scope: &Scope, new: NewTest) -> Outcome<Model> {
    let write = scope.begin().await?;
    let session = trained_session(&write, new.session).await?;
    tests::check(&new.terms, new.questions.len())?;
    tests::takes_tests(session.state, "sessionId")?;
    let questions = questions(&write, &session, &new.questions).await?;
    let of_stage = Condition::all()
        .add(session_test::Column::SessionId.eq(session.id))
        .add(session_test::Column::Stage.eq(new.stage));
    let before = write.find::<session_test::Entity>().filter(of_stage).locked().one().await?;
    let out_of = questions.iter().map(|question| question.points).sum();
    let test = match before {
        Some(before) => change(&write, &before, &new.terms, out_of).await?,
        None => {
            let row = as_row(&write, &session, &new, out_of);
            write.insert::<session_test::Entity>(row, Action::TestSet).await?
        }
    };
    let asked = (0..).zip(&questions).map(|(position, question)| asked(&write, &test, position, question));
    write.insert_parts::<test_question::Entity>(asked.collect()).await?;
    write.commit().await?;
    Ok(test)
}

/// Changes a test that nobody has taken, and takes its questions out.
async fn change(write: &Write, before: &Model, terms: &Terms, out_of: i32) -> Outcome<Model> {
    let taken = write.find::<test_attempt::Entity>().filter(test_attempt::Column::TestId.eq(before.id)).count().await?;
    if taken > 0 {
        return Err(wrong_state("sessionId", "test-was-taken").into());
    }
    let revision = before.revision + 1;
    let after = with_terms(Model { out_of, revision, ..before.clone() }, terms);
    let asked = Condition::all().add(test_question::Column::TestId.eq(before.id));
    write.delete_parts::<test_question::Entity>(asked).await?;
    Ok(write.update::<session_test::Entity>(before, after, Action::TestSet).await?)
}

/// The questions with these keys: of the organiser's bank, not retired, each once.
async fn questions(
    write: &Write,
    session: &training_session::Model,
    keys: &[Option<Uuid>],
) -> Outcome<Vec<question::Model>> {
    let own = question::Column::OrganisationId.eq(session.organisation_id);
    let found = write.find::<question::Entity>().by_keys(keys.iter().flatten().copied()).filter(own).all().await?;
    let mut questions = Vec::with_capacity(keys.len());
    let mut wrong = Vec::new();
    for (at, key) in keys.iter().enumerate() {
        let path = format!("questionIds.{at}");
        match found.iter().find(|question| Some(question.id) == *key) {
            None => wrong.push(Problem::not_found(&path)),
            Some(_) if keys[..at].contains(key) => {
                wrong.push(Problem::new(UserErrorCode::Taken, &path, Message::new("question-twice")));
            }
            Some(question) if question.retired_at.is_some() => wrong.push(wrong_state(&path, "question-retired")),
            Some(question) => questions.push(question.clone()),
        }
    }
    if wrong.is_empty() { Ok(questions) } else { Err(wrong.into()) }
}

fn with_terms(test: Model, terms: &Terms) -> Model {
    Model {
        attempts: terms.attempts,
        minutes: terms.minutes,
        pass_percent: terms.pass_percent,
        opens_at: storable(terms.opens_at),
        closes_at: storable(terms.closes_at),
        ..test
    }
}

fn as_row(write: &Write, session: &training_session::Model, new: &NewTest, out_of: i32) -> Model {
    let row = Model {
        id: ids::new_key(write.now()),
        organisation_id: session.organisation_id,
        session_id: session.id,
        stage: new.stage,
        attempts: 1,
        minutes: None,
        pass_percent: 0,
        out_of,
        opens_at: write.now(),
        closes_at: write.now(),
        revision: 1,
        created_at: write.now(),
    };
    with_terms(row, &new.terms)
}

/// A question as the test asks it.
fn asked(write: &Write, test: &Model, position: i32, question: &question::Model) -> test_question::Model {
    test_question::Model {
        id: ids::new_key(write.now()),
        organisation_id: test.organisation_id,
        session_id: test.session_id,
        test_id: test.id,
        question_id: question.id,
        position,
        kind: question.kind,
        text: question.text.clone(),
        options: question.options.clone(),
        points: question.points,
    }
}
