//! Certificates of those who have earned one.

use super::data::TRAINING;
use super::random::Random;
use super::rows::Rows;
use crate::training::attendance::rules::was_there;
use crate::training::certificates::rules::{self, Done, NUMBER_PREFIX, Requirements};
use crate::training::sessions::rules::local_day;
use chrono::TimeDelta;
use entity::certificate_content::Language;
use entity::session_test::Stage;
use entity::{certificate, certificate_content, registration, training_session};
use uuid::Uuid;

/// How many days after a session they are issued: once the tests have closed.
const ISSUED_AFTER: i64 = 10;

/// Issues the certificates of a session.
pub(super) fn issue(
    random: &mut Random,
    rows: &mut Rows,
    session: &training_session::Model,
    there: &[registration::Model],
) {
    let required = Requirements {
        days: rows.days.iter().filter(|day| day.session_id == session.id).count(),
        attendance_percent: session.attendance_percent,
        test: session.certificate_needs_test,
    };
    let issued_at = session.ends_at + TimeDelta::days(ISSUED_AFTER);
    let batch_id = random.key(issued_at);
    for participant in there {
        if rules::earned(required, done(rows, participant.id)).is_err() {
            continue;
        }
        let row = certificate::Model {
            id: random.key(issued_at),
            organisation_id: participant.organisation_id,
            session_id: session.id,
            organiser_id: session.organisation_id,
            registration_id: participant.id,
            programme_id: session.programme_id,
            number: random.reference(NUMBER_PREFIX),
            batch_id,
            issued_at,
            issued_by_id: session.planner_id,
            valid_until: rules::valid_until(local_day(issued_at), session.certificate_months),
            revoked_at: None,
            revocation: None,
            replaces_id: None,
        };
        rows.contents.push(content(&row, session, participant));
        rows.certificates.push(row);
    }
}

fn done(rows: &Rows, participant: Uuid) -> Done {
    let days = rows.attendances.iter().filter(|row| row.registration_id == participant);
    let passed = rows.results.iter().filter(|row| row.registration_id == participant && row.passed);
    let is_after = |test: Uuid| rows.tests.iter().any(|row| row.id == test && row.stage == Stage::After);
    Done {
        attended: days.filter(|row| was_there(row.mark)).count(),
        passed: passed.into_iter().any(|row| is_after(row.test_id)),
    }
}

fn content(
    certificate: &certificate::Model,
    session: &training_session::Model,
    participant: &registration::Model,
) -> certificate_content::Model {
    let accredited = certificate.programme_id.map(|_| &TRAINING.programme);
    certificate_content::Model {
        certificate_id: certificate.id,
        organisation_id: certificate.organisation_id,
        language: Language::SerbianCyrillic,
        holder: participant.name.clone(),
        kind: session.kind,
        title: session.title.clone(),
        hours: session.hours,
        held_from: local_day(session.starts_at),
        held_until: local_day(session.ends_at),
        accreditor: accredited.map(|it| it.accreditor.clone()).unwrap_or_default(),
        accreditation_number: accredited.map(|it| it.accreditation_number.clone()).unwrap_or_default(),
        organiser: session.organiser.clone(),
    }
}
