//! Three years of sessions, whom they were for, who came, who had to wait, what they learned; sessions of late, and to come.

use super::data::{NAMES, Planned, TRAINING, Topic};
use super::handouts;
use super::members::Seat;
use super::random::Random;
use super::rows::Rows;
use super::{certificates, learning};
use crate::access::Role;
use crate::clock;
use crate::training::attendance::rules::was_there;
use crate::training::reach::keeping::reach_of;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use entity::attendance::{Mark, Method};
use entity::registration::State;
use entity::training_session::{self, Mode};
use entity::{attendance, membership, programme, registration, session_audience, session_trainer, training_day};
use uuid::Uuid;

/// First of the years, and how many there are.
const YEARS: (i32, u64) = (2018, 3);
/// Weeks from one session to the next.
const EVERY: u64 = 8;
/// How many were held in the months before the day on which this is told, so that what looks back from today finds something.
const LATELY: u64 = 6;
/// How many places a session has.
const PLACES: i32 = 12;
/// How many hours there are from one registration for a session to the next.
const EVERY_HOURS: i64 = 8;
/// For how many months a certificate is valid.
const VALID_MONTHS: i32 = 36;
/// How long before a session it is planned, in days; and one that is still to come, before the day on which it is told.
const PLANNED_BEFORE: (i64, i64) = (60, 14);

/// Adds the sessions of three years to the rows, and those shortly before `today` and after it.
pub(super) fn tell(rows: &mut Rows, seats: &[Seat], today: NaiveDate) {
    let mut random = Random::seeded(b"sessions of the demonstration...");
    let trainer = seats[0].with_role(Role::Trainer)[0].clone();
    let first = NaiveDate::from_ymd_opt(YEARS.0, 2, 6).unwrap_or_default();
    let programme = programme(&mut random, &trainer, clock::start_of(first) - TimeDelta::days(30));
    learning::bank(&mut random, rows, &trainer, programme.created_at);
    let mut teller = Teller { random, trainer, programme: programme.id, rows };
    teller.rows.programmes.push(programme);
    for (order, topic) in (0..YEARS.1 * 52 / EVERY).zip(TRAINING.topic.iter().cycle()) {
        let day = first.checked_add_days(Days::new(order * EVERY * 7)).unwrap_or(first);
        teller.hold(topic, day, seats);
    }
    for planned in &TRAINING.planned {
        teller.plan(planned, today, seats);
    }
    let lately = (1..=LATELY).rev().filter_map(|order| today.checked_sub_days(Days::new(order * EVERY * 7)));
    let after_the_years = NaiveDate::from_ymd_opt(YEARS.0 + 3, 1, 1).unwrap_or_default();
    for (day, topic) in lately.filter(|day| *day >= after_the_years).zip(TRAINING.topic.iter().cycle()) {
        teller.hold(topic, day, seats);
    }
    handouts::hand_out(rows);
}

fn programme(random: &mut Random, trainer: &membership::Model, at: DateTime<Utc>) -> programme::Model {
    let of = &TRAINING.programme;
    programme::Model {
        id: random.key(at),
        organisation_id: trainer.organisation_id,
        title: of.title.clone(),
        topic: of.topic.clone(),
        accreditor: of.accreditor.clone(),
        accreditation_number: of.accreditation_number.clone(),
        hours: of.hours,
        valid_from: NaiveDate::from_ymd_opt(YEARS.0, 1, 1).unwrap_or_default(),
        valid_until: None,
        withdrawn_at: None,
        revision: 1,
        created_at: at,
    }
}

struct Teller<'a> {
    random: Random,
    trainer: membership::Model,
    programme: Uuid,
    rows: &'a mut Rows,
}

impl Teller<'_> {
    /// A session that is over.
    fn hold(&mut self, topic: &Topic, day: NaiveDate, seats: &[Seat]) {
        let planned = clock::start_of(day) - TimeDelta::days(PLANNED_BEFORE.0);
        let days = self.days(topic, day);
        let mut session = self.session(topic, (planned, planned), &days, PLACES);
        session.organiser.clone_from(&seats[0].organisation.name);
        self.parts(topic, &session, &days, planned);
        session.taken = self.register(topic, &session, seats, usize::MAX, planned);
        let there = self.there(&session);
        if session.certificate_needs_test {
            learning::test(&mut self.random, self.rows, &session, &there);
        }
        learning::evaluate(&mut self.random, self.rows, &session, &there);
        certificates::issue(&mut self.random, self.rows, &session, &there);
        let reached = there.iter().map(|row| (row.organisation_id, row.id));
        self.rows.reach.extend(reach_of(&session, reached));
        self.rows.sessions.push(session);
    }

    /// A session that is still to come. Its days follow the day on which this is told; its keys do not.
    fn plan(&mut self, planned: &Planned, today: NaiveDate, seats: &[Seat]) {
        let topic = &TRAINING.topic[planned.topic];
        let keys = clock::start_of(NaiveDate::from_ymd_opt(YEARS.0 + 2, 12, 1).unwrap_or_default());
        let opens = clock::start_of(today) - TimeDelta::days(PLANNED_BEFORE.1);
        let days = self.days(topic, today.checked_add_days(Days::new(planned.in_days)).unwrap_or(today));
        let mut session = self.session(topic, (keys, opens), &days, planned.capacity);
        session.organiser.clone_from(&seats[0].organisation.name);
        (session.state, session.revision) = (planned.state, 2);
        self.parts(topic, &session, &days, keys);
        session.taken = self.register(topic, &session, seats, planned.registrations, keys);
        self.rows.sessions.push(session);
    }

    /// The days, the trainer and the audience of a session.
    fn parts(
        &mut self,
        topic: &Topic,
        session: &training_session::Model,
        days: &[(DateTime<Utc>, DateTime<Utc>)],
        at: DateTime<Utc>,
    ) {
        let (id, organisation_id, planner_id) = (session.id, session.organisation_id, session.planner_id);
        for (starts_at, ends_at) in days {
            let key = self.random.key(at);
            let code_secret = self.secret(session);
            let (starts_at, ends_at) = (*starts_at, *ends_at);
            let day = training_day::Model { id: key, organisation_id, session_id: id, starts_at, ends_at, code_secret };
            self.rows.days.push(day);
        }
        let key = self.random.key(at);
        let trainer =
            session_trainer::Model { id: key, organisation_id, session_id: id, membership_id: planner_id, planner_id };
        self.rows.trainers.push(trainer);
        self.address(topic, session, at);
    }

    /// Nobody comes in by a code once a session is over. Before that, a secret that everybody could work out is one of a
    /// demonstration.
    fn secret(&mut self, session: &training_session::Model) -> String {
        if session.state == training_session::State::Completed {
            return String::new();
        }
        let bytes = [self.random.orderless_key(), self.random.orderless_key()].map(Uuid::into_bytes).concat();
        STANDARD_NO_PAD.encode(bytes)
    }

    /// Those who had a place in a session and came.
    fn there(&self, session: &training_session::Model) -> Vec<registration::Model> {
        let came = |row: &&registration::Model| {
            let days = self.rows.attendances.iter().filter(|day| day.registration_id == row.id);
            days.into_iter().any(|day| was_there(day.mark))
        };
        self.rows.registrations.iter().filter(|row| row.session_id == session.id).filter(came).cloned().collect()
    }

    /// The days of a session, nine to three by the clock on the wall.
    fn days(&self, topic: &Topic, day: NaiveDate) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let day = |order| clock::start_of(day.checked_add_days(Days::new(order)).unwrap_or(day));
        (0..topic.days).map(|order| (day(order) + TimeDelta::hours(9), day(order) + TimeDelta::hours(15))).collect()
    }

    fn session(
        &mut self,
        topic: &Topic,
        (key, planned): (DateTime<Utc>, DateTime<Utc>),
        days: &[(DateTime<Utc>, DateTime<Utc>)],
        capacity: i32,
    ) -> training_session::Model {
        let (starts_at, ends_at) = (days[0].0, days[days.len() - 1].1);
        training_session::Model {
            id: self.random.key(key),
            organisation_id: self.trainer.organisation_id,
            programme_id: topic.accredited.then_some(self.programme),
            series_id: None,
            kind: topic.kind,
            state: training_session::State::Completed,
            title: topic.title.clone(),
            topic: String::new(),
            hours: topic.hours,
            mode: if topic.municipality.is_some() { Mode::OnSite } else { Mode::Online },
            municipality_code: topic.municipality.clone(),
            venue: topic.venue.clone(),
            online_address: String::new(),
            language: "sr".to_owned(),
            partners: String::new(),
            donor: String::new(),
            organiser: String::new(),
            trainer_names: self.trainer.name.clone(),
            indicator_sets: topic.indicator_sets.clone(),
            capacity,
            taken: 0,
            waiting_list: true,
            approval: false,
            offer_hours: 48,
            registration_opens_at: planned,
            registration_closes_at: starts_at - TimeDelta::days(3),
            starts_at,
            ends_at,
            attendance_percent: 100,
            certificate_needs_test: topic.accredited,
            certificate_months: topic.accredited.then_some(VALID_MONTHS),
            revision: 5,
            created_at: planned,
            planner_id: self.trainer.id,
        }
    }

    fn address(&mut self, topic: &Topic, session: &training_session::Model, planned: DateTime<Utc>) {
        let kinds = if topic.kinds.is_empty() { vec![None] } else { topic.kinds.iter().copied().map(Some).collect() };
        for kind in kinds {
            let row = session_audience::Model {
                id: self.random.key(planned),
                organisation_id: session.organisation_id,
                session_id: session.id,
                kind,
                district_code: None,
                invited_id: None,
            };
            self.rows.audiences.push(row);
        }
    }

    /// Registers at most so many of those whom it is for, and writes down who came. Answers how many had a place.
    fn register(
        &mut self,
        topic: &Topic,
        session: &training_session::Model,
        seats: &[Seat],
        most: usize,
        key: DateTime<Utc>,
    ) -> i32 {
        let invited = |seat: &&Seat| topic.kinds.is_empty() || topic.kinds.contains(&seat.organisation.kind);
        // Some institutions were never reached, so that there is somebody to invite.
        let reached = |(order, _): &(usize, &Seat)| order % 4 != 3;
        let mut institutions: Vec<&Seat> =
            seats[1..].iter().filter(invited).enumerate().filter(reached).map(|(_, seat)| seat).collect();
        self.random.shuffle(&mut institutions);
        let most = most.min(usize::try_from(session.capacity).unwrap_or_default() + 4);
        // Whoever has a membership is the first to register; colleagues follow.
        let members = institutions.iter().map(|seat| (*seat, seat.with_role(Role::Reporter).first().copied()));
        let colleagues = institutions.iter().map(|seat| (*seat, None));
        let mut taken = 0;
        for (order, (seat, member)) in (0..).zip(members.chain(colleagues).take(most)) {
            let hours = TimeDelta::hours(order * EVERY_HOURS + i64::from(self.random.within(1..=7)));
            let state = if taken < session.capacity { State::Registered } else { State::Waiting };
            taken += i32::from(state == State::Registered);
            let row = self.registration(session, seat, member, state, (key, hours));
            if row.state == State::Registered && session.state == training_session::State::Completed {
                self.attend(session, &row);
            }
            self.rows.registrations.push(row);
        }
        taken
    }

    fn registration(
        &mut self,
        session: &training_session::Model,
        seat: &Seat,
        member: Option<&membership::Model>,
        state: State,
        (key, hours): (DateTime<Utc>, TimeDelta),
    ) -> registration::Model {
        let at = session.registration_opens_at + hours;
        let coordinator = seat.with_role(Role::Coordinator).first().map_or(self.trainer.id, |member| member.id);
        let colleague = format!("{} {}", self.random.pick(&NAMES.female), self.random.pick(&NAMES.family));
        let (membership_id, name, function) = match member {
            Some(member) => (Some(member.id), member.name.clone(), member.function.clone()),
            None => (None, colleague, "стручни сарадник".to_owned()),
        };
        registration::Model {
            id: self.random.key(key + hours),
            organisation_id: seat.organisation.id,
            session_id: session.id,
            organiser_id: session.organisation_id,
            membership_id,
            name,
            function,
            kind: seat.organisation.kind,
            state,
            offered_until: None,
            walk_in: false,
            registered_by_id: membership_id.unwrap_or(coordinator),
            revision: 1,
            created_at: at,
            changed_at: at,
        }
    }

    fn attend(&mut self, session: &training_session::Model, row: &registration::Model) {
        let days: Vec<_> = self.rows.days.iter().filter(|day| day.session_id == session.id).cloned().collect();
        for day in days {
            let mark = match self.random.below(20) {
                0 => Mark::Absent,
                1 => Mark::LeftEarly,
                2 => Mark::Late,
                _ => Mark::Present,
            };
            let attendance = attendance::Model {
                id: self.random.key(day.starts_at),
                organisation_id: row.organisation_id,
                session_id: session.id,
                registration_id: row.id,
                day_id: day.id,
                mark,
                method: Method::Trainer,
                arrived_at: None,
                left_at: None,
                recorded_at: day.starts_at,
            };
            self.rows.attendances.push(attendance);
        }
    }
}
