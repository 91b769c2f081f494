//! Copies of a session, as drafts of one series.

use super::planning::{add_days, add_places, expect_valid, found};
use super::rules::{self, Times};
use super::trainers::{add_trainers, expect_free, trainers_of, turn};
use crate::access::{Action, Scope, Write};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::idempotency::Once;
use crate::ids;
use crate::language::Message;
use crate::training::rules::of_our_times;
use chrono::{DateTime, NaiveDate, Utc};
use entity::training_session::{self, Model, State};
use entity::{session_audience, session_places, training_day};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// The most copies that one action makes.
const MOST_COPIES: usize = 52;

/// Copies a session to other days, as drafts of one series. Each copy begins at the same time on the wall.
pub(super) async fn copy(scope: &Scope, once: &Once, key: Option<Uuid>, days: &[NaiveDate]) -> Outcome<Vec<Model>> {
    if days.is_empty() || days.len() > MOST_COPIES {
        let message = Message::new("too-many-copies").with_number("most", MOST_COPIES);
        return Err(Problem::new(UserErrorCode::Invalid, "startDays", message).into());
    }
    let missing = || Problem::not_found("sessionId");
    let original = scope.find::<training_session::Entity>().by_key(key.ok_or_else(missing)?).one().await?;
    let original = original.ok_or_else(missing)?;
    let series = original.series_id.unwrap_or(original.id);
    for (at, day) in days.iter().enumerate() {
        of_our_times(*day, &format!("startDays.{at}"))?;
    }
    rules::apart(&original, days, "startDays")?;
    let _turn = turn().await?;
    let write = scope.begin().await?;
    let now = write.now();
    let first = ids::new_key(now);
    if let Some(earlier) = once.claim(&write, first).await? {
        let earlier = found(&write, Some(earlier)).await?;
        let together = training_session::Column::CreatedAt.eq(earlier.created_at);
        let together = Condition::all().add(together).add(training_session::Column::SeriesId.eq(earlier.series_id));
        return Ok(write.find::<training_session::Entity>().filter(together).all().await?);
    }
    // Whoever changes the original meanwhile is waited for, or waits: what follows would undo it.
    let own = trainers_of(&write, original.id).await?.contains(&write.viewer().membership_id());
    let found = write.find::<training_session::Entity>().by_key(original.id);
    let original = if own { found.locked() } else { found }.one().await?.ok_or_else(missing)?;
    let mut copies = Vec::new();
    for (at, day) in days.iter().enumerate() {
        let id = if at == 0 { first } else { ids::new_key(now) };
        let shift = day.signed_duration_since(rules::local_day(original.starts_at)).num_days();
        copies.push(copy_to(scope, &write, &original, Copy { id, series, shift, at, now }).await?);
    }
    if own && original.series_id.is_none() {
        let first_of_series = Model { series_id: Some(series), ..original.clone() };
        write.update_part::<training_session::Entity>(&original, first_of_series).await?;
    }
    write.commit().await?;
    Ok(copies)
}

/// Where a copy goes.
struct Copy {
    id: Uuid,
    series: Uuid,
    /// How many days later.
    shift: i64,
    /// Its place in what was asked for.
    at: usize,
    /// When all copies are made.
    now: DateTime<Utc>,
}

async fn copy_to(scope: &Scope, write: &Write, original: &Model, copy: Copy) -> Outcome<Model> {
    let later = |instant| rules::later(instant, copy.shift);
    let own = write.viewer().membership_id();
    let session = Model {
        id: copy.id,
        organisation_id: write.viewer().organisation_id(),
        series_id: Some(copy.series),
        state: State::Draft,
        taken: 0,
        registration_opens_at: later(original.registration_opens_at),
        registration_closes_at: later(original.registration_closes_at),
        starts_at: later(original.starts_at),
        ends_at: later(original.ends_at),
        revision: 1,
        created_at: copy.now,
        planner_id: own,
        ..original.clone()
    };
    if session.organisation_id != original.organisation_id {
        return Err(Problem::not_found("sessionId").into());
    }
    let trainers = trainers_of(write, original.id).await?;
    let trainers: Vec<Uuid> =
        if trainers.contains(&own) { trainers } else { [own].into_iter().chain(trainers).collect() };
    let of = training_day::Column::SessionId.eq(original.id);
    let days = write.find::<training_day::Entity>().filter(of).all().await?;
    let mut days: Vec<Times> = days.iter().map(|day| (later(day.starts_at), later(day.ends_at))).collect();
    days.sort_unstable();
    let path = format!("startDays.{}", copy.at);
    if let Some(programme) = original.programme_id {
        expect_valid(write, programme, &days, &path).await?;
    }
    expect_free(scope, write, &trainers, None, &days, &path).await?;
    write.insert::<training_session::Entity>(session.clone(), Action::SessionPlanned).await?;
    add_trainers(write, &session, &trainers).await?;
    add_days(write, &session, &days).await?;
    copy_parts(write, original.id, &session).await?;
    Ok(session)
}

async fn copy_parts(write: &Write, from: Uuid, session: &Model) -> Outcome<()> {
    let places =
        write.find::<session_places::Entity>().filter(session_places::Column::SessionId.eq(from)).all().await?;
    add_places(write, session, &places.iter().map(|row| (row.kind, row.places)).collect::<Vec<_>>()).await?;
    let of = session_audience::Column::SessionId.eq(from);
    let audience = write.find::<session_audience::Entity>().filter(of).all().await?;
    let copied = audience.into_iter().map(|row| session_audience::Model {
        id: ids::new_key(write.now()),
        organisation_id: session.organisation_id,
        session_id: session.id,
        ..row
    });
    Ok(write.insert_parts::<session_audience::Entity>(copied.collect()).await?)
}
