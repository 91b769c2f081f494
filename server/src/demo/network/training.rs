//! Three years of sessions: whom they were for, who came, who had to wait.

use super::data::{NAMES, TRAINING, Topic};
use super::handouts;
use super::members::Seat;
use super::random::Random;
use super::rows::Rows;
use crate::access::Role;
use crate::clock;
use crate::training::attendance::rules::was_there;
use crate::training::reach::keeping::reach_of;
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
/// How many places a session has.
const PLACES: usize = 8;

/// Adds the sessions of three years to the rows.
pub(super) fn tell(rows: &mut Rows, seats: &[Seat]) {
    let mut random = Random::seeded(b"sessions of the demonstration...");
    let trainer = seats[0].with_role(Role::Trainer)[0].clone();
    let first = NaiveDate::from_ymd_opt(YEARS.0, 2, 6).unwrap_or_default();
    let programme = programme(&mut random, &trainer, clock::start_of(first) - TimeDelta::days(30));
    let mut teller = Teller { random, trainer, programme: programme.id, rows };
    teller.rows.programmes.push(programme);
    for (order, topic) in (0..YEARS.1 * 52 / EVERY).zip(TRAINING.topic.iter().cycle()) {
        let day = first.checked_add_days(Days::new(order * EVERY * 7)).unwrap_or(first);
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
    fn hold(&mut self, topic: &Topic, day: NaiveDate, seats: &[Seat]) {
        let planned = clock::start_of(day) - TimeDelta::days(60);
        let days = self.days(topic, day);
        let mut session = self.session(topic, planned, &days);
        session.organiser.clone_from(&seats[0].organisation.name);
        let (id, organisation_id, planner_id) = (session.id, session.organisation_id, session.planner_id);
        for (starts_at, ends_at) in &days {
            let key = self.random.key(planned);
            let day = training_day::Model {
                id: key,
                organisation_id,
                session_id: id,
                starts_at: *starts_at,
                ends_at: *ends_at,
                // Nobody comes in by a code any more.
                code_secret: String::new(),
            };
            self.rows.days.push(day);
        }
        let trainer = session_trainer::Model {
            id: self.random.key(planned),
            organisation_id,
            session_id: id,
            membership_id: planner_id,
            planner_id,
        };
        self.rows.trainers.push(trainer);
        self.address(topic, &session, planned);
        session.taken = self.register(topic, &session, seats);
        let there = self.rows.attendances.iter().filter(|row| row.session_id == id && was_there(row.mark));
        let there = there.map(|row| (row.organisation_id, row.registration_id));
        self.rows.reach.extend(reach_of(&session, there));
        self.rows.sessions.push(session);
    }

    /// The days of a session, nine to three by the clock on the wall.
    fn days(&self, topic: &Topic, day: NaiveDate) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let day = |order| clock::start_of(day.checked_add_days(Days::new(order)).unwrap_or(day));
        (0..topic.days).map(|order| (day(order) + TimeDelta::hours(9), day(order) + TimeDelta::hours(15))).collect()
    }

    fn session(
        &mut self,
        topic: &Topic,
        planned: DateTime<Utc>,
        days: &[(DateTime<Utc>, DateTime<Utc>)],
    ) -> training_session::Model {
        let (starts_at, ends_at) = (days[0].0, days[days.len() - 1].1);
        training_session::Model {
            id: self.random.key(planned),
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
            capacity: i32::try_from(PLACES).unwrap_or_default(),
            taken: 0,
            waiting_list: true,
            approval: false,
            offer_hours: 48,
            registration_opens_at: planned,
            registration_closes_at: starts_at - TimeDelta::days(3),
            starts_at,
            ends_at,
            attendance_percent: 100,
            certificate_needs_test: false,
            certificate_months: None,
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

    /// Registers some of those whom it is for, and writes down who came. Answers how many had a place.
    fn register(&mut self, topic: &Topic, session: &training_session::Model, seats: &[Seat]) -> i32 {
        let invited = |seat: &&Seat| topic.kinds.is_empty() || topic.kinds.contains(&seat.organisation.kind);
        // Some institutions were never reached, so that there is somebody to invite.
        let reached = |(order, _): &(usize, &Seat)| order % 4 != 3;
        let mut institutions: Vec<&Seat> =
            seats[1..].iter().filter(invited).enumerate().filter(reached).map(|(_, seat)| seat).collect();
        self.random.shuffle(&mut institutions);
        let mut taken = 0;
        for seat in institutions.into_iter().take(PLACES + 2) {
            let member = seat.with_role(Role::Reporter).first().copied().filter(|_| self.random.chance(60)).cloned();
            let state = if taken < PLACES { State::Registered } else { State::Waiting };
            taken += usize::from(state == State::Registered);
            let row = self.registration(session, seat, member, state);
            if row.state == State::Registered {
                self.attend(session, &row);
            }
            self.rows.registrations.push(row);
        }
        i32::try_from(taken).unwrap_or_default()
    }

    fn registration(
        &mut self,
        session: &training_session::Model,
        seat: &Seat,
        member: Option<membership::Model>,
        state: State,
    ) -> registration::Model {
        let at = session.registration_opens_at + TimeDelta::hours(i64::from(self.random.within(1..=900)));
        let coordinator = seat.with_role(Role::Coordinator).first().map_or(self.trainer.id, |member| member.id);
        let colleague = format!("{} {}", self.random.pick(&NAMES.female), self.random.pick(&NAMES.family));
        let (membership_id, name, function) = match member {
            Some(member) => (Some(member.id), member.name, member.function),
            None => (None, colleague, "стручни сарадник".to_owned()),
        };
        registration::Model {
            id: self.random.key(at),
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
