//! The three statements that read.

use super::viewer::Viewer;
use crate::Result;
use crate::sealing::Cipher;
use crate::seed::REPORTS_READ;
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use std::collections::HashMap;
use uuid::Uuid;

/// A report with its author.
pub struct Report {
    pub id: Uuid,
    pub reference: Option<String>,
    pub state: String,
    pub urgency: i16,
    pub submitted_at: Option<DateTime<Utc>>,
    pub danger_now: String,
    pub observations: String,
    pub place: String,
    pub author_id: Option<Uuid>,
    pub author_name: Option<String>,
    pub author_function: Option<String>,
    key: WrappedKey,
}

/// A person of one of the reports.
pub struct Person {
    pub id: Uuid,
    pub report_id: Uuid,
    pub pseudonym: String,
    pub age_band: Option<String>,
    pub birth_year: Option<i32>,
    pub child: String,
    pub sex: String,
    pub citizenship: String,
    key: WrappedKey,
}

/// The key of a report or person.
struct WrappedKey {
    with: Option<Uuid>,
    wrapped: Vec<u8>,
}

/// An indicator ticked for one of the persons.
pub struct Tick {
    id: Uuid,
    pub person_id: Uuid,
    pub indicator_id: Uuid,
    pub remark: String,
}

/// The newest reports of the viewer's organisation.
pub async fn newest(connection: &mut PgConnection, viewer: &Viewer) -> Result<Vec<Report>> {
    let sql = "SELECT r.id, r.reference, r.state, r.urgency, r.submitted_at, r.danger_now, r.observations, r.place,
                      m.id, m.name, m.function, r.sealing_key_id, r.sealing_key
               FROM report r LEFT JOIN membership m ON m.id = r.author_id
               WHERE r.organisation_id = $1 AND (r.state <> 'draft' OR r.author_id = $2)
               ORDER BY r.id DESC LIMIT $3";
    let query = sqlx::query(sql).bind(viewer.organisation_id).bind(viewer.membership_id);
    let report = |row: PgRow| {
        Ok(Report {
            id: row.try_get(0)?,
            reference: row.try_get(1)?,
            state: row.try_get(2)?,
            urgency: row.try_get(3)?,
            submitted_at: row.try_get(4)?,
            danger_now: row.try_get(5)?,
            observations: row.try_get(6)?,
            place: row.try_get(7)?,
            author_id: row.try_get(8)?,
            author_name: row.try_get(9)?,
            author_function: row.try_get(10)?,
            key: WrappedKey { with: row.try_get(11)?, wrapped: row.try_get(12)? },
        })
    };
    Ok(query.bind(i64::try_from(REPORTS_READ)?).try_map(report).fetch_all(connection).await?)
}

/// Their persons, in the order in which they stand in the report.
pub async fn persons(connection: &mut PgConnection, reports: &[Report]) -> Result<Vec<Person>> {
    let sql = "SELECT id, report_id, pseudonym, age_band, birth_year, child, sex, citizenship, sealing_key_id,
                      sealing_key
               FROM person WHERE report_id = ANY($1) ORDER BY position";
    let person = |row: PgRow| {
        Ok(Person {
            id: row.try_get(0)?,
            report_id: row.try_get(1)?,
            pseudonym: row.try_get(2)?,
            age_band: row.try_get(3)?,
            birth_year: row.try_get(4)?,
            child: row.try_get(5)?,
            sex: row.try_get(6)?,
            citizenship: row.try_get(7)?,
            key: WrappedKey { with: row.try_get(8)?, wrapped: row.try_get(9)? },
        })
    };
    Ok(sqlx::query(sql).bind(keys(reports)).try_map(person).fetch_all(connection).await?)
}

/// What was ticked for them.
pub async fn ticks(connection: &mut PgConnection, reports: &[Report]) -> Result<Vec<Tick>> {
    let sql = "SELECT id, person_id, indicator_id, remark
               FROM ticked_indicator WHERE report_id = ANY($1) ORDER BY id";
    let tick = |row: PgRow| {
        Ok(Tick {
            id: row.try_get(0)?,
            person_id: row.try_get(1)?,
            indicator_id: row.try_get(2)?,
            remark: row.try_get(3)?,
        })
    };
    Ok(sqlx::query(sql).bind(keys(reports)).try_map(tick).fetch_all(connection).await?)
}

/// The same with their texts opened.
pub fn opened(
    mut reports: Vec<Report>,
    mut persons: Vec<Person>,
    mut ticks: Vec<Tick>,
    viewer: &Viewer,
    organisation_keys: &HashMap<Uuid, Cipher>,
) -> Result<(Vec<Report>, Vec<Person>, Vec<Tick>)> {
    let organisation = viewer.organisation_id;
    let own = |table, id, key: &WrappedKey| {
        let outer = key.with.and_then(|id| organisation_keys.get(&id)).ok_or("an organisation's key is not there")?;
        outer.unwrap(table, "sealing_key", id, organisation, &key.wrapped)
    };
    let mut keys = HashMap::with_capacity(persons.len());
    for report in &mut reports {
        let key = own("report", report.id, &report.key)?;
        for (column, text) in [("observations", &mut report.observations), ("place", &mut report.place)] {
            *text = key.text("report", column, report.id, organisation, std::mem::take(text))?;
        }
    }
    for person in &mut persons {
        let key = own("person", person.id, &person.key)?;
        let pseudonym = std::mem::take(&mut person.pseudonym);
        person.pseudonym = key.text("person", "pseudonym", person.id, organisation, pseudonym)?;
        keys.insert(person.id, key);
    }
    for tick in &mut ticks {
        let key = keys.get(&tick.person_id).ok_or("a person is not there")?;
        tick.remark =
            key.text("ticked_indicator", "remark", tick.id, organisation, std::mem::take(&mut tick.remark))?;
    }
    Ok((reports, persons, ticks))
}

/// Keys of the reports.
pub fn keys(reports: &[Report]) -> Vec<Uuid> {
    reports.iter().map(|report| report.id).collect()
}
