//! The commands of the program `oslonac`.

mod administration;
mod audit;
mod check;
mod demo;
mod indicators;
mod keys;
mod migrate;
mod retention;
mod serve;

use crate::access::Database;
use crate::clock::Clock;
use crate::config::{self, Config, LogFormat};
use crate::failure::Failure;
use crate::schema::Api;
use clap::{Parser, Subcommand};
use std::io::IsTerminal;
use std::path::PathBuf;
use tracing::Level;
use tracing_subscriber::filter::{FilterFn, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The service through which the Centre and its partners work together: partners report, the Centre triages.
#[derive(Parser)]
#[command(
    version,
    about,
    max_term_width = 110,
    after_help = "\
Examples:
  oslonac demo                                     the whole service with an invented network, on this machine
  oslonac check --config /etc/oslonac.toml         what is wrong with an installation, and how to mend it
  oslonac serve --config /etc/oslonac.toml         the service

Every setting stands in a file or in the environment (OSLONAC_DATABASE__URL and so on); `oslonac settings` prints all of \
them with their meaning."
)]
pub struct Program {
    /// Settings file. Without it, the defaults and the environment count.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the whole service on this machine, with an invented network of organisations and reports.
    Demo(demo::Demo),
    /// Starts the service.
    #[command(after_help = "Example:\n  oslonac serve --config /etc/oslonac.toml")]
    Serve,
    /// Brings the tables of the database to this version, or back.
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// Prints the contract, as it stands in schema.graphql.
    #[command(after_help = "Example:\n  oslonac schema > schema.graphql")]
    Schema,
    /// Prints every setting, its default and what it means.
    #[command(after_help = "Example, to begin a settings file:\n  oslonac settings > oslonac.toml")]
    Settings,
    /// Checks settings, database and issuers, and says what is wrong and how to mend it.
    #[command(after_help = "Example:\n  oslonac check --config /etc/oslonac.toml")]
    Check,
    /// Registers organisations.
    #[command(subcommand)]
    Organisation(administration::Organisation),
    /// Invites members.
    #[command(subcommand)]
    Member(administration::Member),
    /// Lists and imports indicator sets.
    #[command(subcommand)]
    Indicators(indicators::Indicators),
    /// Makes, changes and checks the keys of what is sealed.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Verifies the audit trail, and exports what proves it.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Says what would be erased, and when.
    #[command(subcommand)]
    Retention(retention::Retention),
}

impl Program {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let config = || Config::read(self.config.as_deref());
        match self.command {
            Command::Demo(demo) => demo.run(config()?).await,
            Command::Serve => serve::run(config()?).await,
            Command::Migrate(migrate) => migrate.run(&config()?).await,
            Command::Schema => {
                print!("{}", Api::new(config()?.graphql, true).sdl());
                Ok(())
            }
            Command::Settings => {
                print!("{}", config::DEFAULTS);
                Ok(())
            }
            Command::Check => check::run(config()).await,
            Command::Organisation(organisation) => organisation.run(&config()?).await,
            Command::Member(member) => member.run(&config()?).await,
            Command::Indicators(indicators) => indicators.run(&config()?).await,
            Command::Keys(keys) => keys.run(config()).await,
            Command::Audit(audit) => audit.run(&config()?).await,
            Command::Retention(retention) => retention.run(&config()?).await,
        }
    }
}

/// Libraries that below `info` log whole messages: tokens, and what is said in reports.
const LOG_MESSAGES: [&str; 2] = ["tungstenite", "tokio_tungstenite"];

/// Starts logging. Only once in a process.
fn start_log(settings: &config::Log) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_new(&settings.filter)
        .map_err(|error| config::Error::of_key("log.filter", &error.to_string()))?;
    // Colours are for terminals; in a file they are noise.
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    match settings.format {
        LogFormat::Text => log.finish().with(without_messages()).init(),
        LogFormat::Json => log.json().finish().with(without_messages()).init(),
    }
    Ok(())
}

/// Keeps whole messages out of the log. A filter of its own: of directives, an operator's that is narrower would win.
fn without_messages() -> FilterFn {
    filter_fn(|about| {
        *about.level() <= Level::INFO || !LOG_MESSAGES.iter().any(|library| about.target().starts_with(library))
    })
}

/// The clock of the settings.
fn clock(settings: &config::Demonstration) -> Result<Clock, config::Error> {
    if settings.clock_starts_at.is_empty() {
        return Ok(Clock::system());
    }
    let instant = chrono::DateTime::parse_from_rfc3339(&settings.clock_starts_at).map_err(|_| {
        config::Error::of_key("demonstration.clock_starts_at", "write an instant such as 2026-03-01T08:00:00Z")
    })?;
    Ok(Clock::starting_at(instant.into()))
}

/// Opens the database with the server's rights, where its tables are those of this version.
async fn open_current(config: &Config) -> Result<Database, Failure> {
    let database = Database::open_existing(&config.database).await?;
    database.check().await?;
    Ok(database)
}

#[cfg(test)]
mod tests;
