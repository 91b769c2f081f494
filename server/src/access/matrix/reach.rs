//! Whom a session reached, who counts it, and of what it was reminded.

use super::network::{Network, OTHER_SCHOOL, SCHOOL, row};
use crate::access::{Membership, Purpose, Role, Roles, Viewer};
use chrono::NaiveDate;
use entity::organisation::Kind;
use entity::{session_reach, session_reminder};
use uuid::Uuid;

impl Network {
    /// Adds rows of sessions that [`add_training`](Self::add_training) planned, and viewers who count.
    pub(super) fn add_reach(&mut self) {
        for (label, session, organisation_id) in [
            ("the school, by the trainer's session", 1, SCHOOL),
            ("the other school, by the second trainer's session", 5, OTHER_SCHOOL),
        ] {
            let session = &self.training_session[session].model;
            let (session_id, organiser_id) = (session.id, session.organisation_id);
            let ended_on = NaiveDate::default();
            let model = session_reach::Model { session_id, organisation_id, organiser_id, ended_on, participants: 1 };
            self.session_reach.push(row(label, model));
        }
        let session = &self.training_session[1].model;
        let reminder = session_reminder::Model {
            session_id: session.id,
            news: "session_soon".to_owned(),
            about: session.starts_at,
            organisation_id: session.organisation_id,
        };
        self.session_reminder.push(row("that the trainer's session begins soon", reminder));
        let supervisor = self.viewer("supervisor").with_purpose(Purpose::Count);
        self.viewers.push(("supervisor, counting", supervisor));
        let partner = Membership {
            id: Uuid::from_u128(13),
            organisation_id: SCHOOL,
            organisation_kind: Kind::School,
            district: Some("RS-06"),
            roles: Roles::from_iter([Role::Trainer]),
            emergency: false,
        };
        let partner = Viewer::signed_in(Uuid::from_u128(0x10d), Some(partner), true).with_purpose(Purpose::Count);
        self.viewers.push(("school's trainer, counting", partner));
    }
}
