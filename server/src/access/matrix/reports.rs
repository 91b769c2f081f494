//! Reports in every state, with persons, identities, ticks, messages, and the Centre's work on them.

use super::network::{CENTRE, INDICATOR, Network, OTHER_SCHOOL, SCHOOL, instant, row};
use chrono::NaiveDate;
use entity::answer::Answer;
use entity::report::State;
use entity::{
    attachment, case, erasure, internal_note, message_reading, person, person_identity, report, report_deadline,
    report_event, report_message, ticked_indicator,
};
use uuid::Uuid;

/// A report: label, key, organisation, author, state, assignee.
type ReportPlan = (&'static str, u128, Uuid, u128, State, Option<u128>);

const REPORTS: [ReportPlan; 8] = [
    ("the reporter's draft", 0x11, SCHOOL, 1, State::Draft, None),
    ("the reporter's submitted report", 0x12, SCHOOL, 1, State::InTriage, None),
    ("the reporter's accepted report, assigned", 0x13, SCHOOL, 1, State::Accepted, Some(4)),
    ("the coordinator's draft", 0x14, SCHOOL, 2, State::Draft, None),
    ("the other school's draft", 0x15, OTHER_SCHOOL, 10, State::Draft, None),
    ("the other school's submitted report", 0x16, OTHER_SCHOOL, 10, State::Submitted, None),
    ("the other school's report, assigned", 0x17, OTHER_SCHOOL, 10, State::InTriage, Some(4)),
    ("the intake officer's draft", 0x18, CENTRE, 3, State::Draft, None),
];

impl Network {
    /// Every report, with its parts and the Centre's work on it.
    pub(super) fn add_reports(&mut self) {
        REPORTS.into_iter().for_each(|report| self.add_report(report));
    }

    fn add_report(&mut self, (label, key, organisation_id, author, state, assignee): ReportPlan) {
        let report_id = Uuid::from_u128(key);
        let submitted = state != State::Draft;
        let report = report::Model {
            id: report_id,
            organisation_id,
            author_id: Uuid::from_u128(author),
            reference: submitted.then(|| format!("PI-{key}")),
            channel: report::Channel::Portal,
            state,
            urgency: 2,
            reported_urgency: 2,
            revision: 1,
            section_revisions: "{}".to_owned(),
            begun_on: NaiveDate::default(),
            created_at: instant(),
            updated_at: instant(),
            submitted_at: submitted.then(instant),
            reporter_function: String::new(),
            reporter_contact: String::new(),
            on_behalf_of: String::new(),
            may_call_back: false,
            danger_now: Answer::Unsure,
            exploiter_near: Answer::Unsure,
            observations: String::new(),
            observed_from: None,
            observed_until: None,
            municipality_code: None,
            place: String::new(),
            suspected_forms: "[]".to_owned(),
            exploitation_place: String::new(),
            actions_taken: String::new(),
            person_knows: Answer::Unsure,
            assignee_id: assignee.map(Uuid::from_u128),
            joined_to_id: None,
            withdrawal_requested_at: None,
            sealing_key_id: None,
            sealing_key: Vec::new(),
        };
        self.report.push(row(label, report));
        self.add_person(label, key, organisation_id, report_id);
        self.add_conversation(label, key, organisation_id, report_id, author);
        self.add_attachments(label, key, organisation_id, report_id, author);
        if submitted {
            self.add_work(label, key, organisation_id, report_id);
            self.add_submission(label, key, organisation_id, report_id, author);
        }
    }

    fn add_person(&mut self, label: &str, key: u128, organisation_id: Uuid, report_id: Uuid) {
        let person_id = Uuid::from_u128(0x300 + key);
        let person = person::Model {
            id: person_id,
            organisation_id,
            report_id,
            position: 0,
            pseudonym: String::new(),
            age_band: None,
            birth_year: None,
            child: Answer::Yes,
            sex: person::Sex::Unknown,
            citizenship: String::new(),
            language: String::new(),
            communication_need: String::new(),
            guardian: String::new(),
            guardian_may_be_involved: Answer::Unsure,
            contact_channel: String::new(),
            contact_time: String::new(),
            contact_caution: String::new(),
            sealing_key_id: None,
            sealing_key: Vec::new(),
        };
        self.person.push(row(format!("of {label}"), person));
        let identity = person_identity::Model {
            person_id,
            organisation_id,
            report_id,
            names: String::new(),
            personal_number: String::new(),
            birth_date: String::new(),
            phone: String::new(),
            address: String::new(),
        };
        self.person_identity.push(row(format!("of {label}"), identity));
        let tick = ticked_indicator::Model {
            id: Uuid::from_u128(0x400 + key),
            organisation_id,
            report_id,
            person_id,
            indicator_id: INDICATOR,
            remark: String::new(),
        };
        self.ticked_indicator.push(row(format!("of {label}"), tick));
    }

    fn add_conversation(&mut self, label: &str, key: u128, organisation_id: Uuid, report_id: Uuid, author: u128) {
        let message = report_message::Model {
            id: Uuid::from_u128(0x500 + key),
            organisation_id,
            report_id,
            author_id: Uuid::from_u128(author),
            kind: report_message::Kind::Information,
            in_reply_to_id: None,
            text: String::new(),
            created_at: instant(),
        };
        let message_id = message.id;
        self.report_message.push(row(format!("its author's, on {label}"), message));
        if label.contains("draft") {
            return;
        }
        let readings = [
            ("the coordinator's", 0, organisation_id, (organisation_id == SCHOOL).then_some(2)),
            ("the intake officer's", 0x20, CENTRE, Some(3)),
            ("the Centre's", 0x40, CENTRE, None),
        ];
        for (whose, number, reader_organisation_id, member) in readings {
            let reading = message_reading::Model {
                id: Uuid::from_u128(0xf00 + number + key),
                organisation_id,
                report_id,
                message_id,
                reader_organisation_id,
                membership_id: member.map(Uuid::from_u128),
                read_at: instant(),
            };
            if member.is_some() || reader_organisation_id == CENTRE {
                self.message_reading.push(row(format!("{whose}, of the message on {label}"), reading));
            }
        }
    }

    /// A file that came, and one that is expected; of submitted reports also one that the Centre added.
    fn add_attachments(&mut self, label: &str, key: u128, organisation_id: Uuid, report_id: Uuid, author: u128) {
        let plans = [
            ("of", 0x2000, author, false, attachment::State::NotScanned),
            ("expected, of", 0x2100, author, false, attachment::State::Expected),
            ("the intake officer's, of", 0x2200, 3, true, attachment::State::Waiting),
        ];
        for (what, base, author, of_centre, state) in plans {
            let here = state != attachment::State::Expected;
            let model = attachment::Model {
                id: Uuid::from_u128(base + key),
                organisation_id,
                report_id,
                author_id: Uuid::from_u128(author),
                of_centre: of_centre || organisation_id == CENTRE,
                position: (base >> 8 & 0xf) as i32 + 1,
                state,
                kind: here.then_some(attachment::Kind::Pdf),
                size: 1,
                object: if here { format!("{base}{key}") } else { String::new() },
                digest: Vec::new(),
                secret: String::new(),
                created_at: instant(),
                received_at: here.then(instant),
            };
            self.attachment.push(row(format!("{what} {label}"), model));
        }
    }

    fn add_work(&mut self, label: &str, key: u128, organisation_id: Uuid, report_id: Uuid) {
        let event = report_event::Model {
            id: Uuid::from_u128(0x600 + key),
            organisation_id,
            report_id,
            actor_id: Uuid::from_u128(3),
            transition: "assign".to_owned(),
            from_state: State::Submitted,
            to_state: State::InTriage,
            revision: 1,
            urgency: None,
            assignee_id: None,
            reason: String::new(),
            occurred_at: instant(),
        };
        self.report_event.push(row(format!("the intake officer's, on {label}"), event));
        let deadline = report_deadline::Model {
            id: Uuid::from_u128(0xd00 + key),
            organisation_id,
            report_id,
            kind: report_deadline::Kind::Decision,
            round: 0,
            urgency: 2,
            started_at: instant(),
            started_in: "2018-01".to_owned(),
            due_at: instant(),
            escalates_at: instant(),
            paused_at: None,
            remaining_seconds: 0,
            met_at: None,
            overdue_at: None,
            escalated_at: None,
        };
        self.report_deadline.push(row(format!("of {label}"), deadline));
        let note = internal_note::Model {
            id: Uuid::from_u128(0x700 + key),
            organisation_id,
            report_id,
            author_id: Uuid::from_u128(3),
            text: String::new(),
            created_at: instant(),
        };
        self.internal_note.push(row(format!("the intake officer's, on {label}"), note));
        let case = case::Model {
            id: Uuid::from_u128(0x800 + key),
            organisation_id,
            report_id,
            person_id: Uuid::from_u128(0x300 + key),
            reference: format!("PR-{key}"),
            case_worker_id: None,
            identification: case::Identification::Pending,
            exploitation_forms: "[]".to_owned(),
            decision_reason: String::new(),
            decided_by_id: None,
            decided_at: None,
            revision: 1,
            opened_at: instant(),
            void_at: None,
        };
        self.case.push(row(format!("of {label}"), case));
        self.add_erasure(label, key, organisation_id, report_id);
    }

    fn add_submission(&mut self, label: &str, key: u128, organisation_id: Uuid, report_id: Uuid, author: u128) {
        let event = report_event::Model {
            id: Uuid::from_u128(0xb00 + key),
            organisation_id,
            report_id,
            actor_id: Uuid::from_u128(author),
            transition: "submit".to_owned(),
            from_state: State::Draft,
            to_state: State::Submitted,
            revision: 1,
            urgency: None,
            assignee_id: None,
            reason: String::new(),
            occurred_at: instant(),
        };
        self.report_event.push(row(format!("its author's, on {label}"), event));
    }

    fn add_erasure(&mut self, label: &str, key: u128, organisation_id: Uuid, report_id: Uuid) {
        let id = Uuid::from_u128(0xa00 + key);
        let asked = key.is_multiple_of(2);
        let erasure = erasure::Model {
            id,
            organisation_id,
            report_id,
            person_id: Uuid::from_u128(0x300 + key),
            together_id: id,
            ground: if asked { erasure::Ground::Request } else { erasure::Ground::NotIdentified },
            reason: String::new(),
            due_at: instant(),
            stands_nowhere_else: false,
            proposed_by_id: asked.then(|| Uuid::from_u128(5)),
            proposed_at: instant(),
            window_began_at: instant(),
            held_at: None,
            held_by_id: None,
            hold_reason: String::new(),
            dropped_at: None,
            executed_at: None,
        };
        let what = if asked { "asked for" } else { "proposed" };
        self.erasure.push(row(format!("{what}, of {label}"), erasure));
    }
}
