//! Persons as they are compared, and possible duplicates of reports of two schools.

use super::network::{Network, OTHER_SCHOOL, SCHOOL, instant, row};
use crate::access::{Purpose, Viewer};
use entity::person::Sex;
use entity::possible_duplicate::{State, Strength};
use entity::{index_key, match_key, match_subject, possible_duplicate};
use uuid::Uuid;

/// A person of the report with this key.
fn person(report: u128) -> Uuid {
    Uuid::from_u128(0x300 + report)
}

impl Network {
    pub(super) fn add_duplicates(&mut self) {
        let key = index_key::Model {
            id: Uuid::from_u128(1),
            master_key_id: "key".to_owned(),
            wrapped: Vec::new(),
            created_at: instant(),
        };
        self.index_key.push(row("the key of the blind indexes", key));
        for (label, report, organisation_id) in [
            ("the reporter's submitted report", 0x12, SCHOOL),
            ("the reporter's accepted report, assigned", 0x13, SCHOOL),
            ("the other school's submitted report", 0x16, OTHER_SCHOOL),
            ("the other school's report, assigned", 0x17, OTHER_SCHOOL),
        ] {
            self.add_subject(label, report, organisation_id);
        }
        for (label, id, report, other) in [
            ("between two submitted reports", 0x1701, 0x16, 0x12),
            ("between two assigned reports", 0x1702, 0x17, 0x13),
            ("between an assigned report and another", 0x1703, 0x17, 0x12),
        ] {
            let pair = possible_duplicate::Model {
                id: Uuid::from_u128(id),
                organisation_id: OTHER_SCHOOL,
                report_id: Uuid::from_u128(report),
                person_id: person(report),
                other_organisation_id: SCHOOL,
                other_report_id: Uuid::from_u128(other),
                other_person_id: person(other),
                reasons: "[]".to_owned(),
                strength: Strength::Strong,
                proposed_at: instant(),
                state: State::Open,
                resolved_at: None,
                resolved_by_id: None,
                resolve_reason: String::new(),
            };
            self.possible_duplicate.push(row(label, pair));
        }
        self.viewers.push(("the service, comparing persons", Viewer::service(Purpose::Matching)));
    }

    fn add_subject(&mut self, label: &str, report: u128, organisation_id: Uuid) {
        let subject = match_subject::Model {
            person_id: person(report),
            organisation_id,
            report_id: Uuid::from_u128(report),
            name_parts: 2,
            birth_year: None,
            age_band: None,
            sex: Sex::Unknown,
            municipality_code: None,
            submitted_at: instant(),
            compared_at: None,
        };
        self.match_subject.push(row(format!("of {label}"), subject));
        let key = match_key::Model {
            id: Uuid::from_u128(0x1600 + report),
            organisation_id,
            report_id: Uuid::from_u128(report),
            person_id: person(report),
            kind: match_key::Kind::Name,
            part: 0,
            digest: vec![1; 16],
        };
        self.match_key.push(row(format!("of {label}"), key));
    }
}
