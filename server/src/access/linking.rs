//! Writing the chain over the audit trail, which is work for one server at a time.

use super::{Error, Purpose, Result, Write};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// The lock of PostgreSQL that the server at this work holds until its transaction ends.
const LOCK: i64 = 5_073_920_163;

impl Write {
    /// Whether it is this server's turn; where it is another's, there is nothing to wait for. SQLite has one writer anyway.
    pub async fn take_turn_at_linking(&self) -> Result<bool> {
        let transaction = self.transaction().await?;
        if transaction.get_database_backend() != DbBackend::Postgres {
            return Ok(true);
        }
        let sql = format!("SELECT pg_try_advisory_xact_lock({LOCK}) AS taken");
        let row = transaction.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        Ok(row.map(|row| row.try_get("", "taken")).transpose()?.unwrap_or(false))
    }

    /// Makes links and checkpoints last, which are no act of anybody. Only the service at that work may.
    pub async fn commit_links(self) -> Result<()> {
        if !self.viewer().acts_for(Purpose::AuditLinking) {
            return Err(Error::Unaudited);
        }
        self.commit_unaudited().await
    }
}
