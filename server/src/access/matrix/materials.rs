//! Addresses of calendars, materials for participants, and printed material that was given out.

use super::network::{CENTRE, Network, OTHER_SCHOOL, SCHOOL, instant, row};
use crate::access::Viewer;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::material::Kind;
use entity::{calendar_feed, material, printed_material};
use uuid::Uuid;

/// The programme of every session of the network.
const PROGRAMME: u128 = 0x1000;

/// A material: label, key, the session that it belongs to if not to the programme, when it was replaced, when withdrawn.
type Published = (&'static str, u128, Option<u128>, Option<i64>, Option<i64>);

/// Instants are hours behind the moment at which everybody got a place.
const MATERIALS: [Published; 8] = [
    ("of the session for schools", 0x1301, Some(0x1002), None, None),
    ("of it, replaced before there were places", 0x1302, Some(0x1002), Some(-1), None),
    ("of it, replaced since", 0x1303, Some(0x1002), Some(1), None),
    ("of it, withdrawn", 0x1304, Some(0x1002), None, Some(1)),
    ("of the session for health services", 0x1305, Some(0x1003), None, None),
    ("of the second trainer's session", 0x1306, Some(0x1006), None, None),
    ("of the programme", 0x1307, None, None, None),
    ("of the programme, replaced before there were places", 0x1308, None, Some(-1), None),
];

fn hours(hours: i64) -> DateTime<Utc> {
    instant() + TimeDelta::hours(hours)
}

impl Network {
    pub(super) fn add_materials(&mut self) {
        MATERIALS.iter().for_each(|published| self.add_material(*published));
        for (label, key, organisation_id, session, trainer) in [
            ("the Centre's, at a session", 0x1311, CENTRE, Some(0x1006), 12),
            ("the Centre's, apart from sessions", 0x1312, CENTRE, None, 6),
            ("the school's", 0x1313, SCHOOL, None, 2),
        ] {
            let given = printed_material::Model {
                id: Uuid::from_u128(key),
                organisation_id,
                session_id: session.map(Uuid::from_u128),
                item: String::new(),
                language: "sr".to_owned(),
                quantity: 100,
                recipient_id: Some(OTHER_SCHOOL),
                recipient: String::new(),
                given_on: NaiveDate::default(),
                given_by_id: Uuid::from_u128(trainer),
                created_at: instant(),
            };
            self.printed_material.push(row(format!("printed: {label}"), given));
        }
        for (name, member, organisation_id) in
            [("reporter", 1, SCHOOL), ("trainer", 6, CENTRE), ("other school's reporter", 10, OTHER_SCHOOL)]
        {
            let feed = calendar_feed::Model {
                id: Uuid::from_u128(0x1320 + member),
                organisation_id,
                membership_id: Uuid::from_u128(member),
                secret_hash: vec![1],
                language: "sr-Cyrl".to_owned(),
                created_at: instant(),
            };
            self.calendar_feed.push(row(format!("the address of the {name}'s calendar"), feed));
        }
        for (name, member) in [
            ("reporter's calendar", "reporter"),
            ("coordinator's calendar", "coordinator"),
            ("trainer's calendar", "trainer"),
            ("supervisor's calendar", "supervisor"),
        ] {
            let member = self.viewer(member);
            let (account, acting) = (member.account_id().expect("an account"), *member.membership().expect("one"));
            self.viewers.push((name, Viewer::calendar_of(account, acting)));
        }
    }

    fn add_material(&mut self, (label, key, session, replaced, withdrawn): Published) {
        let material = material::Model {
            id: Uuid::from_u128(key),
            organisation_id: CENTRE,
            programme_id: session.is_none().then_some(Uuid::from_u128(PROGRAMME)),
            session_id: session.map(Uuid::from_u128),
            first_id: Uuid::from_u128(key),
            version: 1,
            kind: Kind::Reading,
            title: String::new(),
            language: "sr".to_owned(),
            about: String::new(),
            address: None,
            valid_from: NaiveDate::default(),
            published_by_id: Uuid::from_u128(if session == Some(0x1006) { 12 } else { 6 }),
            published_at: instant(),
            replaced_at: replaced.map(hours),
            withdrawn_at: withdrawn.map(hours),
        };
        self.material.push(row(format!("material: {label}"), material));
    }
}
