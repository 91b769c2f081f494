//! Sessions for whom they are, and who takes part in them.

use super::network::{CENTRE, Network, OTHER_SCHOOL, SCHOOL, instant, row};
use crate::access::{Purpose, Viewer};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::organisation::Kind;
use entity::training_session::{self, Mode, State};
use entity::{
    attendance, participant_needs, programme, registration, session_audience, session_places, session_trainer,
    training_day,
};
use uuid::Uuid;

/// For whom a session is: a kind of institution, a district, one institution.
type Addressed = (Option<Kind>, Option<&'static str>, Option<Uuid>);

/// A session: label, key, the membership that plans it, state, for whom.
type SessionPlan = (&'static str, u128, u128, State, Addressed);

const SESSIONS: [SessionPlan; 6] = [
    ("the trainer's draft, for all", 0x1001, 6, State::Draft, (None, None, None)),
    ("the trainer's, for schools of the district", 0x1002, 6, State::Open, (Some(Kind::School), Some("RS-06"), None)),
    ("the trainer's, for health services", 0x1003, 6, State::Open, (Some(Kind::HealthService), None, None)),
    ("the trainer's, for another district", 0x1004, 6, State::Open, (None, Some("RS-00"), None)),
    ("the trainer's, by invitation of the other school", 0x1005, 6, State::Open, (None, None, Some(OTHER_SCHOOL))),
    ("the second trainer's, for police", 0x1006, 12, State::Closed, (Some(Kind::Police), None, None)),
];

/// A registration: label, key, session, institution, membership of the participant.
const REGISTRATIONS: [(&str, u128, u128, Uuid, Option<u128>); 5] = [
    ("the reporter's", 0x1101, 0x1002, SCHOOL, Some(1)),
    ("a colleague's without a membership", 0x1102, 0x1002, SCHOOL, None),
    ("the other school's reporter's", 0x1103, 0x1005, OTHER_SCHOOL, Some(10)),
    ("the reporter's with the second trainer", 0x1104, 0x1006, SCHOOL, Some(1)),
    ("the other school's with the second trainer", 0x1105, 0x1006, OTHER_SCHOOL, None),
];

fn day_of(session: u128) -> Uuid {
    Uuid::from_u128(session + 0x100_0000)
}

fn end() -> DateTime<Utc> {
    instant() + TimeDelta::hours(6)
}

impl Network {
    pub(super) fn add_training(&mut self) {
        let programme = programme::Model {
            id: Uuid::from_u128(0x1000),
            organisation_id: CENTRE,
            title: String::new(),
            topic: String::new(),
            accreditor: String::new(),
            accreditation_number: String::new(),
            hours: 12,
            valid_from: NaiveDate::default(),
            valid_until: None,
            withdrawn_at: None,
            revision: 1,
            created_at: instant(),
        };
        self.programme.push(row("a programme of the Centre", programme));
        SESSIONS.iter().for_each(|session| self.add_training_session(*session));
        REGISTRATIONS.iter().for_each(|registration| self.add_registration(*registration));
        for (name, member, purpose) in [
            ("reporter, taking a place", "reporter", Purpose::Placement),
            ("trainer, counting", "trainer", Purpose::Count),
        ] {
            let viewer = self.viewer(member).with_purpose(purpose);
            self.viewers.push((name, viewer));
        }
        self.viewers.push(("the service, giving out places", Viewer::service(Purpose::Placement)));
    }

    fn add_training_session(&mut self, (label, key, planner, state, addressed): SessionPlan) {
        let session = training_session::Model {
            id: Uuid::from_u128(key),
            organisation_id: CENTRE,
            programme_id: Some(Uuid::from_u128(0x1000)),
            series_id: None,
            kind: training_session::Kind::Training,
            state,
            title: String::new(),
            topic: String::new(),
            hours: 12,
            mode: Mode::Online,
            municipality_code: None,
            venue: String::new(),
            online_address: String::new(),
            language: "sr".to_owned(),
            partners: String::new(),
            donor: String::new(),
            organiser: String::new(),
            trainer_names: String::new(),
            indicator_sets: String::new(),
            capacity: 20,
            taken: 0,
            waiting_list: true,
            approval: false,
            offer_hours: 0,
            registration_opens_at: instant(),
            registration_closes_at: end(),
            starts_at: instant(),
            ends_at: end(),
            attendance_percent: 100,
            certificate_needs_test: false,
            certificate_months: None,
            revision: 1,
            created_at: instant(),
            planner_id: Uuid::from_u128(planner),
        };
        self.training_session.push(row(label, session));
        self.add_parts_of_session(label, key, planner, addressed);
    }

    fn add_parts_of_session(&mut self, label: &str, key: u128, planner: u128, addressed: Addressed) {
        let (organisation_id, session_id) = (CENTRE, Uuid::from_u128(key));
        let (kind, district, invited_id) = addressed;
        let planner_id = Uuid::from_u128(planner);
        let day = training_day::Model {
            id: day_of(key),
            organisation_id,
            session_id,
            starts_at: instant(),
            ends_at: end(),
            code_secret: String::new(),
        };
        self.training_day.push(row(format!("a day of {label}"), day));
        let id = Uuid::from_u128(key + 0x200_0000);
        let trainer = session_trainer::Model { id, organisation_id, session_id, membership_id: planner_id, planner_id };
        self.session_trainer.push(row(format!("who trains {label}"), trainer));
        let id = Uuid::from_u128(key + 0x300_0000);
        let district_code = district.map(str::to_owned);
        let audience = session_audience::Model { id, organisation_id, session_id, kind, district_code, invited_id };
        self.session_audience.push(row(format!("audience of {label}"), audience));
        let id = Uuid::from_u128(key + 0x400_0000);
        let places = session_places::Model { id, organisation_id, session_id, kind: Kind::School, places: 5 };
        self.session_places.push(row(format!("places of {label}"), places));
    }

    fn add_registration(
        &mut self,
        (label, key, session, organisation_id, member): (&str, u128, u128, Uuid, Option<u128>),
    ) {
        let (registration_id, session_id) = (Uuid::from_u128(key), Uuid::from_u128(session));
        let membership_id = member.map(Uuid::from_u128);
        let registration = registration::Model {
            id: registration_id,
            organisation_id,
            session_id,
            organiser_id: CENTRE,
            membership_id,
            name: String::new(),
            function: String::new(),
            kind: Kind::School,
            state: registration::State::Registered,
            offered_until: None,
            walk_in: false,
            registered_by_id: membership_id.unwrap_or(Uuid::from_u128(2)),
            revision: 1,
            created_at: instant(),
            changed_at: instant(),
        };
        self.registration.push(row(label, registration));
        let needs = participant_needs::Model {
            registration_id,
            organisation_id,
            session_id,
            photograph: false,
            dietary: String::new(),
            access: String::new(),
        };
        self.participant_needs.push(row(format!("needs: {label}"), needs));
        let attendance = attendance::Model {
            id: Uuid::from_u128(key + 0x500_0000),
            organisation_id,
            session_id,
            registration_id,
            day_id: day_of(session),
            mark: attendance::Mark::Present,
            method: if member.is_some() { attendance::Method::Code } else { attendance::Method::Trainer },
            arrived_at: None,
            left_at: None,
            recorded_at: instant(),
        };
        self.attendance.push(row(format!("attendance: {label}"), attendance));
    }
}
