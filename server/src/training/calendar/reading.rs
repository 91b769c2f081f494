//! The sessions of a calendar.

use super::entries::{Entry, Standing};
use crate::access::{Order, Scope};
use crate::code_lists::Municipality;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::training::registrations::rules::ACTIVE;
use chrono::TimeDelta;
use entity::registration::{self, State};
use entity::session_trainer;
use entity::training_day;
use entity::training_session::{self, Model, State as SessionState};
use sea_orm::ColumnTrait;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// How long sessions that are over stay in a calendar.
const PAST: TimeDelta = TimeDelta::days(366);
/// The most sessions in a calendar: the latest ones.
const MOST_SESSIONS: u64 = 1_000;

/// Every session in which the member has a place or is offered one and, where it trains any, that it trains, up to a year back.
///
/// # Errors
/// The database is away.
pub async fn of_member(scope: &Scope, trains: bool) -> Result<Vec<Entry>, Fault> {
    let places = own_registrations(scope, None).await?;
    let trained = if trains { trained(scope, None).await? } else { BTreeSet::new() };
    let sessions: BTreeSet<Uuid> = places.keys().copied().chain(trained.iter().copied()).collect();
    let order =
        [Order::descending(training_session::Column::StartsAt), Order::descending(training_session::Column::Id)];
    let rows = scope
        .find::<training_session::Entity>()
        .by_keys(sessions)
        .filter(training_session::Column::EndsAt.gte(scope.now() - PAST))
        .order(&order)
        .at_most(MOST_SESSIONS)
        .await?;
    let rows = rows.into_iter().filter_map(|session| {
        let place = places.get(&session.id);
        let standing = standing(&session, place.and_then(Place::state), trained.contains(&session.id))?;
        Some((standing, place.map_or(0, |place| place.changes), session))
    });
    entries(scope, rows.collect()).await
}

/// A session that the viewer sees, whether or not it has a place in it; nothing where it sees none.
///
/// # Errors
/// The database is away.
pub async fn of_session(scope: &Scope, key: Uuid) -> Result<Option<Vec<Entry>>, Fault> {
    let Some(session) = scope.find::<training_session::Entity>().by_key(key).one().await? else { return Ok(None) };
    let trained = trained(scope, Some(key)).await?.contains(&key);
    let places = own_registrations(scope, Some(key)).await?;
    let place = places.get(&key);
    let called_off = if session.state == SessionState::Cancelled { Standing::Cancelled } else { Standing::Tentative };
    let standing = standing(&session, place.and_then(Place::state), trained).unwrap_or(called_off);
    entries(scope, vec![(standing, place.map_or(0, |place| place.changes), session)]).await.map(Some)
}

/// What a member has of a session.
#[derive(Default)]
struct Place {
    states: Vec<State>,
    /// How often its registrations for the session changed, those that are over included: this only grows.
    changes: i32,
}

impl Place {
    /// The state of the registration that counts.
    fn state(&self) -> Option<State> {
        self.states.iter().copied().find(|state| ACTIVE.contains(state))
    }
}

/// The member's own registrations, by session.
async fn own_registrations(scope: &Scope, session: Option<Uuid>) -> Result<HashMap<Uuid, Place>, Fault> {
    use registration::Column;
    let mut find = scope.find::<registration::Entity>().filter(Column::MembershipId.eq(scope.viewer().membership_id()));
    if let Some(session) = session {
        find = find.filter(Column::SessionId.eq(session));
    }
    let mut places = HashMap::<Uuid, Place>::new();
    for row in find.all().await? {
        let place = places.entry(row.session_id).or_default();
        place.states.push(row.state);
        place.changes = place.changes.saturating_add(row.revision);
    }
    Ok(places)
}

/// The sessions that the member trains.
async fn trained(scope: &Scope, session: Option<Uuid>) -> Result<BTreeSet<Uuid>, Fault> {
    use session_trainer::Column;
    let mut find =
        scope.find::<session_trainer::Entity>().filter(Column::MembershipId.eq(scope.viewer().membership_id()));
    if let Some(session) = session {
        find = find.filter(Column::SessionId.eq(session));
    }
    Ok(find.all().await?.into_iter().map(|row| row.session_id).collect())
}

/// How a session stands for a member; nothing where it is none of its own.
fn standing(session: &Model, place: Option<State>, trains: bool) -> Option<Standing> {
    let has_a_place = trains || place == Some(State::Registered);
    if !has_a_place && place != Some(State::Offered) {
        return None;
    }
    Some(match session.state {
        SessionState::Cancelled => Standing::Cancelled,
        SessionState::Draft => Standing::Tentative,
        _ if has_a_place => Standing::Confirmed,
        _ => Standing::Tentative,
    })
}

/// The days of these sessions, each with how it stands and how often the place in it changed.
async fn entries(scope: &Scope, sessions: Vec<(Standing, i32, Model)>) -> Result<Vec<Entry>, Fault> {
    let keys = sessions.iter().map(|(_, _, session)| session.id).collect();
    let order = [Order::ascending(training_day::Column::StartsAt)];
    let of = training_day::Column::SessionId;
    let days = scope.find::<training_day::Entity>().of(of, keys).order(&order).all().await?;
    let mut by_session = HashMap::<Uuid, Vec<training_day::Model>>::new();
    for day in days {
        by_session.entry(day.session_id).or_default().push(day);
    }
    let of_session = |(standing, changes, session): (Standing, i32, Model)| {
        let days = by_session.remove(&session.id).unwrap_or_default();
        let count = days.len();
        days.into_iter().zip(1..).map(move |(day, number)| Entry {
            session: ids::encode(ObjectType::TrainingSession, session.id),
            day: (number, count),
            kind: session.kind,
            municipality: session.municipality_code.as_deref().and_then(Municipality::of_code),
            times: (day.starts_at, day.ends_at),
            sequence: session.revision.saturating_add(changes),
            standing,
        })
    };
    Ok(sessions.into_iter().flat_map(of_session).collect())
}
