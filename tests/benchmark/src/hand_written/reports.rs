//! The three statements that read.

use super::viewer::Viewer;
use crate::Result;
use crate::seed::REPORTS_READ;
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
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
}

/// An indicator ticked for one of the persons.
pub struct Tick {
    pub person_id: Uuid,
    pub indicator_id: Uuid,
    pub remark: String,
}

/// The newest reports of the viewer's organisation.
pub async fn newest(connection: &mut PgConnection, viewer: &Viewer) -> Result<Vec<Report>> {
    let sql = "SELECT r.id, r.reference, r.state, r.urgency, r.submitted_at, r.danger_now, r.observations, r.place,
                      m.id, m.name, m.function
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
        })
    };
    Ok(query.bind(i64::try_from(REPORTS_READ)?).try_map(report).fetch_all(connection).await?)
}

/// Their persons, in the order in which they stand in the report.
pub async fn persons(connection: &mut PgConnection, reports: &[Report]) -> Result<Vec<Person>> {
    let sql = "SELECT id, report_id, pseudonym, age_band, birth_year, child, sex, citizenship
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
        })
    };
    Ok(sqlx::query(sql).bind(keys(reports)).try_map(person).fetch_all(connection).await?)
}

/// What was ticked for them.
pub async fn ticks(connection: &mut PgConnection, reports: &[Report]) -> Result<Vec<Tick>> {
    let sql = "SELECT person_id, indicator_id, remark
               FROM ticked_indicator WHERE report_id = ANY($1) ORDER BY id";
    let tick =
        |row: PgRow| Ok(Tick { person_id: row.try_get(0)?, indicator_id: row.try_get(1)?, remark: row.try_get(2)? });
    Ok(sqlx::query(sql).bind(keys(reports)).try_map(tick).fetch_all(connection).await?)
}

/// Keys of the reports.
pub fn keys(reports: &[Report]) -> Vec<Uuid> {
    reports.iter().map(|report| report.id).collect()
}
