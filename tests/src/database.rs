//! A database for one test, seeded or empty, removed when the test is over.

use crate::process::Command;
use crate::template::Template;
use reqwest::Url;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// Where the demonstration keeps its master key, below its data folder.
const MASTER_KEY: &str = "master.key";

/// Writes a master key that only its owner may read, as the server demands.
fn write_master_key(file: &Path) {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create(true).mode(0o600).open(file).expect("a file in a temporary folder");
    // 32 bytes, each the letter k.
    file.write_all(b"key-of-tests a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=\n").expect("room for a key");
}

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// The embedded one.
    Sqlite,
    /// A throwaway cluster, which `tests/postgres` starts.
    Postgres,
}

impl Database {
    /// The name in lower case, for names of files.
    pub fn name(self) -> &'static str {
        match self {
            Database::Sqlite => "sqlite",
            Database::Postgres => "postgres",
        }
    }
}

/// One test's data: a folder, and on PostgreSQL a database beside it. Both go when this is dropped.
#[derive(Debug)]
pub struct Storage {
    folder: TempDir,
    postgres: Option<String>,
}

impl Storage {
    /// A database without tables.
    pub async fn empty(database: Database) -> Storage {
        Storage::create(database, None).await
    }

    /// A copy of the demonstration network.
    pub async fn seeded(database: Database) -> Storage {
        let template = Template::of(database).await;
        let storage = Storage::create(database, template.postgres()).await;
        copy_folder(template.folder(), &storage.data_folder());
        storage
    }

    /// A copy of what a stopped server left.
    pub async fn copy(&self) -> Storage {
        let database = if self.postgres.is_some() { Database::Postgres } else { Database::Sqlite };
        let copy = Storage::create(database, self.postgres.as_deref()).await;
        copy_folder(&self.data_folder(), &copy.data_folder());
        copy
    }

    async fn create(database: Database, template: Option<&str>) -> Storage {
        let folder = tempfile::Builder::new().prefix("oslonac-test-").tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("data")).expect("a folder in a temporary folder");
        write_master_key(&folder.path().join(MASTER_KEY));
        let postgres = match database {
            Database::Sqlite => None,
            Database::Postgres => {
                let name = new_name();
                create_database(&name, template).await;
                Some(name)
            }
        };
        Storage { folder, postgres }
    }

    /// What `--data` names.
    pub fn data_folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The file of the master key: the demonstration's own, which sealed what it filled, or the test's.
    pub fn master_key(&self) -> PathBuf {
        let demonstrations = self.data_folder().join(MASTER_KEY);
        if demonstrations.exists() { demonstrations } else { self.folder.path().join(MASTER_KEY) }
    }

    /// Everything in the database, as somebody who stole a copy of it would see it. The server must not run: SQLite's file is
    /// read as it lies there.
    pub async fn stolen(&self) -> Vec<u8> {
        if self.postgres.is_some() {
            let mut connection = PgConnection::connect(&self.superuser_url()).await.expect("the superuser gets in");
            let tables = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'";
            let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.expect("the tables");
            let mut stolen = String::new();
            for table in tables {
                let rows = format!("SELECT t::text FROM {table} AS t");
                let rows: Vec<String> =
                    sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(&mut connection).await.expect("the rows");
                stolen.extend(rows);
            }
            return stolen.into_bytes();
        }
        let files = std::fs::read_dir(self.data_folder()).expect("the data folder").flatten().map(|entry| entry.path());
        let files = files.filter(|file| file.to_string_lossy().contains(".sqlite"));
        files.flat_map(|file| std::fs::read(file).expect("the database's file")).collect()
    }

    /// Every file beside the database and its keys, as somebody who stole the folder would see it: what was sent to the server.
    pub fn stolen_files(&self) -> Vec<Vec<u8>> {
        let of_the_database = |path: &Path| path.to_string_lossy().contains(".sqlite") || path.ends_with(MASTER_KEY);
        let (mut folders, mut files) = (vec![self.data_folder()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder of the data").flatten() {
                match entry.path() {
                    path if path.is_dir() => folders.push(path),
                    path if of_the_database(&path) => {}
                    path => files.push(std::fs::read(path).expect("a file of the data")),
                }
            }
        }
        files
    }

    /// The texts that a statement with one column finds, as the superuser finds them.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql);
        let found = match &self.postgres {
            Some(_) => {
                let mut connection = PgConnection::connect(&self.superuser_url()).await.expect("the superuser gets in");
                sqlx::query_scalar(sql).fetch_all(&mut connection).await
            }
            None => {
                let mut connection = SqliteConnection::connect(&self.url()).await.expect("the file opens");
                sqlx::query_scalar(sql).fetch_all(&mut connection).await
            }
        };
        found.expect("a statement with one column of texts")
    }

    /// Changes the database behind the server's back, as its superuser. Answers how many rows changed.
    pub async fn tamper(&self, sql: &str) -> u64 {
        let sql = AssertSqlSafe(sql);
        let done = match &self.postgres {
            Some(_) => {
                let mut connection = PgConnection::connect(&self.superuser_url()).await.expect("the superuser gets in");
                sqlx::raw_sql(sql).execute(&mut connection).await.map(|done| done.rows_affected())
            }
            None => {
                let mut connection = SqliteConnection::connect(&self.url()).await.expect("the file opens");
                sqlx::raw_sql(sql).execute(&mut connection).await.map(|done| done.rows_affected())
            }
        };
        done.expect("nobody forbids it")
    }

    /// Where a test's settings for the server stand.
    pub fn settings_file(&self) -> PathBuf {
        self.folder.path().join("settings.toml")
    }

    /// Where the server's output goes.
    pub(crate) fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// The address that the server connects to, in its own role.
    pub fn url(&self) -> String {
        match &self.postgres {
            None => format!("sqlite://{}", self.data_folder().join("oslonac.sqlite").display()),
            Some(name) => postgres_url("oslonac_server", name).to_string(),
        }
    }

    /// The address of the tables' owner, who migrates. On SQLite the same as [`Storage::url`].
    pub fn owner_url(&self) -> String {
        match &self.postgres {
            None => self.url(),
            Some(name) => postgres_url("oslonac_owner", name).to_string(),
        }
    }

    /// The address of a superuser, for what a test must see or break. On SQLite the same as [`Storage::url`].
    pub fn superuser_url(&self) -> String {
        match &self.postgres {
            None => self.url(),
            Some(name) => with_database(superuser_url(), name).to_string(),
        }
    }

    /// A command of the server's binary, such as `["migrate", "up"]`, set to use this database.
    pub fn command(&self, arguments: &[&str]) -> Command {
        Command::oslonac(arguments)
            .env("OSLONAC_DATABASE__URL", self.url())
            .env("OSLONAC_DATABASE__MASTER_KEY__FILE", self.master_key())
            .env("OSLONAC_DATABASE__OWNER_URL", self.owner_url())
            .env("OSLONAC_ATTACHMENTS__FOLDER", self.data_folder().join("attachments"))
    }

    /// Ends every connection of the PostgreSQL database and lets nobody in, until [`Storage::give_back`].
    pub async fn take_away(&self) {
        let name = self.postgres_name();
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        run_as_superuser(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
        run_as_superuser(&end).await;
    }

    /// Ends what [`Storage::take_away`] began.
    pub async fn give_back(&self) {
        run_as_superuser(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.postgres_name())).await;
    }

    fn postgres_name(&self) -> &str {
        self.postgres.as_deref().expect("only a PostgreSQL database can be taken away")
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        let Some(name) = self.postgres.take() else { return };
        // A drop cannot await, and the test's own runtime may be the current thread.
        let removal = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect(superuser_url().as_str()).await?;
                let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await
            })?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        });
        if let Ok(Err(error)) = removal.join() {
            eprintln!("a test's database was not removed: {error}");
        }
    }
}

/// A name that no other test has: nextest gives each test a process, cargo test a thread.
fn new_name() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    format!("test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

/// Makes a database that the owner's role owns, empty or as a copy.
pub(crate) async fn create_database(name: &str, template: Option<&str>) {
    let copy = template.map(|template| format!("TEMPLATE {template}")).unwrap_or_default();
    let sql = format!("CREATE DATABASE {name} OWNER oslonac_owner {copy}");
    let mut connection = connect(&superuser_url()).await;
    for _ in 0..100 {
        match sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await {
            Ok(_) => return restrict(name).await,
            // The template's last connection may still be closing.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55006") => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(error) => panic!("no database could be made for the test: {error}"),
        }
    }
    panic!("the template {copy} stays in use");
}

/// Applies to a new database what a real installation applies.
async fn restrict(name: &str) {
    let mut connection = connect(&with_database(superuser_url(), name)).await;
    let sql = include_str!("../../deploy/postgresql/database.sql");
    sqlx::raw_sql(sql).execute(&mut connection).await.expect("deploy/postgresql/database.sql runs");
}

/// Runs SQL of the harness's own as the cluster's superuser.
pub(crate) async fn run_as_superuser(sql: &str) {
    let mut connection = connect(&superuser_url()).await;
    if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await {
        panic!("PostgreSQL refused {sql}: {error}");
    }
}

/// Whether the cluster has a finished template of that name.
pub(crate) async fn is_template(name: &str) -> bool {
    let mut connection = connect(&superuser_url()).await;
    let found: Option<bool> = sqlx::query_scalar("SELECT datistemplate FROM pg_database WHERE datname = $1")
        .bind(name)
        .fetch_optional(&mut connection)
        .await
        .expect("pg_database can be read");
    found.unwrap_or(false)
}

async fn connect(url: &Url) -> PgConnection {
    match PgConnection::connect(url.as_str()).await {
        Ok(connection) => connection,
        Err(error) => panic!("the tests' PostgreSQL at {url} does not answer: {error}"),
    }
}

/// The superuser's address, which `tests/postgres` prints.
fn superuser_url() -> Url {
    let Ok(url) = std::env::var("TEST_POSTGRES") else {
        panic!("TEST_POSTGRES is not set: run `tests/run server`, which starts a PostgreSQL for the tests");
    };
    Url::parse(&url).expect("TEST_POSTGRES is a URL")
}

/// The address of a database in a role of `deploy/postgresql/roles.sql`.
pub(crate) fn postgres_url(role: &str, name: &str) -> Url {
    let mut url = with_database(superuser_url(), name);
    url.set_username(role).expect("a URL with a host takes a user name");
    url
}

fn with_database(mut url: Url, name: &str) -> Url {
    url.set_path(name);
    url
}

/// Copies a folder and everything in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    let copy = || -> std::io::Result<()> {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            let target = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                copy_folder(&entry.path(), &target);
            } else {
                std::fs::copy(entry.path(), target)?;
            }
        }
        Ok(())
    };
    if let Err(error) = copy() {
        panic!("{} was not copied: {error}", from.display());
    }
}
