//! A transaction of either database, as sea-orm sees a connection.
//!
//! sea-orm's own transactions cannot open with settings in the same round trip, nor close with a last statement, so this
//! one stands on sqlx's connections.

use super::Result;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Executor, Postgres, Sqlite};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Mutex;

/// An open transaction. Dropped without [`commit`](Self::commit), it rolls back.
pub(super) struct Transaction {
    connection: Mutex<Option<Connection>>,
    backend: DbBackend,
    statements: AtomicUsize,
}

pub(super) enum Connection {
    Postgres(PoolConnection<Postgres>),
    Sqlite(PoolConnection<Sqlite>),
}

impl Connection {
    /// Runs statements that hold no values but those that the service made itself.
    async fn run(&mut self, sql: String) -> std::result::Result<ExecResult, sqlx::Error> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Postgres(connection) => connection.execute(sql).await.map(Into::into),
            Self::Sqlite(connection) => connection.execute(sql).await.map(Into::into),
        }
    }
}

impl Transaction {
    /// Opens a transaction with this statement, which may hold several. Whoever gives up meanwhile leaves a transaction that
    /// rolls back: the database may have opened it by then.
    pub(super) async fn open(connection: Connection, begin: String) -> Result<Self> {
        let backend = match &connection {
            Connection::Postgres(_) => DbBackend::Postgres,
            Connection::Sqlite(_) => DbBackend::Sqlite,
        };
        let opening = Self { connection: Mutex::new(Some(connection)), backend, statements: AtomicUsize::new(0) };
        opening.execute_unprepared(&begin).await?;
        Ok(opening)
    }

    /// How many statements it sent, its opening included. Several that travel together count once.
    pub(super) fn statements(&self) -> usize {
        self.statements.load(Ordering::Relaxed)
    }

    pub(super) async fn commit(&self) -> Result<()> {
        self.close("COMMIT".to_owned()).await
    }

    /// Runs one last statement and commits. PostgreSQL takes both in one round trip, with the statement's values written into
    /// it, so it must hold no values but those that the service made itself. SQLite has no round trips to save, and would
    /// keep written UUIDs as text.
    pub(super) async fn commit_with(&self, last: Statement) -> Result<()> {
        if self.backend == DbBackend::Postgres {
            return self.close(format!("{last}; COMMIT")).await;
        }
        self.execute_raw(last).await?;
        self.commit().await
    }

    /// Commits, and tells those who listen in the same round trip. Only PostgreSQL knows how to.
    pub(super) async fn commit_telling(&self, notification: String) -> Result<()> {
        self.close(format!("{notification}; COMMIT")).await
    }

    async fn close(&self, sql: String) -> Result<()> {
        self.count();
        let mut connection = self.connection.lock().await;
        let open = connection.as_mut().ok_or(sqlx::Error::WorkerCrashed)?;
        open.run(sql).await?;
        *connection = None;
        Ok(())
    }

    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let (Some(mut connection), Ok(runtime)) =
            (self.connection.get_mut().take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        // A connection that cannot roll back is broken, and the pool finds that out by itself.
        runtime.spawn(async move { connection.run("ROLLBACK".to_owned()).await });
    }
}

pub(super) fn postgres(statement: &Statement) -> sqlx::query::Query<'_, Postgres, SqlxValues> {
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), values(statement))
}

pub(super) fn sqlite(statement: &Statement) -> sqlx::query::Query<'_, Sqlite, SqlxValues> {
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), values(statement))
}

fn values(statement: &Statement) -> SqlxValues {
    SqlxValues(statement.values.clone().unwrap_or_else(|| Values(Vec::new())))
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(std::sync::Arc::new(error)))
}

fn closed() -> DbErr {
    DbErr::Custom("the transaction is closed".to_owned())
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> std::result::Result<ExecResult, DbErr> {
        self.count();
        match self.connection.lock().await.as_mut().ok_or_else(closed)? {
            Connection::Postgres(connection) => {
                postgres(&statement).execute(&mut **connection).await.map(Into::into).map_err(failed)
            }
            Connection::Sqlite(connection) => {
                sqlite(&statement).execute(&mut **connection).await.map(Into::into).map_err(failed)
            }
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> std::result::Result<ExecResult, DbErr> {
        self.count();
        let mut connection = self.connection.lock().await;
        connection.as_mut().ok_or_else(closed)?.run(sql.to_owned()).await.map_err(failed)
    }

    async fn query_one_raw(&self, statement: Statement) -> std::result::Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> std::result::Result<Vec<QueryResult>, DbErr> {
        self.count();
        match self.connection.lock().await.as_mut().ok_or_else(closed)? {
            Connection::Postgres(connection) => {
                let rows = postgres(&statement).fetch_all(&mut **connection).await.map_err(failed)?;
                Ok(rows.into_iter().map(Into::into).collect())
            }
            Connection::Sqlite(connection) => {
                let rows = sqlite(&statement).fetch_all(&mut **connection).await.map_err(failed)?;
                Ok(rows.into_iter().map(Into::into).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::access::database::Pool;
    use crate::access::{Purpose, Viewer};
    use crate::testing::World;
    use std::time::Duration;

    #[tokio::test]
    async fn who_gives_up_while_a_transaction_opens_leaves_none_open() {
        let world = World::new().await;
        let viewer = Viewer::service(Purpose::Demonstration);
        let Pool::Sqlite { writer, .. } = &world.database.pool else { panic!("not SQLite") };
        for _ in 0..3 {
            while writer.num_idle() == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            // The connection is there, so that its opening statement is on its way when it is given up, if it is not there yet.
            tokio::select! {
                biased;
                opened = world.database.write(&viewer) => drop(opened.expect("opens")),
                () = std::future::ready(()) => {}
            }
            let next = world.database.write(&viewer).await.expect("the next one opens");
            next.commit().await.expect("commits");
        }
    }
}
