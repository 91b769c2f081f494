//! What is done to the bank, to tests, by those who take them, and to evaluations.

mod attempts;
mod bank;
mod evaluations;
mod grading;
mod tests;

pub(super) use attempts::{answer, end_overdue, start};
pub(super) use bank::{retire, revise, write_question};
pub(super) use evaluations::{close_evaluation, evaluate, open_evaluation};
pub(super) use grading::{grade, record};
pub(super) use tests::{NewTest, set_test};

use super::rules::tests::best;
use crate::access::{Result, Write};
use crate::error::{Outcome, Problem};
use crate::ids;
pub(super) use crate::training::sessions::trains;
use entity::registration::State;
use entity::{registration, session_test, test_attempt, test_result, training_session};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// A session that the viewer trains, locked.
async fn trained_session(write: &Write, key: Option<Uuid>) -> Outcome<training_session::Model> {
    let missing = || Problem::not_found("sessionId");
    let key = key.ok_or_else(missing)?;
    let session = write.find::<training_session::Entity>().by_key(key).locked().one().await?;
    let session = session.ok_or_else(missing)?;
    if trains(write, session.id).await? { Ok(session) } else { Err(missing().into()) }
}

/// The session that a test or an attempt is of.
async fn session_of(write: &Write, key: Uuid, path: &str) -> Outcome<training_session::Model> {
    let session = write.find::<training_session::Entity>().by_key(key).one().await?;
    Ok(session.ok_or_else(|| Problem::not_found(path))?)
}

/// The viewer's own place in a session, locked so that nothing is done twice at once.
async fn own_place(write: &Write, session: Uuid) -> Outcome<Option<registration::Model>> {
    use registration::Column;
    let own = Condition::all()
        .add(Column::SessionId.eq(session))
        .add(Column::MembershipId.eq(write.viewer().membership_id()))
        .add(Column::State.eq(State::Registered));
    Ok(write.find::<registration::Entity>().filter(own).locked().one().await?)
}

/// Attempts of a registration at a test, in their order.
async fn attempts_at(write: &Write, test: Uuid, registration: Uuid) -> Result<Vec<test_attempt::Model>> {
    use test_attempt::Column;
    let of = Condition::all().add(Column::TestId.eq(test)).add(Column::RegistrationId.eq(registration));
    let mut attempts = write.find::<test_attempt::Entity>().filter(of).all().await?;
    attempts.sort_by_key(|attempt| attempt.number);
    Ok(attempts)
}

/// Writes down what counts of the attempts at a test, where one of them is final.
async fn settle(write: &Write, attempt: &test_attempt::Model) -> Result<()> {
    use test_result::Column;
    let attempts = attempts_at(write, attempt.test_id, attempt.registration_id).await?;
    let Some(best) = best(&attempts) else { return Ok(()) };
    let of = Condition::all().add(Column::TestId.eq(best.test_id)).add(Column::RegistrationId.eq(best.registration_id));
    let before = write.find::<test_result::Entity>().filter(of).one().await?;
    let result = test_result::Model {
        id: before.as_ref().map_or_else(|| ids::new_key(write.now()), |before| before.id),
        organisation_id: best.organisation_id,
        session_id: best.session_id,
        test_id: best.test_id,
        registration_id: best.registration_id,
        attempt_id: best.id,
        points: best.points,
        out_of: best.out_of,
        passed: best.passed,
    };
    match before {
        Some(before) => write.update_part::<test_result::Entity>(&before, result).await?,
        None => {
            write.insert_part::<test_result::Entity>(result).await?;
        }
    }
    Ok(())
}

/// The test with this key.
async fn test(write: &Write, key: Option<Uuid>) -> Outcome<session_test::Model> {
    let missing = || Problem::not_found("testId");
    let found = write.find::<session_test::Entity>().by_key(key.ok_or_else(missing)?).one().await?;
    Ok(found.ok_or_else(missing)?)
}
