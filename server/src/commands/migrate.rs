//! `oslonac migrate`: the tables of the database.

use crate::access::Database;
use crate::config::Config;
use crate::failure::Failure;
use clap::Subcommand;

#[derive(Subcommand)]
#[command(after_help = "\
On PostgreSQL this needs the owner's role: set database.owner_url, or OSLONAC_DATABASE__OWNER_URL.

Examples:
  oslonac migrate status
  OSLONAC_DATABASE__OWNER_URL=postgres://oslonac_owner@localhost/oslonac oslonac migrate up")]
pub(super) enum Migrate {
    /// Applies the migrations that are missing. Several at the same time wait for each other.
    #[command(after_help = "Example:\n  oslonac migrate up --config /etc/oslonac.toml")]
    Up,
    /// Lists the migrations and whether each is applied.
    #[command(after_help = "Example:\n  oslonac migrate status --config /etc/oslonac.toml")]
    Status,
    /// Takes the newest migration back, WITH THE DATA in its tables.
    #[command(after_help = "Example:\n  oslonac migrate down --config /etc/oslonac.toml")]
    Down,
}

impl Migrate {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let database = Database::open_as_owner(&config.database).await?;
        match self {
            Self::Up => database.migrate_up().await?,
            Self::Down => database.migrate_down().await?,
            Self::Status => {}
        }
        for (name, applied) in database.migrations().await? {
            println!("{}  {name}", if applied { "applied" } else { "missing" });
        }
        database.close().await;
        Ok(())
    }
}
