//! Certificates of those who took part.

use super::network::{CENTRE, Network, OTHER_SCHOOL, SCHOOL, instant, row};
use crate::access::{Purpose, Viewer};
use chrono::NaiveDate;
use entity::certificate::Revocation;
use entity::certificate_content::{self, Language};
use entity::{certificate, training_session};
use uuid::Uuid;

/// A certificate: label, key, registration, session, institution, membership of the trainer who issued it.
const CERTIFICATES: [(&str, u128, u128, u128, Uuid, u128); 4] = [
    ("the reporter's", 0x1201, 0x1101, 0x1002, SCHOOL, 6),
    ("a colleague's without a membership", 0x1202, 0x1102, 0x1002, SCHOOL, 6),
    ("the reporter's of the second trainer", 0x1204, 0x1104, 0x1006, SCHOOL, 12),
    ("the other school's of the second trainer", 0x1205, 0x1105, 0x1006, OTHER_SCHOOL, 12),
];

impl Network {
    pub(super) fn add_certificates(&mut self) {
        for (label, key, registration, session, organisation_id, trainer) in CERTIFICATES {
            let certificate = certificate::Model {
                id: Uuid::from_u128(key),
                organisation_id,
                session_id: Uuid::from_u128(session),
                organiser_id: CENTRE,
                registration_id: Uuid::from_u128(registration),
                programme_id: Some(Uuid::from_u128(0x1000)),
                number: key.to_string(),
                batch_id: Uuid::nil(),
                issued_at: instant(),
                issued_by_id: Uuid::from_u128(trainer),
                valid_until: None,
                revoked_at: None,
                revocation: None,
                replaces_id: None,
            };
            let content = certificate_content::Model {
                certificate_id: certificate.id,
                organisation_id,
                language: Language::SerbianCyrillic,
                holder: String::new(),
                kind: training_session::Kind::Training,
                title: String::new(),
                hours: 12,
                held_from: NaiveDate::default(),
                held_until: NaiveDate::default(),
                accreditor: String::new(),
                accreditation_number: String::new(),
                organiser: String::new(),
            };
            self.certificate.push(row(format!("certificate: {label}"), certificate));
            self.certificate_content.push(row(format!("what it says: {label}"), content));
        }
        self.viewers.push(("the service, verifying certificates", Viewer::service(Purpose::Verification)));
    }
}

#[tokio::test]
async fn anybody_learns_how_a_certificate_stands() {
    let (_folder, database) = super::sqlite().await;
    let mut network = Network::new();
    let replaced = &mut network.certificate[1].model;
    (replaced.valid_until, replaced.revoked_at) = (Some(NaiveDate::default()), Some(instant()));
    replaced.revocation = Some(Revocation::Replaced);
    network.store(&database).await;
    let standing = async |number: &str| {
        let found = database.standing_of_certificate(number).await.expect("an answer");
        found.map(|standing| (standing.valid_until, standing.revocation, standing.programme_withdrawn))
    };
    assert_eq!(standing(&network.certificate[0].model.number).await, Some((None, None, false)));
    let replaced = Some((Some(NaiveDate::default()), Some(Revocation::Replaced), false));
    assert_eq!(standing(&network.certificate[1].model.number).await, replaced);
    assert_eq!(standing("no number").await, None);
}
