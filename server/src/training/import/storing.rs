//! Adds what a list comes to, in one transaction.

use super::matching::{Entry, Place, Plan};
use super::reading::{Line, Session};
use crate::access::{Act, Action, Write};
use crate::clock;
use crate::error::Outcome;
use crate::ids;
use crate::training::reach;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::attendance::{self, Mark, Method};
use entity::registration;
use entity::training_session::{self, Mode, Model, State};
use entity::{membership, organisation, session_trainer, training_day};
use uuid::Uuid;

/// How many rows are gathered before they are written.
const AT_ONCE: usize = 1_000;
/// When a day began of which only the date is known, in hours after midnight.
const BEGINS: i64 = 9;
/// The longest day of teaching, in hours.
const LONGEST_DAY: i64 = 12;

/// A session with those of its days on which the participants of the list were there.
struct Target {
    session: Model,
    days: Vec<Uuid>,
}

/// Who adds it.
struct By {
    membership: Uuid,
    name: String,
    organisation: Uuid,
    organiser: String,
    at: DateTime<Utc>,
}

/// Writes all of a plan.
pub(super) async fn store(write: &Write, plan: Plan) -> Outcome<()> {
    let by = by(write).await?;
    let targets = targets(write, &by, &plan).await?;
    let (mut registrations, mut attendances) = (Vec::new(), Vec::new());
    for (line, entry) in plan.reading.lines.iter().zip(&plan.entries) {
        let (Some(institution), Some(target)) = (plan.institutions[line.institution], &targets[line.session]) else {
            continue;
        };
        let (registration, days) = match entry {
            Entry::New => {
                registrations.push(participant(&by, target, institution, line));
                (registrations[registrations.len() - 1].id, &target.days)
            }
            Entry::There { registration, days } => (*registration, days),
            Entry::Repeated => continue,
        };
        let attended = |day: &Uuid| attended(&by, target, (registration, institution.0), *day);
        attendances.extend(days.iter().map(attended));
        if registrations.len() + attendances.len() >= AT_ONCE {
            flush(write, &mut registrations, &mut attendances).await?;
        }
    }
    flush(write, &mut registrations, &mut attendances).await?;
    let completed = targets.iter().flatten().filter(|target| target.session.state == State::Completed);
    for target in completed {
        reach::keeping::keep(write, &target.session).await?;
    }
    Ok(())
}

async fn flush(
    write: &Write,
    registrations: &mut Vec<registration::Model>,
    attendances: &mut Vec<attendance::Model>,
) -> Outcome<()> {
    write.insert_parts::<registration::Entity>(std::mem::take(registrations)).await?;
    Ok(write.insert_parts::<attendance::Entity>(std::mem::take(attendances)).await?)
}

async fn by(write: &Write) -> Outcome<By> {
    let viewer = write.viewer();
    let member = write.find::<membership::Entity>().by_key(viewer.membership_id()).one().await?;
    let organiser = write.find::<organisation::Entity>().by_key(viewer.organisation_id()).one().await?;
    Ok(By {
        membership: viewer.membership_id(),
        name: member.map(|member| member.name).unwrap_or_default(),
        organisation: viewer.organisation_id(),
        organiser: organiser.map(|organiser| organiser.name).unwrap_or_default(),
        at: write.now(),
    })
}

/// Adds the sessions that are missing, and counts the new participants of those that are there.
async fn targets(write: &Write, by: &By, plan: &Plan) -> Outcome<Vec<Option<Target>>> {
    let mut targets = Vec::with_capacity(plan.places.len());
    let mut new = Vec::new();
    for ((place, session), added) in plan.places.iter().zip(&plan.reading.sessions).zip(plan.added()) {
        match place {
            Some(Place::There { session: known, days }) => {
                count(write, known, added).await?;
                targets.push(Some(Target { session: (**known).clone(), days: days.clone() }));
            }
            Some(Place::New { programme }) => {
                let model = took_place(by, session, *programme, added);
                let days = days(by, session, &model);
                let keys = days.iter().map(|day| day.id).collect();
                targets.push(Some(Target { session: model.clone(), days: keys }));
                new.push((model, days));
            }
            None => targets.push(None),
        }
    }
    add(write, by, new).await?;
    audit_attendance(write, plan).await?;
    Ok(targets)
}

/// Row level security lets the days of a session in once it is known who trains it.
async fn add(write: &Write, by: &By, new: Vec<(Model, Vec<training_day::Model>)>) -> Outcome<()> {
    let (sessions, days): (Vec<_>, Vec<_>) = new.into_iter().unzip();
    let trainers = sessions.iter().map(|session| session_trainer::Model {
        id: ids::new_key(by.at),
        organisation_id: session.organisation_id,
        session_id: session.id,
        membership_id: by.membership,
        planner_id: by.membership,
    });
    let trainers = trainers.collect();
    write.insert_parts::<training_session::Entity>(sessions.clone()).await?;
    write.insert_parts::<session_trainer::Entity>(trainers).await?;
    write.insert_parts::<training_day::Entity>(days.into_iter().flatten().collect()).await?;
    for session in sessions {
        let act = Act::because(Action::SessionImported, session.taken.to_string());
        write.audit::<training_session::Entity>(session.id, act).await?;
    }
    Ok(())
}

/// Raises the number of taken places, and that of places where they do not suffice: everybody was there.
async fn count(write: &Write, known: &Model, added: usize) -> Outcome<()> {
    if added == 0 {
        return Ok(());
    }
    let taken = known.taken + i32::try_from(added).unwrap_or_default();
    let after = Model { taken, capacity: known.capacity.max(taken), revision: known.revision + 1, ..known.clone() };
    let act = Act::because(Action::ParticipantsImported, added.to_string());
    write.update::<training_session::Entity>(known, after, act).await?;
    Ok(())
}

/// Notes sessions of which nothing but the attendance of known participants is added.
async fn audit_attendance(write: &Write, plan: &Plan) -> Outcome<()> {
    let mut completed = std::collections::BTreeSet::new();
    for (line, entry) in plan.reading.lines.iter().zip(&plan.entries) {
        if let (Entry::There { days, .. }, Some(Place::There { session, .. })) = (entry, &plan.places[line.session])
            && !days.is_empty()
        {
            completed.insert(session.id);
        }
    }
    for session in completed {
        write.audit::<training_session::Entity>(session, Action::AttendanceRecorded).await?;
    }
    Ok(())
}

/// A session as a list knows it: it took place, and everybody named was there.
fn took_place(by: &By, session: &Session, programme: Option<Uuid>, participants: usize) -> Model {
    let times = times(session);
    let (starts_at, ends_at) = (times[0].0, times[times.len() - 1].1);
    let participants = i32::try_from(participants).unwrap_or_default();
    Model {
        id: ids::new_key(by.at),
        organisation_id: by.organisation,
        programme_id: programme,
        series_id: None,
        kind: session.kind,
        state: State::Completed,
        title: session.title.clone(),
        topic: String::new(),
        hours: session.hours,
        mode: if session.municipality.is_some() { Mode::OnSite } else { Mode::Online },
        municipality_code: session.municipality.clone(),
        venue: String::new(),
        online_address: String::new(),
        language: "sr".to_owned(),
        partners: String::new(),
        donor: String::new(),
        organiser: by.organiser.clone(),
        trainer_names: by.name.clone(),
        indicator_sets: String::new(),
        capacity: participants,
        taken: participants,
        waiting_list: false,
        approval: false,
        offer_hours: 0,
        registration_opens_at: starts_at - TimeDelta::days(1),
        registration_closes_at: starts_at,
        starts_at,
        ends_at,
        attendance_percent: 100,
        certificate_needs_test: false,
        certificate_months: None,
        revision: 1,
        created_at: by.at,
        planner_id: by.membership,
    }
}

/// The days of a session: lists know no times, so that each begins at nine and takes its share of the hours.
fn times(session: &Session) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let share = i64::from(session.hours).div_euclid(session.days.len() as i64).clamp(1, LONGEST_DAY);
    let begins = |day: &NaiveDate| clock::start_of(*day) + TimeDelta::hours(BEGINS);
    session.days.iter().map(|day| (begins(day), begins(day) + TimeDelta::hours(share))).collect()
}

fn days(by: &By, session: &Session, model: &Model) -> Vec<training_day::Model> {
    let day = |(starts_at, ends_at)| training_day::Model {
        id: ids::new_key(by.at),
        organisation_id: model.organisation_id,
        session_id: model.id,
        starts_at,
        ends_at,
        // Nobody comes in by a code any more.
        code_secret: String::new(),
    };
    times(session).into_iter().map(day).collect()
}

fn participant(
    by: &By,
    target: &Target,
    (institution, kind): super::directory::Institution,
    line: &Line,
) -> registration::Model {
    registration::Model {
        id: ids::new_key(by.at),
        organisation_id: institution,
        session_id: target.session.id,
        organiser_id: by.organisation,
        membership_id: None,
        name: line.name.clone(),
        function: line.function.clone(),
        kind,
        state: registration::State::Registered,
        offered_until: None,
        walk_in: false,
        registered_by_id: by.membership,
        revision: 1,
        created_at: by.at,
        changed_at: by.at,
    }
}

fn attended(by: &By, target: &Target, (registration, institution): (Uuid, Uuid), day: Uuid) -> attendance::Model {
    attendance::Model {
        id: ids::new_key(by.at),
        organisation_id: institution,
        session_id: target.session.id,
        registration_id: registration,
        day_id: day,
        mark: Mark::Present,
        method: Method::List,
        arrived_at: None,
        left_at: None,
        recorded_at: by.at,
    }
}
