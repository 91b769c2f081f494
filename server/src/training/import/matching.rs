//! What of a list is there already, and what is to be added. Nothing is written here: a dry run ends with it.

use super::Report;
use super::columns::Column;
use super::directory::{self, Institution};
use super::reading::{Findings, Reading, Session, SessionKey, session_key};
use crate::access::Scope;
use crate::clock;
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::language::Message;
use crate::training::sessions::rules::{MOST_PLACES, local_day};
use crate::transliteration::to_latin;
use entity::training_session::{self, State};
use entity::{attendance, registration, session_trainer, training_day};
use sea_orm::{ColumnTrait, Condition};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// How many sessions are asked for at once.
const AT_ONCE: usize = 200;

/// Where the participants of a session go.
pub(super) enum Place {
    /// Into a session that is added, with this programme.
    New { programme: Option<Uuid> },
    /// Into one that is there, with the keys of the days that the list names.
    There { session: Box<training_session::Model>, days: Vec<Uuid> },
}

/// What a line comes to.
pub(super) enum Entry {
    /// Somebody who is added, with attendance on every day of the list.
    New,
    /// Somebody who was there, with the days that are added to the attendance.
    There { registration: Uuid, days: Vec<Uuid> },
    /// An earlier line says the same.
    Repeated,
}

/// What is to be done.
pub(super) struct Plan {
    pub(super) reading: Reading,
    /// The institutions of the list.
    pub(super) institutions: Vec<Option<Institution>>,
    /// Where the participants of each session go.
    pub(super) places: Vec<Option<Place>>,
    /// What each line comes to.
    pub(super) entries: Vec<Entry>,
}

impl Plan {
    pub(super) fn adds_something(&self) -> bool {
        let adds = |entry: &Entry| match entry {
            Entry::New => true,
            Entry::There { days, .. } => !days.is_empty(),
            Entry::Repeated => false,
        };
        self.reading.findings.number == 0 && self.entries.iter().any(adds)
    }

    /// How many participants are added to each session.
    pub(super) fn added(&self) -> Vec<usize> {
        let mut added = vec![0; self.places.len()];
        let new = self.reading.lines.iter().zip(&self.entries).filter(|(_, entry)| matches!(entry, Entry::New));
        new.for_each(|(line, _)| added[line.session] += 1);
        added
    }

    /// What this comes to. Where anything is wrong, it comes to nothing.
    pub(super) fn report(&self) -> Report {
        let (lines, findings) = (self.reading.number, &self.reading.findings);
        if findings.number > 0 {
            return Report { lines, found: findings.number, findings: findings.first.clone(), ..Report::default() };
        }
        let mut report = Report { lines, ..Report::default() };
        for place in self.places.iter().flatten() {
            match place {
                Place::New { .. } => report.sessions_added += 1,
                Place::There { .. } => report.sessions_there += 1,
            }
        }
        for (line, entry) in self.reading.lines.iter().zip(&self.entries) {
            match entry {
                Entry::New => {
                    report.participants_added += 1;
                    report.attendance_added += self.reading.sessions[line.session].days.len();
                }
                Entry::There { days, .. } => {
                    report.participants_there += 1;
                    report.attendance_added += days.len();
                }
                Entry::Repeated => report.lines_repeated += 1,
            }
        }
        report
    }
}

/// Holds a list against what is there.
pub(super) async fn plan(scope: &Scope, mut reading: Reading) -> Outcome<Plan> {
    let institutions = directory::institutions(scope, &reading.institutions).await?;
    let places = places(scope, &reading.sessions).await?;
    let mut wrong = Findings::default();
    for line in &reading.lines {
        let problems = [places[line.session].as_ref().err(), institutions[line.institution].as_ref().err()];
        problems.into_iter().flatten().for_each(|problem| wrong.note(line.number, problem.clone()));
    }
    reading.findings = std::mem::take(&mut reading.findings).and(wrong);
    let mut plan = Plan {
        institutions: institutions.into_iter().map(Result::ok).collect(),
        places: places.into_iter().map(Result::ok).collect(),
        entries: Vec::new(),
        reading,
    };
    if plan.reading.findings.number == 0 {
        plan.entries = entries(scope, &plan).await?;
        expect_room(&mut plan);
    }
    Ok(plan)
}

/// Where the participants of each session go, or why they cannot.
async fn places(scope: &Scope, sessions: &[Session]) -> Outcome<Vec<Result<Place, Problem>>> {
    let programmes = directory::programmes(scope, sessions).await?;
    let mut there = sessions_there(scope, sessions).await?;
    let elsewhere = elsewhere(scope, sessions, &there).await?;
    let mut places = Vec::with_capacity(sessions.len());
    for (at, (session, programme)) in sessions.iter().zip(programmes).enumerate() {
        let refused = |message| Problem::new(UserErrorCode::WrongState, Column::Title.key(), Message::new(message));
        let known = there.remove(&key_of(session));
        places.push(match (known, programme) {
            (_, Err(problem)) => Err(problem),
            (None, Ok(_)) if elsewhere.contains(&at) => Err(refused("import-session-of-others")),
            (None, Ok(programme)) => Ok(Place::New { programme }),
            (Some((known, days)), Ok(_)) => into(session, known, &days),
        });
    }
    Ok(places)
}

/// The place in a session that is there: one that took place, on these days among others.
fn into(session: &Session, known: training_session::Model, days: &[training_day::Model]) -> Result<Place, Problem> {
    if !matches!(known.state, State::Held | State::Completed) {
        let message = Message::new("import-session-not-over");
        return Err(Problem::new(UserErrorCode::WrongState, Column::Title.key(), message));
    }
    let key = |day| days.iter().find(|known| local_day(known.starts_at) == day).map(|known| known.id);
    let keys = session.days.iter().map(|day| {
        key(*day).ok_or_else(|| {
            let message = Message::new("import-session-without-day").with("day", day);
            Problem::new(UserErrorCode::Invalid, Column::Days.key(), message)
        })
    });
    Ok(Place::There { session: Box::new(known), days: keys.collect::<Result<_, _>>()? })
}

fn key_of(session: &Session) -> SessionKey {
    session_key(&session.title, session.days[0], session.municipality.as_deref())
}

type SessionsThere = HashMap<SessionKey, (training_session::Model, Vec<training_day::Model>)>;

/// Sessions of the viewer's organisation that it trains, from the first day of the list to its last; locked where one writes.
async fn sessions_there(scope: &Scope, sessions: &[Session]) -> Outcome<SessionsThere> {
    use training_session::Column;
    let firsts = || sessions.iter().map(|session| session.days[0]);
    let (Some(first), Some(last)) = (firsts().min(), firsts().max()) else { return Ok(HashMap::new()) };
    let own = session_trainer::Column::MembershipId.eq(scope.viewer().membership_id());
    let trained = scope.find::<session_trainer::Entity>().filter(own).all().await?;
    let trained: HashSet<Uuid> = trained.into_iter().map(|row| row.session_id).collect();
    let wanted: HashSet<SessionKey> = sessions.iter().map(key_of).collect();
    let within = Condition::all()
        .add(Column::OrganisationId.eq(scope.viewer().organisation_id()))
        .add(Column::StartsAt.gte(clock::start_of(first)))
        .add(Column::StartsAt.lt(clock::start_of(last.succ_opt().unwrap_or(last))));
    let mut rows = scope.find::<training_session::Entity>().filter(within).locked().all().await?;
    let key = |row: &training_session::Model| {
        session_key(&row.title, local_day(row.starts_at), row.municipality_code.as_deref())
    };
    rows.retain(|row| trained.contains(&row.id) && wanted.contains(&key(row)));
    let mut days: HashMap<Uuid, Vec<training_day::Model>> = HashMap::new();
    for some in rows.chunks(AT_ONCE) {
        let keys = some.iter().map(|row| row.id).collect();
        for day in scope.find::<training_day::Entity>().of(training_day::Column::SessionId, keys).all().await? {
            days.entry(day.session_id).or_default().push(day);
        }
    }
    let with_days = |row: training_session::Model| {
        let days = days.remove(&row.id).unwrap_or_default();
        (key(&row), (row, days))
    };
    Ok(rows.into_iter().map(with_days).collect())
}

/// Which of the sessions the organisation has, with others as their trainers: they are counted, because they are not read.
async fn elsewhere(scope: &Scope, sessions: &[Session], there: &SessionsThere) -> Outcome<HashSet<usize>> {
    let missing: Vec<usize> = (0..sessions.len()).filter(|at| !there.contains_key(&key_of(&sessions[*at]))).collect();
    let mut found = HashSet::new();
    let mut waiting: Vec<Vec<usize>> = missing.chunks(AT_ONCE).map(<[usize]>::to_vec).collect();
    while let Some(some) = waiting.pop() {
        if !are_any(scope, some.iter().map(|at| &sessions[*at])).await? {
            continue;
        }
        match *some {
            [at] => {
                found.insert(at);
            }
            _ => waiting.extend(some.chunks(some.len().div_ceil(2)).map(<[usize]>::to_vec)),
        }
    }
    Ok(found)
}

/// Whether the organisation has any of these sessions.
async fn are_any(scope: &Scope, sessions: impl Iterator<Item = &Session>) -> Outcome<bool> {
    use training_session::Column;
    let any = sessions.fold(Condition::any(), |any, session| {
        let day = session.days[0];
        let place = match &session.municipality {
            Some(code) => Column::MunicipalityCode.eq(code),
            None => Column::MunicipalityCode.is_null(),
        };
        any.add(
            Condition::all()
                .add(Column::Title.eq(&session.title))
                .add(Column::StartsAt.gte(clock::start_of(day)))
                .add(Column::StartsAt.lt(clock::start_of(day.succ_opt().unwrap_or(day))))
                .add(place),
        )
    });
    let own = Column::OrganisationId.eq(scope.viewer().organisation_id());
    let tally = scope.tally::<training_session::Entity>().await?.filter(own).filter(any);
    Ok(tally.run().await?.iter().any(|(_, number)| *number > 0))
}

/// A person's name as it is compared: in whichever script and case, but with its diacritics, which tell Živa from Ziva.
fn same_name(name: &str) -> String {
    to_latin(name).to_lowercase()
}

/// Who is registered for a session already: by institution and name.
type Registered = HashMap<(usize, Uuid, String), Uuid>;

/// What each line comes to.
async fn entries(scope: &Scope, plan: &Plan) -> Outcome<Vec<Entry>> {
    let (registered, attended) = already(scope, plan).await?;
    let mut seen = HashSet::new();
    let mut entries = Vec::with_capacity(plan.reading.lines.len());
    for line in &plan.reading.lines {
        let Some((institution, _)) = plan.institutions[line.institution] else { continue };
        let person = (line.session, institution, same_name(&line.name));
        let known = registered.get(&person).copied();
        entries.push(match (seen.insert(person), known, &plan.places[line.session]) {
            (false, ..) => Entry::Repeated,
            (true, Some(registration), Some(Place::There { days, .. })) => {
                let days = days.iter().copied().filter(|day| !attended.contains(&(registration, *day)));
                Entry::There { registration, days: days.collect() }
            }
            _ => Entry::New,
        });
    }
    Ok(entries)
}

/// Who has a place in the sessions that are there, and of which days it is known how they attended.
async fn already(scope: &Scope, plan: &Plan) -> Outcome<(Registered, HashSet<(Uuid, Uuid)>)> {
    let there = plan.places.iter().enumerate().filter_map(|(at, place)| match place {
        Some(Place::There { session, .. }) => Some((session.id, at)),
        _ => None,
    });
    let there: Vec<(Uuid, usize)> = there.collect();
    let (mut registered, mut attended) = (HashMap::new(), HashSet::new());
    for some in there.chunks(AT_ONCE) {
        let keys: Vec<Uuid> = some.iter().map(|(key, _)| *key).collect();
        let position: HashMap<Uuid, usize> = some.iter().copied().collect();
        let has_a_place = registration::Column::State.eq(registration::State::Registered);
        let of = registration::Column::SessionId;
        let rows = scope.find::<registration::Entity>().of(of, keys.clone()).filter(has_a_place).all().await?;
        for row in rows {
            if let Some(at) = position.get(&row.session_id) {
                registered.insert((*at, row.organisation_id, same_name(&row.name)), row.id);
            }
        }
        let rows = scope.find::<attendance::Entity>().of(attendance::Column::SessionId, keys).all().await?;
        attended.extend(rows.into_iter().map(|row| (row.registration_id, row.day_id)));
    }
    Ok((registered, attended))
}

/// Refuses more participants than a session has at most.
fn expect_room(plan: &mut Plan) {
    let most = usize::try_from(MOST_PLACES).unwrap_or_default();
    for (at, added) in plan.added().into_iter().enumerate() {
        let taken = match &plan.places[at] {
            Some(Place::There { session, .. }) => usize::try_from(session.taken).unwrap_or_default(),
            _ => 0,
        };
        if added > 0 && taken + added > most {
            let message = Message::new("import-session-too-large").with_number("most", most);
            let problem = Problem::new(UserErrorCode::TooLong, Column::Title.key(), message);
            plan.reading.findings.note(plan.reading.sessions[at].line, problem);
        }
    }
}
