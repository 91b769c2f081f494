//! Planning sessions: what they say, when they are, and whom they are for.

use super::content::{self, Content};
use super::rules::{self, Times};
use super::trainers::{add_trainers, expect_free, names, trainers_of, turn};
use crate::access::{Act, Action, News, Order, Scope, Write};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::language::Message;
use crate::training::programmes;
use crate::training::registrations::pass_on;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use entity::training_session::{self, Model, State};
use entity::{attendance, organisation, programme, session_audience, session_places, training_day};
use rand::RngExt;
use sea_orm::{ColumnTrait, Condition};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The most institutions that one action names.
pub(super) const MOST_INSTITUTIONS: usize = 500;

/// Whom a session is for.
#[derive(Clone, Default)]
pub(super) struct Audience {
    pub(super) everyone: bool,
    pub(super) kinds: Vec<organisation::Kind>,
    pub(super) districts: Vec<String>,
    pub(super) institutions: Vec<String>,
}

/// Plans a session, of which the viewer is the first trainer.
pub(super) async fn plan(scope: &Scope, once: &Once, content: &Content, audience: &Audience) -> Outcome<Model> {
    let trainer = scope.viewer().membership_id();
    let mut session = blank(scope);
    let days = content.put_into(&mut session)?;
    content::districts(&audience.districts, "session.audience.districts")?;
    let _turn = turn().await?;
    let write = scope.begin().await?;
    if let Some(earlier) = once.claim(&write, session.id).await? {
        return found(&write, Some(earlier)).await;
    }
    expect_free(scope, &write, &[trainer], None, &days, "session.days").await?;
    session.programme_id = named_programme(&write, content, &days).await?;
    let organiser = write.find::<organisation::Entity>().by_key(session.organisation_id).one().await?;
    session.organiser = organiser.map(|organiser| organiser.name).unwrap_or_default();
    session.trainer_names = names(&write, &[trainer]).await?;
    write.insert::<training_session::Entity>(session.clone(), Action::SessionPlanned).await?;
    add_trainers(&write, &session, &[trainer]).await?;
    add_days(&write, &session, &days).await?;
    add_places(&write, &session, &content.places).await?;
    address(&write, &session, audience).await?;
    write.commit().await?;
    Ok(session)
}

/// Changes what a session says. Whom it is for stays where no audience is given.
pub(super) async fn change(
    scope: &Scope,
    key: Option<Uuid>,
    revision: i32,
    content: &Content,
    audience: Option<&Audience>,
) -> Outcome<Model> {
    let _turn = turn().await?;
    let write = scope.begin().await?;
    let before = to_change(&write, key, revision).await?;
    let mut after = before.clone();
    let days = content.put_into(&mut after)?;
    let trainers = trainers_of(&write, before.id).await?;
    expect_free(scope, &write, &trainers, Some(before.id), &days, "session.days").await?;
    after.programme_id = named_programme(&write, content, &days).await?;
    after.revision += 1;
    write.update::<training_session::Entity>(&before, after.clone(), Action::SessionChanged).await?;
    let moved = replace_days(&write, &after, &days).await?;
    if moved || rules::is_elsewhere(&before, &after) {
        write.tell::<training_session::Entity>(News::SessionChanged, after.id).await?;
    }
    let same = Condition::all().add(session_places::Column::SessionId.eq(after.id));
    write.delete_parts::<session_places::Entity>(same).await?;
    add_places(&write, &after, &content.places).await?;
    if let Some(audience) = audience {
        content::districts(&audience.districts, "session.audience.districts")?;
        let same = Condition::all().add(session_audience::Column::SessionId.eq(after.id));
        write.delete_parts::<session_audience::Entity>(same).await?;
        address(&write, &after, audience).await?;
    }
    let after = pass_on(&write, after.id).await?;
    write.commit().await?;
    Ok(after)
}

/// Invites institutions, whatever else the session's audience says.
pub(super) async fn invite(scope: &Scope, key: Option<Uuid>, institutions: &[String]) -> Outcome<Model> {
    let missing = || Problem::not_found("sessionId");
    let write = scope.begin().await?;
    let session = write.find::<training_session::Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?;
    let session = session.ok_or_else(missing)?;
    rules::can_change(&session)?;
    let invited = institutions_named(&write, institutions, "organisationIds").await?;
    let of = Condition::all()
        .add(session_audience::Column::SessionId.eq(session.id))
        .add(session_audience::Column::InvitedId.is_in(invited.clone()));
    let there = write.find::<session_audience::Entity>().filter(of).all().await?;
    let fresh = invited.into_iter().filter(|key| !there.iter().any(|row| row.invited_id == Some(*key)));
    let rows: Vec<_> = fresh.map(|key| row(&write, &session, None, None, Some(key))).collect();
    if rows.is_empty() {
        return Ok(session);
    }
    let act = Act::because(Action::InstitutionsInvited, rows.len().to_string());
    write.insert_parts::<session_audience::Entity>(rows).await?;
    write.audit::<training_session::Entity>(session.id, act).await?;
    write.commit().await?;
    Ok(session)
}

/// The session with this key, locked, where the viewer trains it, it can still be changed, and nobody changed it meanwhile.
pub(super) async fn to_change(write: &Write, key: Option<Uuid>, revision: i32) -> Outcome<Model> {
    let missing = || Problem::not_found("sessionId");
    let session = write.find::<training_session::Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?;
    let session = session.ok_or_else(missing)?;
    if session.revision != revision {
        return Err(Problem::new(UserErrorCode::Stale, "revision", Message::new("stale-session")).into());
    }
    rules::can_change(&session)?;
    Ok(session)
}

pub(super) async fn found(write: &Write, key: Option<Uuid>) -> Outcome<Model> {
    let missing = || Problem::not_found("sessionId");
    let session = write.find::<training_session::Entity>().by_key(key.ok_or_else(missing)?).one().await?;
    Ok(session.ok_or_else(missing)?)
}

/// A session that says nothing yet.
fn blank(scope: &Scope) -> Model {
    let now = scope.now();
    Model {
        id: ids::new_key(now),
        organisation_id: scope.viewer().organisation_id(),
        programme_id: None,
        series_id: None,
        kind: training_session::Kind::Training,
        state: State::Draft,
        title: String::new(),
        topic: String::new(),
        hours: 0,
        mode: training_session::Mode::OnSite,
        municipality_code: None,
        venue: String::new(),
        online_address: String::new(),
        language: String::new(),
        partners: String::new(),
        donor: String::new(),
        organiser: String::new(),
        trainer_names: String::new(),
        indicator_sets: String::new(),
        capacity: 0,
        taken: 0,
        waiting_list: false,
        approval: false,
        offer_hours: 0,
        registration_opens_at: now,
        registration_closes_at: now,
        starts_at: now,
        ends_at: now,
        attendance_percent: 0,
        certificate_needs_test: false,
        certificate_months: None,
        revision: 1,
        created_at: now,
        planner_id: scope.viewer().membership_id(),
    }
}

/// The programme that is named, which must be valid on the first day.
async fn named_programme(write: &Write, content: &Content, days: &[Times]) -> Outcome<Option<Uuid>> {
    let Some(named) = content.programme() else { return Ok(None) };
    let named = named.ok_or_else(|| Problem::not_found("session.programmeId"))?;
    expect_valid(write, named, days, "session.programmeId").await?;
    Ok(Some(named))
}

/// Refuses a programme that is not the organisation's, or not valid on the first of these days.
pub(super) async fn expect_valid(write: &Write, programme: Uuid, days: &[Times], path: &str) -> Outcome<()> {
    let programme = write.find::<programme::Entity>().by_key(programme).one().await?;
    let own = write.viewer().organisation_id();
    let programme =
        programme.filter(|programme| programme.organisation_id == own).ok_or_else(|| Problem::not_found(path))?;
    let first = days.first().map(|day| rules::local_day(day.0)).unwrap_or_default();
    if !programmes::rules::is_valid_on(&programme, first) {
        return Err(Problem::new(UserErrorCode::Invalid, path, Message::new("programme-not-valid")).into());
    }
    Ok(())
}

pub(super) async fn add_days(write: &Write, session: &Model, days: &[Times]) -> Outcome<()> {
    let rows = days.iter().map(|(starts_at, ends_at)| training_day::Model {
        id: ids::new_key(write.now()),
        organisation_id: session.organisation_id,
        session_id: session.id,
        starts_at: *starts_at,
        ends_at: *ends_at,
        code_secret: STANDARD_NO_PAD.encode(rand::rng().random::<[u8; 32]>()),
    });
    Ok(write.insert_parts::<training_day::Entity>(rows.collect()).await?)
}

/// Puts days in the place of others, and says whether any is another. Days keep their key where they only move: codes of theirs
/// stay theirs, and attendance.
async fn replace_days(write: &Write, session: &Model, days: &[Times]) -> Outcome<bool> {
    let of = training_day::Column::SessionId.eq(session.id);
    let order = [Order::ascending(training_day::Column::StartsAt)];
    let there = write.find::<training_day::Entity>().filter(of).order(&order).all().await?;
    let attended = attended(write, session).await?;
    let times: Vec<Times> = there.iter().map(|day| (day.starts_at, day.ends_at)).collect();
    let attended: Vec<bool> = there.iter().map(|day| attended.contains(&day.id)).collect();
    let kept = rules::kept_days(&times, &attended, days)?;
    for (day, becomes) in there.iter().zip(&kept) {
        let Some((starts_at, ends_at)) = becomes.map(|at| days[at]) else { continue };
        let after = training_day::Model { starts_at, ends_at, ..day.clone() };
        write.update_part::<training_day::Entity>(day, after).await?;
    }
    let gone: Vec<Uuid> = there.iter().zip(&kept).filter(|(_, kept)| kept.is_none()).map(|(day, _)| day.id).collect();
    if !gone.is_empty() {
        let gone = Condition::all().add(training_day::Column::Id.is_in(gone));
        write.delete_parts::<training_day::Entity>(gone).await?;
    }
    let new = days.iter().enumerate().filter(|(at, _)| !kept.contains(&Some(*at))).map(|(_, day)| *day);
    add_days(write, session, &new.collect::<Vec<_>>()).await?;
    Ok(times != days)
}

/// Days of a session on which attendance was written down.
async fn attended(write: &Write, session: &Model) -> Outcome<BTreeSet<Uuid>> {
    let rows = write.find::<attendance::Entity>().filter(attendance::Column::SessionId.eq(session.id)).all().await?;
    Ok(rows.into_iter().map(|row| row.day_id).collect())
}

pub(super) async fn add_places(write: &Write, session: &Model, places: &[(organisation::Kind, i32)]) -> Outcome<()> {
    let rows = places.iter().map(|(kind, places)| session_places::Model {
        id: ids::new_key(write.now()),
        organisation_id: session.organisation_id,
        session_id: session.id,
        kind: *kind,
        places: *places,
    });
    Ok(write.insert_parts::<session_places::Entity>(rows.collect()).await?)
}

/// Writes down whom a session is for: each kind of institution in each district, and the institutions that are named.
async fn address(write: &Write, session: &Model, audience: &Audience) -> Outcome<()> {
    let mut rows = Vec::new();
    let (kinds, districts) = (each_or_all(&audience.kinds), each_or_all(&audience.districts));
    if audience.everyone || !audience.kinds.is_empty() || !audience.districts.is_empty() {
        for kind in &kinds {
            rows.extend(districts.iter().map(|district| row(write, session, *kind, district.clone(), None)));
        }
    }
    let named = institutions_named(write, &audience.institutions, "session.audience.organisationIds").await?;
    rows.extend(named.into_iter().map(|key| row(write, session, None, None, Some(key))));
    Ok(write.insert_parts::<session_audience::Entity>(rows).await?)
}

/// Each of these; nothing, which stands for all, where there are none.
fn each_or_all<T: Clone>(named: &[T]) -> Vec<Option<T>> {
    if named.is_empty() { vec![None] } else { named.iter().cloned().map(Some).collect() }
}

pub(super) fn row(
    write: &Write,
    session: &Model,
    kind: Option<organisation::Kind>,
    district_code: Option<String>,
    invited_id: Option<Uuid>,
) -> session_audience::Model {
    session_audience::Model {
        id: ids::new_key(write.now()),
        organisation_id: session.organisation_id,
        session_id: session.id,
        kind,
        district_code,
        invited_id,
    }
}

/// Keys of institutions that are there, each once.
async fn institutions_named(write: &Write, named: &[String], path: &str) -> Outcome<Vec<Uuid>> {
    if named.len() > MOST_INSTITUTIONS {
        let message = Message::new("too-many").with_number("most", MOST_INSTITUTIONS);
        return Err(Problem::new(UserErrorCode::TooLong, path, message).into());
    }
    let keys: Vec<Option<Uuid>> = named.iter().map(|id| ids::decode(ObjectType::Organisation, id)).collect();
    let known = write.find::<organisation::Entity>().by_keys(keys.iter().flatten().copied()).all().await?;
    let mut found = Vec::new();
    for (at, key) in keys.iter().enumerate() {
        let there = known.iter().find(|row| Some(row.id) == *key);
        let there = there.ok_or_else(|| Problem::not_found(&format!("{path}.{at}")))?;
        if !found.contains(&there.id) {
            found.push(there.id);
        }
    }
    Ok(found)
}
