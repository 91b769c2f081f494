//! The PostgreSQL that everything is measured on.

use crate::{Result, cpu};
use reqwest::Url;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const DATABASE: &str = "oslonac_benchmark";
const PLAIN_DATABASE: &str = "oslonac_benchmark_plain";

/// How texts are kept in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Sealed, as the server keeps them.
    Sealed,
    /// In plain, to know what the seal costs.
    Plain,
}

impl Rows {
    fn database(self) -> &'static str {
        match self {
            Self::Sealed => DATABASE,
            Self::Plain => PLAIN_DATABASE,
        }
    }
}
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../postgres");
const ROLES: &str = include_str!("../../../deploy/postgresql/roles.sql");
const RESTRICTIONS: &str = include_str!("../../../deploy/postgresql/database.sql");

/// A PostgreSQL on this machine, with a new database in it. A throwaway one goes when this is dropped.
pub struct Cluster {
    superuser: Url,
    postmaster: u32,
    throwaway: Option<TempDir>,
}

impl Cluster {
    /// Takes the PostgreSQL of this superuser, or starts a throwaway one, and makes an empty database as an installation
    /// does.
    pub async fn start(given: Option<Url>) -> Result<Self> {
        let (superuser, throwaway) = match given {
            Some(url) => (url, None),
            None => start_throwaway().map(|(url, folder)| (url, Some(folder)))?,
        };
        let mut cluster = Self { superuser, postmaster: 0, throwaway };
        let mut connection = PgConnection::connect(cluster.superuser.as_str()).await?;
        let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await?;
        cluster.postmaster = cpu::parent(backend.try_into()?)
            .map_err(|_| "this PostgreSQL does not run on this machine, so its CPU time cannot be read")?;
        let drop = format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)");
        let create = format!("CREATE DATABASE {DATABASE} OWNER oslonac_owner");
        for sql in [ROLES, &drop, &create] {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
        }
        sqlx::raw_sql(RESTRICTIONS).execute(&mut cluster.connect().await?).await?;
        Ok(cluster)
    }

    /// The address of the database in a role of `deploy/postgresql/roles.sql`.
    pub fn url(&self, role: &str) -> Result<Url> {
        self.url_of(Rows::Sealed, role)
    }

    /// The same of the database that keeps its rows so.
    pub fn url_of(&self, rows: Rows, role: &str) -> Result<Url> {
        let mut url = self.database_url(rows);
        url.set_username(role).map_err(|()| "the address of PostgreSQL takes no user name")?;
        url.set_password(None).map_err(|()| "the address of PostgreSQL takes no password")?;
        Ok(url)
    }

    /// A connection to the database as the superuser, who passes row level security.
    pub async fn connect(&self) -> Result<PgConnection> {
        self.connect_to(Rows::Sealed).await
    }

    /// The same to the database that keeps its rows so.
    pub async fn connect_to(&self, rows: Rows) -> Result<PgConnection> {
        Ok(PgConnection::connect(self.database_url(rows).as_str()).await?)
    }

    /// Makes the other database, as a copy of this one as it is now. Nobody may be connected to it.
    pub async fn copy(&self) -> Result<()> {
        let mut connection = PgConnection::connect(self.superuser.as_str()).await?;
        let drop = format!("DROP DATABASE IF EXISTS {PLAIN_DATABASE} WITH (FORCE)");
        let create = format!("CREATE DATABASE {PLAIN_DATABASE} TEMPLATE {DATABASE} OWNER oslonac_owner");
        for sql in [drop, create] {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
        }
        sqlx::raw_sql(RESTRICTIONS).execute(&mut self.connect_to(Rows::Plain).await?).await?;
        Ok(())
    }

    /// The process whose children serve the connections.
    pub fn postmaster(&self) -> u32 {
        self.postmaster
    }

    fn database_url(&self, rows: Rows) -> Url {
        let mut url = self.superuser.clone();
        url.set_path(rows.database());
        url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(folder) = &self.throwaway {
            let stopped = Command::new(SCRIPT).arg("stop").arg(data(folder)).status();
            if !stopped.is_ok_and(|status| status.success()) {
                eprintln!("benchmark: the throwaway PostgreSQL in {} was not stopped", folder.path().display());
            }
        }
    }
}

fn data(folder: &TempDir) -> impl AsRef<std::ffi::OsStr> + use<> {
    folder.path().join("postgres")
}

fn start_throwaway() -> Result<(Url, TempDir)> {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::Builder::new().prefix("oslonac-benchmark-").tempdir()?;
    // PostgreSQL runs as another user where root starts it.
    std::fs::set_permissions::<&Path>(folder.path(), PermissionsExt::from_mode(0o755))?;
    let output = Command::new(SCRIPT).arg("start").arg(data(&folder)).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok((Url::parse(String::from_utf8(output.stdout)?.trim())?, folder))
}
