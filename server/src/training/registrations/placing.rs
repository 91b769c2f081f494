//! Giving out the places of a session: under its lock, so that of two who want the last one exactly one gets it.

use super::rules::{self, Places};
use crate::access::{Action, News, Order, Scope, Write};
use crate::error::{Fault, Outcome, Problem, Stop, UserErrorCode};
use crate::language::Message;
use chrono::{DateTime, Utc};
use entity::registration::{self, Column, Model, State};
use entity::{session_places, training_session};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A session that is locked, with those who hold a place in it.
pub(super) struct Placing {
    pub(super) session: training_session::Model,
    held: Vec<Model>,
    kept: Vec<(entity::organisation::Kind, i32)>,
}

impl Placing {
    /// Locks a session that was found before.
    pub(super) async fn begin(write: &Write, session: Uuid) -> Outcome<Self> {
        let locked = write.find::<training_session::Entity>().by_key(session).locked().one().await?;
        let closed = || Problem::new(UserErrorCode::WrongState, "sessionId", Message::new("registration-closed"));
        let session = locked.ok_or_else(closed)?;
        let held = write.find::<registration::Entity>().filter(of(&session, &[State::Offered, State::Registered]));
        let held = held.all().await?;
        let kept = write.find::<session_places::Entity>().filter(session_places::Column::SessionId.eq(session.id));
        let kept = kept.all().await?.into_iter().map(|row| (row.kind, row.places)).collect();
        Ok(Self { session, held, kept })
    }

    pub(super) fn places(&self, now: DateTime<Utc>) -> Places {
        Places::of(&self.session, &self.kept, &self.held, now)
    }

    /// Registrations that hold a place.
    pub(super) fn held(&self) -> &[Model] {
        &self.held
    }

    /// Whether somebody from this kind of institution waits already.
    pub(super) async fn is_waited_for(&self, write: &Write, kind: entity::organisation::Kind) -> Outcome<bool> {
        let waiting = of(&self.session, &[State::Waiting]).add(Column::Kind.eq(kind));
        Ok(write.find::<registration::Entity>().filter(waiting).one().await?.is_some())
    }

    /// Gives what is free to those who wait, and keeps the number of taken places.
    pub(super) async fn end(mut self, write: &Write) -> Outcome<()> {
        let now = write.now();
        let free = usize::try_from(self.session.capacity).unwrap_or_default() > self.places(now).taken();
        if free && rules::gives_out(&self.session, now) {
            self.give_out(write).await?;
        }
        let taken = i32::try_from(self.places(now).taken()).unwrap_or(i32::MAX);
        if taken != self.session.taken {
            let after = training_session::Model { taken, ..self.session.clone() };
            write.update_part::<training_session::Entity>(&self.session, after).await?;
        }
        Ok(())
    }

    async fn give_out(&mut self, write: &Write) -> Outcome<()> {
        let now = write.now();
        let order = [Order::ascending(Column::Id)];
        let waiting = write.find::<registration::Entity>().filter(of(&self.session, &[State::Waiting])).order(&order);
        let waiting = waiting.all().await?;
        let given = self.places(now).give_out(&waiting);
        let until = rules::offered_until(&self.session, now);
        let state = if until.is_some() { State::Offered } else { State::Registered };
        for row in waiting.iter().filter(|row| given.contains(&row.id)) {
            self.change(write, row, |row| (row.state, row.offered_until) = (state, until), Action::PlaceOffered)
                .await?;
            write.tell::<registration::Entity>(News::PlaceOffered, row.id).await?;
        }
        Ok(())
    }

    /// Changes a registration of the session.
    pub(super) async fn change(
        &mut self,
        write: &Write,
        before: &Model,
        change: impl FnOnce(&mut Model),
        action: Action,
    ) -> Outcome<Model> {
        let after = changed(write, before, change, action).await?;
        self.held.retain(|row| row.id != after.id);
        self.held.extend(rules::holds_a_place(&after).then(|| after.clone()));
        Ok(after)
    }

    /// Adds a registration.
    pub(super) async fn add(&mut self, write: &Write, row: Model) -> Outcome<Model> {
        self.held.extend(rules::holds_a_place(&row).then(|| row.clone()));
        Ok(write.insert::<registration::Entity>(row, Action::Registered).await?)
    }
}

/// Changes a registration, whatever that means for the places of its session.
pub(super) async fn changed(
    write: &Write,
    before: &Model,
    change: impl FnOnce(&mut Model),
    action: Action,
) -> Outcome<Model> {
    let mut after = before.clone();
    change(&mut after);
    after.revision += 1;
    after.changed_at = write.now();
    Ok(write.update::<registration::Entity>(before, after, action).await?)
}

/// Registrations for a session, in one of these states.
pub(super) fn of(session: &training_session::Model, states: &[State]) -> Condition {
    Condition::all().add(Column::SessionId.eq(session.id)).add(Column::State.is_in(states.iter().copied()))
}

/// Gives the free places of a session to those who wait, after a change of how many there are or for whom they are kept. Answers
/// the session as it is then.
pub async fn pass_on(write: &Write, session: Uuid) -> Outcome<training_session::Model> {
    Placing::begin(write, session).await?.end(write).await?;
    let session = write.find::<training_session::Entity>().by_key(session).one().await?;
    Ok(session.ok_or(Fault::Internal)?)
}

/// Ends the offers that nobody took in time, and gives out what is free by that, or by the end of registration, which keeps no
/// places any more. Answers how many offers ended.
///
/// # Errors
/// When the database fails; what was done for other sessions stays.
pub async fn run(scope: &Scope) -> Result<usize, Fault> {
    let now = scope.now();
    let ended = Condition::all().add(Column::State.eq(State::Offered)).add(Column::OfferedUntil.lte(now));
    let offers = scope.find::<registration::Entity>().filter(ended).all().await?;
    let mut sessions = to_come(scope, offers.iter().map(|row| row.session_id).collect()).await?;
    sessions.extend(waited_for_in_vain(scope).await?);
    let (mut number, mut failed) = (0, None);
    for session in sessions {
        match end_of(scope, session).await {
            Ok(ended) => number += ended,
            // What fails for one session keeps no other waiting.
            Err(Stop::Fault(fault)) => failed = Some(fault),
            // The session began or was called off meanwhile: its offers end with it.
            Err(Stop::Refused(_)) => {}
        }
    }
    scope.finish().await?;
    failed.map_or(Ok(number), Err)
}

/// Those of these sessions that did not take place and were not called off: the offers of others end with them.
async fn to_come(scope: &Scope, sessions: BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>, Fault> {
    use training_session::{Column, State};
    let open = Column::State.is_in([State::Open, State::Closed]);
    let there = scope.find::<training_session::Entity>().by_keys(sessions).filter(open).all().await?;
    Ok(there.into_iter().map(|session| session.id).collect())
}

/// Sessions whose registration has ended, with free places that somebody waits for.
async fn waited_for_in_vain(scope: &Scope) -> Result<Vec<Uuid>, Fault> {
    use training_session::Column as Session;
    let now = scope.now();
    let free = Condition::all()
        .add(Session::State.is_in([training_session::State::Open, training_session::State::Closed]))
        .add(Session::RegistrationClosesAt.lte(now))
        .add(Session::StartsAt.gt(now))
        .add(ExprTrait::lt(Session::Taken.into_expr(), Session::Capacity.into_expr()));
    let sessions = scope.find::<training_session::Entity>().filter(free).all().await?;
    let keys: Vec<Uuid> = sessions.iter().map(|session| session.id).collect();
    let waiting = Condition::all().add(Column::SessionId.is_in(keys)).add(Column::State.eq(State::Waiting));
    let waiting = scope.find::<registration::Entity>().filter(waiting).all().await?;
    Ok(waiting.into_iter().map(|row| row.session_id).collect())
}

async fn end_of(scope: &Scope, session: Uuid) -> Outcome<usize> {
    let write = scope.begin().await?;
    let mut placing = Placing::begin(&write, session).await?;
    let now = write.now();
    let ended = |row: &&Model| row.offered_until.is_some_and(|until| until <= now);
    let ended: Vec<Model> = placing.held().iter().filter(ended).cloned().collect();
    for row in &ended {
        let lapse = |row: &mut Model| (row.state, row.offered_until) = (State::Lapsed, None);
        placing.change(&write, row, lapse, Action::OfferLapsed).await?;
    }
    placing.end(&write).await?;
    write.commit().await?;
    Ok(ended.len())
}
