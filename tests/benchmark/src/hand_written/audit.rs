//! Who read what.

use super::reports::{Report, keys};
use super::viewer::Viewer;
use crate::{Result, time};
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

/// Writes down that the viewer read these reports, and ends the transaction.
pub async fn commit(mut transaction: Transaction<'_, Postgres>, viewer: &Viewer, reports: &[Report]) -> Result<()> {
    let rows: Vec<Uuid> = reports.iter().map(|_| time::new_key()).collect();
    let sql =
        "INSERT INTO audit_event (id, occurred_at, organisation_id, account_id, membership_id, action, object_type,
                                        object_id, request_id)
               SELECT id, $3, $4, $5, $6, 'report.read', 'report', object_id, $7
               FROM unnest($1::uuid[], $2::uuid[]) AS read (id, object_id)";
    sqlx::query(sql)
        .bind(rows)
        .bind(keys(reports))
        .bind(time::now())
        .bind(viewer.organisation_id)
        .bind(viewer.account_id)
        .bind(viewer.membership_id)
        .bind(time::new_key())
        .execute(&mut *transaction)
        .await?;
    Ok(transaction.commit().await?)
}
