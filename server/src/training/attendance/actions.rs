//! What is done to attendance.

use super::code::Code;
use super::rules;
use crate::access::{Action, Scope, Write};
use crate::error::{Fault, Outcome, Problem, UserErrorCode};
use crate::ids;
use crate::language::Message;
use crate::training::registrations::take_over;
use crate::training::sessions::trains;
use chrono::{DateTime, Utc};
use entity::attendance::{self, Column, Mark, Method, Model};
use entity::registration::{self, State};
use entity::{training_day, training_session};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// The most entries that one action writes down.
const MOST_ENTRIES: usize = 500;

/// How one participant attended.
pub(super) struct Entry {
    pub(super) registration: Option<Uuid>,
    pub(super) mark: Mark,
    pub(super) arrived_at: Option<DateTime<Utc>>,
    pub(super) left_at: Option<DateTime<Utc>>,
}

/// The day with this key, of a session that the viewer trains, while a code is shown for it.
///
/// # Errors
/// The database is away.
pub(super) async fn day_with_code(scope: &Scope, key: Uuid) -> Result<Option<training_day::Model>, Fault> {
    let Some(day) = scope.find::<training_day::Entity>().by_key(key).one().await? else { return Ok(None) };
    if !trains(scope, day.session_id).await? {
        return Ok(None);
    }
    let session = scope.find::<training_session::Entity>().by_key(day.session_id).one().await?;
    let now = scope.now();
    let shown = |session: training_session::Model| {
        rules::may_record(session.state, &day, now, "code").and_then(|()| rules::may_come_in(&day, now)).is_ok()
    };
    Ok(session.is_some_and(shown).then_some(day))
}

/// Writes down who was there, all of it or nothing.
pub(super) async fn record(scope: &Scope, day: Option<Uuid>, entries: &[Entry]) -> Outcome<training_session::Model> {
    let missing = || Problem::not_found("dayId");
    if entries.is_empty() || entries.len() > MOST_ENTRIES {
        let message = Message::new("attendance-entries").with_number("most", MOST_ENTRIES);
        return Err(Problem::new(UserErrorCode::Invalid, "entries", message).into());
    }
    let write = scope.begin().await?;
    let day = write.find::<training_day::Entity>().by_key(day.ok_or_else(missing)?).one().await?.ok_or_else(missing)?;
    let session = write.find::<training_session::Entity>().by_key(day.session_id).locked_but_for_parts().one().await?;
    let session = session.ok_or_else(missing)?;
    rules::may_record(session.state, &day, write.now(), "dayId")?;
    let registrations = participants(&write, &session, entries).await?;
    for (at, entry) in entries.iter().enumerate() {
        rules::times(&day, (entry.arrived_at, entry.left_at), &format!("entries.{at}"))?;
    }
    let earlier = write.find::<attendance::Entity>().filter(Column::DayId.eq(day.id)).all().await?;
    for (entry, registration) in entries.iter().zip(&registrations) {
        let before = earlier.iter().find(|row| row.registration_id == registration.id);
        put(&write, &day, registration, before, entry).await?;
    }
    write.audit::<training_session::Entity>(session.id, Action::AttendanceRecorded).await?;
    write.commit().await?;
    Ok(session)
}

/// Registrations that the entries name, each once, with a place in this session.
async fn participants(
    write: &Write,
    session: &training_session::Model,
    entries: &[Entry],
) -> Outcome<Vec<registration::Model>> {
    let keys = entries.iter().filter_map(|entry| entry.registration);
    let there = Condition::all()
        .add(registration::Column::SessionId.eq(session.id))
        .add(registration::Column::State.eq(State::Registered));
    let rows = write.find::<registration::Entity>().by_keys(keys).filter(there).all().await?;
    let mut found: Vec<registration::Model> = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        let path = format!("entries.{at}.registrationId");
        let row = rows.iter().find(|row| Some(row.id) == entry.registration);
        let row = row.ok_or_else(|| Problem::not_found(&path))?;
        if found.iter().any(|other| other.id == row.id) {
            return Err(Problem::new(UserErrorCode::Invalid, &path, Message::new("named-twice")).into());
        }
        found.push(row.clone());
    }
    Ok(found)
}

/// Writes down what the trainer says, in the place of what stood there before.
async fn put(
    write: &Write,
    day: &training_day::Model,
    registration: &registration::Model,
    before: Option<&Model>,
    entry: &Entry,
) -> Outcome<()> {
    let after = row(write, day, registration, entry, Method::Trainer);
    if before.is_none() && write.insert_part_unless_there::<attendance::Entity>(after.clone()).await? {
        return Ok(());
    }
    // The participant came in by the code between our reading and our writing.
    let meanwhile = match before {
        Some(_) => None,
        None => write.find::<attendance::Entity>().filter(of(registration, day)).one().await?,
    };
    let before = before.or(meanwhile.as_ref()).ok_or(Fault::Internal)?;
    let arrived_at = entry.arrived_at.or(before.arrived_at);
    Ok(write.update_part::<attendance::Entity>(before, Model { id: before.id, arrived_at, ..after }).await?)
}

/// What is known of a participant on a day.
fn of(registration: &registration::Model, day: &training_day::Model) -> Condition {
    Condition::all().add(Column::RegistrationId.eq(registration.id)).add(Column::DayId.eq(day.id))
}

/// An entry as it is kept.
fn row(
    write: &Write,
    day: &training_day::Model,
    registration: &registration::Model,
    entry: &Entry,
    method: Method,
) -> Model {
    Model {
        id: ids::new_key(write.now()),
        organisation_id: registration.organisation_id,
        session_id: registration.session_id,
        registration_id: registration.id,
        day_id: day.id,
        mark: entry.mark,
        method,
        arrived_at: entry.arrived_at,
        left_at: entry.left_at,
        recorded_at: write.now(),
    }
}

/// Lets the viewer in by the code in the room. What a trainer wrote down already stays, and of two scans at once the first.
pub(super) async fn attend(scope: &Scope, code: &str) -> Outcome<registration::Model> {
    let refused = || Problem::new(UserErrorCode::Invalid, "code", Message::new("code-does-not-hold"));
    let code = Code::read(code).ok_or_else(refused)?;
    let write = scope.begin_placement().await?;
    let now = write.now();
    let day = write.find::<training_day::Entity>().by_key(code.day).one().await?.ok_or_else(refused)?;
    let session = write.find::<training_session::Entity>().by_key(day.session_id).one().await?.ok_or_else(refused)?;
    if !code.holds(&day.code_secret, now) {
        return Err(refused().into());
    }
    rules::may_record(session.state, &day, now, "code")?;
    rules::may_come_in(&day, now)?;
    let own = Condition::all()
        .add(registration::Column::SessionId.eq(session.id))
        .add(registration::Column::MembershipId.eq(write.viewer().membership_id()))
        .add(registration::Column::State.eq(State::Registered));
    let own = match write.find::<registration::Entity>().filter(own).one().await? {
        Some(own) => own,
        None => take_over(&write, &session).await?,
    };
    let entry =
        Entry { registration: Some(own.id), mark: rules::on_arrival(&day, now), arrived_at: Some(now), left_at: None };
    let arrived = row(&write, &day, &own, &entry, Method::Code);
    if write.insert_part_unless_there::<attendance::Entity>(arrived).await? {
        write.audit::<registration::Entity>(own.id, Action::Attended).await?;
    }
    // A registration that was taken over lasts, though the trainer had written down that it is there.
    write.commit().await?;
    Ok(own)
}
