//! Erasing: rows lose what was sealed in them, and records their keys, for good.

use super::database::Pool;
use super::policy::{Change, Policy};
use super::sealing::{KeyOf, Seal};
use super::{Database, Error, Purpose, Result, Write};
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, QueryFilter, Value};

impl Write {
    /// Empties the sealed texts of the rows that meet the condition, destroys the keys of their own, and sets what else
    /// `also` says. Only the service at this work may. Answers how many rows there were.
    ///
    /// Without its key a text is unreadable already. It goes as well, so that a key which survives somewhere, in a backup or
    /// a log of the database, opens nothing that is still here.
    pub async fn erase<E: Policy>(&self, condition: Condition, also: Vec<(E::Column, Value)>) -> Result<u64> {
        let Some(Seal { columns, key, .. }) = E::SEAL.filter(|_| self.viewer().acts_for(Purpose::Erasure)) else {
            return Err(Error::NotPermitted(E::TABLE));
        };
        for row in &self.find::<E>().filter(condition.clone()).all().await? {
            self.permit::<E>(Change::Update(row))?;
        }
        let mut update = E::update_many().filter(E::visible_to(self.viewer())).filter(condition);
        for column in columns {
            update = update.col_expr(*column, Expr::value(""));
        }
        if let KeyOf::Itself(key_id, wrapped, _) = key {
            update = update.col_expr(key_id, Expr::value(Value::Uuid(None)));
            update = update.col_expr(wrapped, Expr::value(Value::Bytes(Some(Vec::new()))));
        }
        for (column, value) in also {
            update = update.col_expr(column, Expr::value(value));
        }
        let changed = update.exec(&*self.transaction().await?).await?.rows_affected;
        self.has_changed(changed > 0);
        Ok(changed)
    }
}

impl Database {
    /// Sees to it that what was erased is in no older page of the embedded database's log. Where somebody reads for longer than
    /// writers can wait, it does nothing: to be called again. PostgreSQL's own upkeep does that, in its time: see
    /// `deploy/README.md`.
    pub(super) async fn settle(&self) -> Result<()> {
        let Pool::Sqlite { writer, .. } = &self.pool else { return Ok(()) };
        let mut connection = writer.acquire().await?;
        let patience: i64 = sqlx::query_scalar("PRAGMA busy_timeout").fetch_one(&mut *connection).await?;
        sqlx::raw_sql("PRAGMA busy_timeout = 250").execute(&mut *connection).await?;
        let settled = sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *connection).await;
        let patience = sqlx::AssertSqlSafe(format!("PRAGMA busy_timeout = {patience}"));
        sqlx::raw_sql(patience).execute(&mut *connection).await?;
        settled?;
        Ok(())
    }
}
