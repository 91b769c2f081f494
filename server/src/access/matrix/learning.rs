//! What participants learn, and what they say of sessions.

use super::network::{CENTRE, Network, OTHER_SCHOOL, SCHOOL, instant, row};
use crate::access::{Purpose, Viewer};
use chrono::TimeDelta;
use entity::question::{self, Kind};
use entity::session_test::{self, Stage};
use entity::{evaluation, evaluation_answered, session_evaluation, test_attempt, test_question, test_result};
use uuid::Uuid;

/// A question: label, key, whose bank, author.
const QUESTIONS: [(&str, u128, Uuid, u128); 3] = [
    ("the Centre's, which tests ask", 0x1201, CENTRE, 6),
    ("the Centre's, which no test asks", 0x1202, CENTRE, 12),
    ("the school's", 0x1203, SCHOOL, 2),
];

/// A test: label, key, session.
const TESTS: [(&str, u128, u128); 4] = [
    ("of the trainer's draft", 0x1301, 0x1001),
    ("of the trainer's, for schools of the district", 0x1302, 0x1002),
    ("of the trainer's, by invitation of the other school", 0x1303, 0x1005),
    ("of the second trainer's, for police", 0x1304, 0x1006),
];

/// An attempt: label, key, test, session, registration, institution, whether it was on paper.
const ATTEMPTS: [(&str, u128, u128, u128, u128, Uuid, bool); 4] = [
    ("the reporter's", 0x1401, 0x1302, 0x1002, 0x1101, SCHOOL, false),
    ("a colleague's on paper", 0x1402, 0x1302, 0x1002, 0x1102, SCHOOL, true),
    ("the other school's reporter's", 0x1403, 0x1303, 0x1005, 0x1103, OTHER_SCHOOL, false),
    ("the reporter's with the second trainer", 0x1404, 0x1304, 0x1006, 0x1104, SCHOOL, false),
];

impl Network {
    pub(super) fn add_learning(&mut self) {
        QUESTIONS.iter().for_each(|question| self.add_question(*question));
        TESTS.iter().for_each(|test| self.add_test(*test));
        ATTEMPTS.iter().for_each(|attempt| self.add_attempt(*attempt));
        self.add_evaluations();
        for (name, member, purpose) in [
            ("reporter, taking a test", "reporter", Purpose::Grading),
            ("coordinator, taking a test", "coordinator", Purpose::Grading),
            ("second trainer, as if taking a test", "second trainer", Purpose::Grading),
            ("reporter, evaluating", "reporter", Purpose::Evaluation),
            ("second trainer, as if evaluating", "second trainer", Purpose::Evaluation),
        ] {
            let viewer = self.viewer(member).with_purpose(purpose);
            self.viewers.push((name, viewer));
        }
        self.viewers.push(("the service, ending tests", Viewer::service(Purpose::Grading)));
    }

    fn add_question(&mut self, (label, key, organisation_id, author): (&str, u128, Uuid, u128)) {
        let question = question::Model {
            id: Uuid::from_u128(key),
            organisation_id,
            lineage_id: Uuid::from_u128(key),
            version: 1,
            kind: Kind::FreeText,
            text: String::new(),
            options: "[]".to_owned(),
            right_options: "[]".to_owned(),
            expected: String::new(),
            points: 1,
            topic: String::new(),
            indicator_set: None,
            author_id: Uuid::from_u128(author),
            created_at: instant(),
            retired_at: None,
        };
        self.question.push(row(label, question));
    }

    fn add_test(&mut self, (label, key, session): (&str, u128, u128)) {
        let (id, session_id) = (Uuid::from_u128(key), Uuid::from_u128(session));
        let test = session_test::Model {
            id,
            organisation_id: CENTRE,
            session_id,
            stage: Stage::Before,
            attempts: 1,
            minutes: None,
            pass_percent: 50,
            out_of: 1,
            opens_at: instant(),
            closes_at: instant() + TimeDelta::hours(1),
            revision: 1,
            created_at: instant(),
        };
        self.session_test.push(row(label, test));
        let asked = test_question::Model {
            id: Uuid::from_u128(key + 0x100_0000),
            organisation_id: CENTRE,
            session_id,
            test_id: id,
            question_id: Uuid::from_u128(0x1201),
            position: 0,
            kind: Kind::FreeText,
            text: String::new(),
            options: "[]".to_owned(),
            points: 1,
        };
        self.test_question.push(row(format!("asked in the test {label}"), asked));
    }

    fn add_attempt(
        &mut self,
        (label, key, test, session, registration, organisation_id, on_paper): (
            &str,
            u128,
            u128,
            u128,
            u128,
            Uuid,
            bool,
        ),
    ) {
        let (id, test_id) = (Uuid::from_u128(key), Uuid::from_u128(test));
        let (session_id, registration_id) = (Uuid::from_u128(session), Uuid::from_u128(registration));
        let attempt = test_attempt::Model {
            id,
            organisation_id,
            session_id,
            test_id,
            test_revision: 1,
            registration_id,
            number: 1,
            on_paper,
            option_order: "[]".to_owned(),
            answers: String::new(),
            scores: "[]".to_owned(),
            ungraded: 0,
            points: 1,
            out_of: 1,
            passed: true,
            started_at: instant(),
            ends_at: instant(),
            submitted_at: None,
        };
        self.test_attempt.push(row(label, attempt));
        let result = test_result::Model {
            id: Uuid::from_u128(key + 0x100_0000),
            organisation_id,
            session_id,
            test_id,
            registration_id,
            attempt_id: id,
            points: 1,
            out_of: 1,
            passed: true,
        };
        self.test_result.push(row(format!("result: {label}"), result));
    }

    fn add_evaluations(&mut self) {
        for (label, session) in [
            ("of the trainer's, for schools of the district", 0x1002),
            ("of the trainer's, by invitation of the other school", 0x1005),
            ("of the second trainer's, for police", 0x1006),
        ] {
            let session_id = Uuid::from_u128(session);
            let window = session_evaluation::Model {
                session_id,
                organisation_id: CENTRE,
                opens_at: instant(),
                closes_at: instant() + TimeDelta::hours(1),
            };
            self.session_evaluation.push(row(format!("window {label}"), window));
            let evaluation = evaluation::Model {
                id: Uuid::from_u128(session + 0x100_0000),
                organisation_id: CENTRE,
                session_id,
                marks: "{}".to_owned(),
                comment: String::new(),
            };
            self.evaluation.push(row(format!("somebody's {label}"), evaluation));
        }
        for (label, registration, session, organisation_id) in [
            ("the reporter", 0x1101, 0x1002, SCHOOL),
            ("the other school's reporter", 0x1103, 0x1005, OTHER_SCHOOL),
            ("the reporter, with the second trainer", 0x1104, 0x1006, SCHOOL),
        ] {
            let answered = evaluation_answered::Model {
                registration_id: Uuid::from_u128(registration),
                organisation_id,
                session_id: Uuid::from_u128(session),
            };
            self.evaluation_answered.push(row(format!("by {label}"), answered));
        }
    }
}
