//! `oslonac indicators`: the indicator sets of an installation.

use super::{clock, open_current};
use crate::config::Config;
use crate::failure::Failure;
use crate::indicators;
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Subcommand)]
#[command(after_help = "\
Examples:
  oslonac indicators list
  oslonac indicators import                        the sets that come with this version
  oslonac indicators import --from ./our-sets      every .toml file of a folder")]
pub(super) enum Indicators {
    /// Lists the versions of every set and when each is valid.
    #[command(after_help = "Example:\n  oslonac indicators list --config /etc/oslonac.toml")]
    List,
    /// Imports sets. Importing twice changes nothing; a changed set needs a new version.
    #[command(after_help = "Example:\n  oslonac indicators import --from ./our-sets")]
    Import {
        /// A folder with .toml files. Without it, the sets that come with this version.
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
    },
}

impl Indicators {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let clock = clock(&config.demonstration)?;
        let database = open_current(config).await?;
        let imported = match self {
            Self::List => {
                indicators::list(&database, clock).await?.iter().for_each(|line| println!("{line}"));
                return Ok(());
            }
            Self::Import { from: Some(folder) } => indicators::import_folder(&database, clock, &folder).await,
            Self::Import { from: None } => indicators::import_embedded(&database, clock).await,
        };
        println!("{}", imported.map_err(|error| Failure::Other(error.to_string()))?);
        Ok(())
    }
}
