//! The database underneath: an embedded SQLite file, or PostgreSQL.

mod keys;

use super::sealing::Keyring;
use super::signals::SignalDesk;
use super::transaction::{Connection, Transaction, postgres, sqlite};
use super::{Error, Purpose, Result, Viewer};
use crate::config;
use migration::MigratorTrait;
use migration::row_level_security::SERVER_ROLE;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{DatabaseConnection, DbBackend, QueryResult, SqlxPostgresConnector, SqlxSqliteConnector};
use secrecy::ExposeSecret;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, PgPool, Row, SqlitePool};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// A pool of connections. It hands out transactions to this module's scopes and nothing to anybody else.
#[derive(Clone)]
pub struct Database {
    pub(super) pool: Pool,
    keyring: Arc<Keyring>,
    pub(super) signal_desk: SignalDesk,
    outbox: Arc<Notify>,
    to_match: Arc<Notify>,
}

#[derive(Clone)]
pub(super) enum Pool {
    Postgres {
        pool: PgPool,
        /// Connections on which only [`Database::ask_who`] asks: they stand in the scope of signing in from their opening, so that
        /// the question on every request's way needs no transaction of its own.
        sign_in: PgPool,
        /// The connection on which signals arrive.
        signals: PgPool,
    },
    /// Many readers and one writer: SQLite allows one, and a queue of our own is fairer than its busy handler.
    Sqlite { readers: SqlitePool, writer: SqlitePool, file: PathBuf },
}

/// Why a database cannot be used, and how to mend it.
#[derive(Debug, thiserror::Error)]
#[error("{what}. {mend}")]
pub struct Problem {
    what: String,
    mend: String,
}

fn problem(what: impl Into<String>, mend: impl Into<String>) -> Problem {
    Problem { what: what.into(), mend: mend.into() }
}

/// The file that a URL names, where it is one of SQLite.
fn sqlite_file(url: &str) -> Option<PathBuf> {
    url.strip_prefix("sqlite:").map(|path| PathBuf::from(path.trim_start_matches("//")))
}

impl Database {
    /// Opens the database of the settings with the rights of the server.
    pub async fn open(settings: &config::Database) -> std::result::Result<Self, Problem> {
        Self::connect(settings.url.expose_secret(), settings).await
    }

    /// The same, where there is a database: a SQLite file that is missing is not made.
    pub async fn open_existing(settings: &config::Database) -> std::result::Result<Self, Problem> {
        if let Some(file) = sqlite_file(settings.url.expose_secret()).filter(|file| !file.is_file()) {
            let what = format!("there is no SQLite file {}", file.display());
            return Err(problem(what, "Check database.url, or run `oslonac migrate up`, which makes it"));
        }
        Self::open(settings).await
    }

    /// Opens it with the rights of its owner, who may migrate.
    pub async fn open_as_owner(settings: &config::Database) -> std::result::Result<Self, Problem> {
        let url = settings.owner_url.as_ref().unwrap_or(&settings.url);
        Self::connect(url.expose_secret(), settings).await
    }

    async fn connect(url: &str, settings: &config::Database) -> std::result::Result<Self, Problem> {
        if let Some(file) = sqlite_file(url) {
            return Self::open_sqlite(file, settings).await;
        }
        let neither = || {
            problem("database.url is neither sqlite:PATH nor a PostgreSQL URL", "Write postgres://USER@HOST/DATABASE")
        };
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(neither());
        }
        let options = sqlx::postgres::PgConnectOptions::from_str(url).map_err(|_| neither())?;
        // sqlx logs the text of slow statements, and some hold the settings of a scope: who somebody is.
        let options = options.application_name("oslonac").disable_statement_logging();
        let connections = |number: u32| {
            sqlx::postgres::PgPoolOptions::new()
                .max_connections(number.max(1))
                .acquire_timeout(Duration::from_secs(settings.acquire_timeout_seconds))
                .test_before_acquire(false)
        };
        let at_the_gate = settings.max_connections / 4;
        let purpose = [("app.purpose", Purpose::SignIn.as_str())];
        let pool = Pool::Postgres {
            sign_in: connections(at_the_gate).connect_lazy_with(options.clone().options(purpose)),
            signals: connections(1).connect_lazy_with(options.clone()),
            pool: connections(settings.max_connections - at_the_gate).connect_lazy_with(options),
        };
        Self::with_keys(pool, settings)
    }

    async fn open_sqlite(file: PathBuf, settings: &config::Database) -> std::result::Result<Self, Problem> {
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // What is erased is overwritten in the file, not only let go of.
            .pragma("secure_delete", "ON")
            .busy_timeout(Duration::from_secs(settings.acquire_timeout_seconds))
            .disable_statement_logging();
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(settings.acquire_timeout_seconds))
                .test_before_acquire(false)
        };
        let unusable = |error: sqlx::Error| {
            let what = format!("the SQLite file {} cannot be opened: {error}", file.display());
            problem(what, "Check that its folder exists and that this user may write there")
        };
        let writer = pool(1).connect_lazy_with(options.clone());
        open_patiently(&writer, Duration::from_secs(settings.acquire_timeout_seconds)).await.map_err(unusable)?;
        let readers = pool(settings.max_connections.min(8)).connect_lazy_with(options.read_only(true));
        Self::with_keys(Pool::Sqlite { readers, writer, file }, settings)
    }

    fn with_keys(pool: Pool, settings: &config::Database) -> std::result::Result<Self, Problem> {
        let keyring = Keyring::of(&settings.master_key);
        let keyring =
            keyring.map_err(|error| problem(error.to_string(), "Nothing that is sealed can be read without it"))?;
        let (signal_desk, outbox, to_match) = (SignalDesk::default(), Arc::default(), Arc::default());
        Ok(Self { pool, keyring: Arc::new(keyring), signal_desk, outbox, to_match })
    }

    /// Says on this server that the outbox has news.
    pub fn outbox(&self) -> &Notify {
        &self.outbox
    }

    /// Says on this server that there are persons to compare.
    pub fn to_match(&self) -> &Notify {
        &self.to_match
    }

    pub(super) fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// A transaction that reads what the viewer may read.
    pub(super) async fn read(&self, viewer: &Viewer) -> Result<Transaction> {
        match &self.pool {
            Pool::Postgres { pool, .. } => self.begin_on_postgres(pool, viewer).await,
            Pool::Sqlite { readers, .. } => {
                Transaction::open(Connection::Sqlite(readers.acquire().await?), "BEGIN".to_owned()).await
            }
        }
    }

    /// A transaction that may also write what the viewer may write.
    pub(super) async fn write(&self, viewer: &Viewer) -> Result<Transaction> {
        match &self.pool {
            Pool::Postgres { pool, .. } => self.begin_on_postgres(pool, viewer).await,
            Pool::Sqlite { writer, .. } => {
                Transaction::open(Connection::Sqlite(writer.acquire().await?), "BEGIN IMMEDIATE".to_owned()).await
            }
        }
    }

    pub(super) fn backend(&self) -> DbBackend {
        match &self.pool {
            Pool::Postgres { .. } => DbBackend::Postgres,
            Pool::Sqlite { .. } => DbBackend::Sqlite,
        }
    }

    /// Whether it is the embedded one, which this program alone uses and so may migrate by itself.
    pub fn is_embedded(&self) -> bool {
        matches!(self.pool, Pool::Sqlite { .. })
    }

    /// Whether one transaction both reads and takes the audit rows of what was read.
    pub(super) fn reads_may_write(&self) -> bool {
        matches!(self.pool, Pool::Postgres { .. })
    }

    /// Opens with the settings in the same round trip. A connection that died while it was idle is replaced by the next;
    /// there are at most as many of them as the pool holds.
    async fn begin_on_postgres(&self, pool: &PgPool, viewer: &Viewer) -> Result<Transaction> {
        let begin = format!("BEGIN; {}", viewer.settings());
        for _ in 0..pool.num_idle() {
            let connection = Connection::Postgres(pool.acquire().await?);
            match Transaction::open(connection, begin.clone()).await {
                Err(Error::Unavailable(_)) => {}
                opened => return opened,
            }
        }
        Transaction::open(Connection::Postgres(pool.acquire().await?), begin).await
    }

    /// Asks who somebody is, as the service signing somebody in: one prepared statement. A connection that died while it was
    /// idle is replaced by the next.
    pub(super) async fn ask_who(&self, question: &SelectStatement) -> Result<Vec<QueryResult>> {
        let question = self.backend().build(question);
        match &self.pool {
            Pool::Postgres { sign_in, .. } => {
                for _ in 0..sign_in.num_idle() {
                    let mut connection = sign_in.acquire().await?;
                    match postgres(&question).fetch_all(&mut *connection).await.map_err(Error::from) {
                        Err(Error::Unavailable(_)) => {}
                        rows => return Ok(rows?.into_iter().map(Into::into).collect()),
                    }
                }
                let rows = postgres(&question).fetch_all(sign_in).await?;
                Ok(rows.into_iter().map(Into::into).collect())
            }
            Pool::Sqlite { readers, .. } => {
                let rows = sqlite(&question).fetch_all(readers).await?;
                Ok(rows.into_iter().map(Into::into).collect())
            }
        }
    }

    /// The connection that migrations run on.
    #[expect(clippy::disallowed_methods, reason = "the one place that keeps connections")]
    fn for_migrations(&self) -> DatabaseConnection {
        match &self.pool {
            Pool::Postgres { pool, .. } => SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone()),
            Pool::Sqlite { writer, .. } => SqlxSqliteConnector::from_sqlx_sqlite_pool(writer.clone()),
        }
    }

    /// Applies what is missing. Servers that do so at the same time wait for each other.
    pub async fn migrate_up(&self) -> Result<()> {
        let _turn = self.take_turn().await?;
        Ok(migration::Migrator::up(&self.for_migrations(), None).await?)
    }

    /// Takes the newest migration back, with the data of its tables.
    pub async fn migrate_down(&self) -> Result<()> {
        let _turn = self.take_turn().await?;
        Ok(migration::Migrator::down(&self.for_migrations(), Some(1)).await?)
    }

    /// Names of the migrations, oldest first, and whether each is applied.
    pub async fn migrations(&self) -> Result<Vec<(String, bool)>> {
        let applied = self.applied_migrations().await?;
        let all = migration::Migrator::migrations();
        Ok(all.iter().map(|m| (m.name().to_owned(), applied.iter().any(|name| name == m.name()))).collect())
    }

    /// sea-orm's own listing creates its table where it is missing, which the server's role must not.
    async fn applied_migrations(&self) -> Result<Vec<String>> {
        use sea_orm::{ConnectionTrait, Statement};
        use sea_orm_migration::SchemaManager;
        let connection = self.for_migrations();
        if !SchemaManager::new(&connection).has_table("seaql_migrations").await? {
            return Ok(Vec::new());
        }
        let sql = "SELECT version FROM seaql_migrations";
        let rows = connection.query_all_raw(Statement::from_string(connection.get_database_backend(), sql)).await?;
        Ok(rows.iter().map(|row| row.try_get("", "version")).collect::<std::result::Result<_, _>>()?)
    }

    async fn take_turn(&self) -> Result<Turn> {
        match &self.pool {
            Pool::Postgres { pool, .. } => {
                // The lock lives as long as its transaction, whatever becomes of this process.
                let mut transaction = pool.begin().await?;
                sqlx::query("SELECT pg_advisory_xact_lock(5073920162)").execute(&mut *transaction).await?;
                Ok(Turn::Postgres(transaction))
            }
            Pool::Sqlite { file, .. } => {
                let name = file.with_extension("migrating");
                let lock = tokio::task::spawn_blocking(move || {
                    let lock = std::fs::File::create(name)?;
                    lock.lock()?;
                    Ok(lock)
                });
                let lock = lock.await.map_err(|_| sqlx::Error::WorkerCrashed)?;
                Ok(Turn::Sqlite(lock.map_err(sqlx::Error::Io)?))
            }
        }
    }

    /// Checks that the database can be reached, that its tables are those of this version, and, on PostgreSQL, that the
    /// server's role is under row level security.
    pub async fn check(&self) -> std::result::Result<(), Problem> {
        let migrations = self.migrations().await.map_err(|error| {
            problem(error.to_string(), "Check database.url, and that the database runs and lets this user in")
        })?;
        let missing: Vec<&str> = migrations.iter().filter(|(_, applied)| !applied).map(|(name, _)| &**name).collect();
        if !missing.is_empty() {
            return Err(problem(
                format!("the tables are not those of this version: {} not applied", missing.join(", ")),
                "Run `oslonac migrate up`",
            ));
        }
        match &self.pool {
            Pool::Postgres { pool, .. } => check_role(pool).await,
            Pool::Sqlite { .. } => Ok(()),
        }
    }

    /// Answers as soon as the database does. SQLite answers a question without its file; whether it takes changes, on which
    /// every audited reading depends, only beginning one tells.
    pub async fn ping(&self) -> Result<()> {
        match &self.pool {
            Pool::Postgres { pool, .. } => sqlx::query("SELECT 1").execute(pool).await.map(drop)?,
            Pool::Sqlite { writer, .. } => writer.begin_with("BEGIN IMMEDIATE").await?.rollback().await?,
        }
        Ok(())
    }

    /// Closes the connections once what they do is done.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Postgres { pool, sign_in, signals } => {
                signals.close().await;
                sign_in.close().await;
                pool.close().await;
            }
            Pool::Sqlite { readers, writer, .. } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}

/// The right to migrate, for as long as it is held.
enum Turn {
    Postgres(#[expect(dead_code, reason = "holds the lock")] sqlx::Transaction<'static, sqlx::Postgres>),
    Sqlite(#[expect(dead_code, reason = "holds the lock")] std::fs::File),
}

/// Row level security binds neither superusers, nor roles with BYPASSRLS; an owner could switch it off.
async fn check_role(pool: &PgPool) -> std::result::Result<(), Problem> {
    let row = sqlx::query(
        "SELECT current_user::text AS name, rolsuper OR rolbypassrls AS above,
                EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = 'public' AND c.relkind = 'r' AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owns
         FROM pg_roles WHERE rolname = current_user",
    )
    .fetch_one(pool)
    .await
    .map_err(|error| problem(error.to_string(), "Check that this user may read the catalogue"))?;
    let (above, owns): (bool, bool) = (row.get("above"), row.get("owns"));
    if !above && !owns {
        return Ok(());
    }
    let why =
        if above { "stands above row level security" } else { "owns tables, or is a member of the role that does" };
    Err(problem(
        format!("the database user {} {why}", row.get::<String, _>("name")),
        format!("Connect as a member of {SERVER_ROLE}; deploy/postgresql/roles.sql creates it"),
    ))
}

/// Opens the first connection. A new file is turned to write-ahead logging, and SQLite refuses that at once while another
/// program writes, whatever the busy timeout is.
async fn open_patiently(pool: &SqlitePool, patience: Duration) -> sqlx::Result<()> {
    let start = Instant::now();
    loop {
        match pool.acquire().await {
            Err(sqlx::Error::Database(error)) if is_busy(&*error) && start.elapsed() < patience => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            opened => return opened.map(drop),
        }
    }
}

/// Whether somebody else holds the file: 5 is SQLite's number for it, in the last byte.
fn is_busy(error: &dyn sqlx::error::DatabaseError) -> bool {
    error.code().and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5)
}

#[cfg(test)]
mod tests;
