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

/// Fills the tables. The accounts are those of this issuer.
pub async fn fill(connection: &mut PgConnection, issuer: &Url) -> Result<()> {
    sqlx::query("SELECT set_config('benchmark.issuer', $1, false)")
        .bind(issuer.as_str())
        .execute(&mut *connection)
        .await?;
    // VACUUM must be sent by itself: statements that travel together are one transaction.
    for statement in statements(include_str!("seed.sql")) {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *connection).await?;
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

/// The statements of a script, each of which ends a line with its semicolon and holds none at the end of another.
fn statements(script: &str) -> impl Iterator<Item = &str> {
    script.split_inclusive(";\n").filter(|statement| !statement.trim().is_empty())
}
