//! The rows that are read.

use crate::Result;
use reqwest::Url;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection};

/// How many organisations there are.
pub const ORGANISATIONS: usize = 200;
/// How many reports a request reads: each has more than so many.
pub const REPORTS_READ: usize = 20;
/// What there must be in the end.
const SIZES: [(&str, i64); 5] =
    [("organisation", 200), ("membership", 400), ("report", 20_000), ("person", 26_000), ("ticked_indicator", 200_000)];

/// Fills the tables, with texts in plain. The accounts are those of this issuer.
pub async fn fill(connection: &mut PgConnection, issuer: &Url) -> Result<()> {
    sqlx::query("SELECT set_config('benchmark.issuer', $1, false)")
        .bind(issuer.as_str())
        .execute(&mut *connection)
        .await?;
    sqlx::raw_sql(include_str!("seed.sql")).execute(&mut *connection).await?;
    Ok(())
}

/// Puts the tables in order before they are read, and looks whether everything is in them.
pub async fn settle(connection: &mut PgConnection) -> Result<()> {
    // How much the vacuum of the audit trail costs depends on when it wakes, not on who reads.
    for statement in ["ALTER TABLE audit_event SET (autovacuum_enabled = false)", "VACUUM (FULL, ANALYZE)"] {
        sqlx::raw_sql(statement).execute(&mut *connection).await?;
    }
    for (table, size) in SIZES {
        let count = format!("SELECT count(*) FROM {table}");
        let found: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *connection).await?;
        if found != size {
            return Err(format!("the table {table} holds {found} rows instead of {size}").into());
        }
    }
    Ok(())
}

/// The issuer's name for the coordinator of an organisation.
pub fn coordinator(organisation: usize) -> String {
    format!("coordinator-{organisation}")
}

/// The secret of its session.
pub fn session_secret(organisation: usize) -> Vec<u8> {
    Sha256::digest(format!("session {organisation}")).to_vec()
}
