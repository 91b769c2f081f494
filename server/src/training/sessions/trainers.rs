//! Who trains a session.

use super::planning::to_change;
use super::rules::Times;
use crate::access::{Action, Result, Role, Roles, Scope, Write};
use crate::error::{Fault, Outcome, Problem, UserErrorCode};
use crate::ids;
use crate::language::Message;
use entity::session_trainer::{Column, Entity};
use entity::training_session::{self, Model, State};
use entity::{membership, session_trainer, training_day};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

/// The most trainers of a session.
const MOST_TRAINERS: usize = 20;

/// Planning waits for others who plan with the same trainers, and counts their sessions beside that: one at a time on each server,
/// so that those who wait leave a connection to whoever counts.
static PLANNING: Semaphore = Semaphore::const_new(1);

/// A turn to plan, taken before the transaction begins.
pub(super) async fn turn() -> Outcome<SemaphorePermit<'static>> {
    Ok(PLANNING.acquire().await.map_err(|_| Fault::Internal)?)
}

/// Whether the viewer trains this session. Seeing a session is not enough: many see it who take part.
///
/// # Errors
/// The database is away.
pub async fn trains(scope: &Scope, session: Uuid) -> Result<bool> {
    let own = Condition::all()
        .add(Column::SessionId.eq(session))
        .add(Column::MembershipId.eq(scope.viewer().membership_id()));
    let is_trainer = scope.viewer().has_any(&[Role::Trainer]);
    Ok(is_trainer && scope.find::<Entity>().filter(own).one().await?.is_some())
}

/// Says who trains a session. Only who planned it does; it stays one of them.
pub(super) async fn name_trainers(
    scope: &Scope,
    key: Option<Uuid>,
    revision: i32,
    trainers: &[Option<Uuid>],
) -> Outcome<Model> {
    let _turn = turn().await?;
    let write = scope.begin().await?;
    let before = to_change(&write, key, revision).await?;
    if before.planner_id != write.viewer().membership_id() {
        return Err(Problem::new(UserErrorCode::Invalid, "sessionId", Message::new("only-the-planner")).into());
    }
    let trainers = known_trainers(&write, before.planner_id, trainers).await?;
    let of = training_day::Column::SessionId.eq(before.id);
    let days = write.find::<training_day::Entity>().filter(of).all().await?;
    let days: Vec<Times> = days.iter().map(|day| (day.starts_at, day.ends_at)).collect();
    expect_free(scope, &write, &trainers, Some(before.id), &days, "trainerIds").await?;
    let others = Condition::all().add(Column::SessionId.eq(before.id)).add(Column::MembershipId.ne(before.planner_id));
    write.delete_parts::<Entity>(others).await?;
    add_trainers(&write, &before, &trainers[1..]).await?;
    let trainer_names = names(&write, &trainers).await?;
    let after = Model { trainer_names, revision: before.revision + 1, ..before.clone() };
    let after = write.update::<training_session::Entity>(&before, after, Action::TrainersNamed).await?;
    write.commit().await?;
    Ok(after)
}

/// Refuses days on which one of these trainers holds another session. It is counted, because others' sessions are not read; of
/// two that are planned at the same time one waits for the other.
pub(super) async fn expect_free(
    scope: &Scope,
    write: &Write,
    trainers: &[Uuid],
    session: Option<Uuid>,
    days: &[Times],
    path: &str,
) -> Outcome<()> {
    write.hold(trainers).await?;
    let at_once = days.iter().fold(Condition::any(), |any, (start, end)| {
        any.add(
            Condition::all().add(training_day::Column::StartsAt.lt(*end)).add(training_day::Column::EndsAt.gt(*start)),
        )
    });
    let theirs = Entity::find().select_only().column(Column::SessionId);
    let theirs = theirs.filter(Column::MembershipId.is_in(trainers.iter().copied()));
    let takes_place = training_session::Entity::find().select_only().column(training_session::Column::Id);
    let takes_place = takes_place.filter(training_session::Column::State.ne(State::Cancelled));
    let busy = scope
        .tally::<training_day::Entity>()
        .await?
        .filter(at_once)
        .filter(training_day::Column::SessionId.ne(session.unwrap_or_default()))
        .filter(training_day::Column::SessionId.in_subquery(theirs.into_query()))
        .filter(training_day::Column::SessionId.in_subquery(takes_place.into_query()));
    if busy.run().await?.iter().any(|(_, days)| *days > 0) {
        return Err(Problem::new(UserErrorCode::Taken, path, Message::new("trainer-busy")).into());
    }
    Ok(())
}

pub(super) async fn trainers_of(write: &Write, session: Uuid) -> Outcome<Vec<Uuid>> {
    let of = Column::SessionId.eq(session);
    let rows = write.find::<Entity>().filter(of).all().await?;
    Ok(rows.into_iter().map(|row| row.membership_id).collect())
}

/// Memberships that can train, the planner's first, each once.
async fn known_trainers(write: &Write, planner: Uuid, named: &[Option<Uuid>]) -> Outcome<Vec<Uuid>> {
    let mut trainers = vec![planner];
    for (at, key) in named.iter().enumerate() {
        let path = format!("trainerIds.{at}");
        let missing = || Problem::not_found(&path);
        let member = write.find::<membership::Entity>().by_key(key.ok_or_else(missing)?).one().await?;
        let trains = |row: &membership::Model| row.ended_at.is_none() && Roles::parse(&row.roles).has(Role::Trainer);
        let member = member.filter(trains).ok_or_else(missing)?;
        if !trainers.contains(&member.id) {
            trainers.push(member.id);
        }
    }
    if trainers.len() > MOST_TRAINERS {
        let message = Message::new("too-many").with_number("most", MOST_TRAINERS);
        return Err(Problem::new(UserErrorCode::TooLong, "trainerIds", message).into());
    }
    Ok(trainers)
}

/// Names of members, as they stand on an invitation.
pub(super) async fn names(write: &Write, members: &[Uuid]) -> Outcome<String> {
    let rows = write.find::<membership::Entity>().by_keys(members.iter().copied()).all().await?;
    let name = |key: &Uuid| rows.iter().find(|row| row.id == *key).map(|row| row.name.clone());
    Ok(members.iter().filter_map(name).collect::<Vec<_>>().join(", "))
}

pub(super) async fn add_trainers(write: &Write, session: &Model, trainers: &[Uuid]) -> Outcome<()> {
    let rows = trainers.iter().map(|membership_id| session_trainer::Model {
        id: ids::new_key(write.now()),
        organisation_id: session.organisation_id,
        session_id: session.id,
        membership_id: *membership_id,
        planner_id: session.planner_id,
    });
    Ok(write.insert_parts::<Entity>(rows.collect()).await?)
}
