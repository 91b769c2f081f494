//! Adding the persons of a report to those who are compared, in the transaction that submits it. What it costs follows from
//! the report alone: nothing of others is read.

use super::normalising::{Identity, known_by, number_of_parts};
use super::rules::Open;
use crate::access::{Known, Result, Write};
use crate::retention::rules::age_band;
use chrono::{DateTime, Utc};
use entity::{match_subject, person, person_identity, report};

/// Adds the persons of a report that was submitted.
pub async fn add(
    write: &Write,
    report: &report::Model,
    persons: &[person::Model],
    identities: &[person_identity::Model],
) -> Result<()> {
    for person in persons {
        let identity = identities.iter().find(|identity| identity.person_id == person.id);
        let (subject, known) = rows_of(report, person, identity, report.submitted_at.unwrap_or_else(|| write.now()));
        write.index(subject, known).await?;
    }
    Ok(())
}

/// A person as it is compared, and what it is known by.
pub fn rows_of(
    report: &report::Model,
    person: &person::Model,
    identity: Option<&person_identity::Model>,
    submitted_at: DateTime<Utc>,
) -> (match_subject::Model, Vec<Known<Option<String>>>) {
    let identity = identity.map(|row| Identity {
        names: &row.names,
        personal_number: &row.personal_number,
        birth_date: &row.birth_date,
        phone: &row.phone,
    });
    let identity = identity.unwrap_or_default();
    let subject = match_subject::Model {
        person_id: person.id,
        organisation_id: person.organisation_id,
        report_id: person.report_id,
        name_parts: number_of_parts(identity.names),
        birth_year: person.birth_year,
        age_band: person.age_band.or_else(|| person.birth_year.map(|year| age_band(year, submitted_at))),
        sex: person.sex,
        municipality_code: report.municipality_code.clone(),
        submitted_at,
        compared_at: None,
    };
    (subject, known_by(&identity))
}

/// What is open of a person who is compared.
pub(super) fn open(subject: &match_subject::Model) -> Open {
    Open {
        name_parts: usize::try_from(subject.name_parts).unwrap_or_default(),
        birth_year: subject.birth_year,
        age_band: subject.age_band,
        sex: subject.sex,
        municipality: subject.municipality_code.clone(),
    }
}
