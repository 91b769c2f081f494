//! `oslonac demo`: the whole service on this machine, with an invented network.

use super::{clock, serve, start_log};
use crate::access::{Database, sealing};
use crate::audit::signing::SigningKey;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::demo::{issuer, network};
use crate::failure::Failure;
use crate::indicators;
use crate::server::{self, Listening};
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where the data of the demonstration is kept when nobody says otherwise, below the current folder.
const DATA: &str = "data/demonstration";
/// The file there with the key that signs the audit trail.
const SIGNING_KEY: &str = "audit-key.pem";

#[derive(Args)]
#[command(after_help = "\
Examples:
  oslonac demo                                  on http://127.0.0.1:8080
  oslonac demo --listen 127.0.0.1:0             on a free port
  oslonac demo --fresh                          forget what was done, begin anew
  OSLONAC_DATABASE__URL=postgres://… oslonac demo    on PostgreSQL")]
pub(super) struct Demo {
    /// Address and port to listen on; this machine only.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder for its SQLite file and its master key. They are kept when the demonstration stops.
    #[arg(long, value_name = "DIR", default_value = DATA)]
    data: PathBuf,
    /// Throw away what the folder holds, and begin anew.
    #[arg(long)]
    fresh: bool,
}

impl Demo {
    pub(super) async fn run(self, mut config: Config) -> Result<(), Failure> {
        start_log(&config.log)?;
        if !self.listen.ip().is_loopback() {
            let message = "the demonstration listens on this machine only: anybody can sign in as anyone there. \
                           Give --listen an address such as 127.0.0.1:8080";
            return Err(Failure::Other(message.to_owned()));
        }
        let embedded = config.database.url.expose_secret() == config::DEFAULT_DATABASE;
        if self.fresh && !embedded {
            let message = "--fresh empties the folder of --data, and the settings name another database: empty that one \
                           yourself, or take database.url out";
            return Err(Failure::Other(message.to_owned()));
        }
        config.http.listen = self.listen;
        config.http.graphiql = true;
        config.http.introspection = true;
        let clock = clock(&config.demonstration)?;
        server::check_address(&config.http)?;
        let listening = Listening::bind(&config.http).await.map_err(|failure| {
            Failure::Other(format!("{failure}. Choose another address with --listen; port 0 takes a free one"))
        })?;
        // Not before: where the address is taken, another demonstration may be using the folder.
        if embedded {
            config.database.url = self.file()?;
        }
        let issuer = issuer::DemonstrationIssuer::new(
            &listening.public_url(&config.http)?,
            network::people(),
            network::software(),
            clock,
        )?;
        config.sign_in.issuers = vec![issuer.settings()];
        if config.audit.signing_key_file.as_os_str().is_empty() {
            config.audit.signing_key_file = self.signing_key()?;
        }
        let key = &mut config.database.master_key;
        if key.file.as_os_str().is_empty() && key.vault.address.is_empty() {
            key.file = self.master_key()?;
        }
        if config.attachments.folder.as_os_str().is_empty() {
            config.attachments.folder = self.data.join("attachments");
        }
        let owner = Database::open_as_owner(&config.database).await?;
        owner.migrate_up().await?;
        owner.close().await;
        let database = Database::open(&config.database).await?;
        database.check().await?;
        serve::name_damaged(&database.check_keys(clock).await?);
        let filled = fill(&database, clock, issuer.settings().url.as_str()).await;
        filled.map_err(|failure| {
            Failure::Other(format!("{failure}. Where an earlier version made the data, begin anew with --fresh"))
        })?;
        self.greet(&listening, embedded);
        server::run(config, database, clock, listening, issuer::routes(issuer)).await
    }

    /// The SQLite file, in a folder that is made where it is missing and emptied where that is asked for.
    fn file(&self) -> Result<SecretString, Failure> {
        std::fs::create_dir_all(&self.data)?;
        let file = self.data.join("oslonac.db");
        if self.fresh {
            for name in ["oslonac.db", "oslonac.db-wal", "oslonac.db-shm", SIGNING_KEY] {
                if let Err(error) = std::fs::remove_file(self.data.join(name))
                    && error.kind() != std::io::ErrorKind::NotFound
                {
                    return Err(error.into());
                }
            }
        }
        Ok(format!("sqlite:{}", file.display()).into())
    }

    /// The file of the master key, made where it is missing.
    fn master_key(&self) -> Result<PathBuf, Failure> {
        std::fs::create_dir_all(&self.data)?;
        let file = self.data.join("master.key");
        if !file.exists() {
            sealing::create_file(&file).map_err(|problem| Failure::Other(problem.to_string()))?;
        }
        Ok(file)
    }

    /// The key that signs the audit trail, made where it is missing.
    fn signing_key(&self) -> Result<PathBuf, Failure> {
        std::fs::create_dir_all(&self.data)?;
        let file = self.data.join(SIGNING_KEY);
        if !file.exists() {
            SigningKey::create(&file).map_err(Failure::Other)?;
        }
        Ok(file)
    }

    fn greet(&self, listening: &Listening, embedded: bool) {
        let base = listening.base_url();
        let kept = match embedded {
            true => format!("{}, kept when this stops; --fresh begins anew", self.data.display()),
            false => "in the database of the settings, kept when this stops".to_owned(),
        };
        println!(
            "Oslonac, the demonstration: everything works, nobody in it is real.\n\
             Open        {base}/sign-in?return_to=/graphiql and pick a person\n\
             The API     {base}/graphql\n\
             Data        {kept}\n\n\
             Some who can sign in:\n{}",
            who_can_sign_in()
        );
    }
}

/// Fills a database with the network; one that is filled already learns the issuer's new address.
async fn fill(database: &Database, clock: Clock, issuer: &str) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Other(error.to_string());
    indicators::import_embedded(database, clock).await.map_err(|error| failed(&error))?;
    let filled = network::fill(database, clock, issuer).await.map_err(|error| failed(&error))?;
    if !filled {
        network::follow_issuer(database, clock, issuer).await?;
    }
    Ok(())
}

/// Some people of the network, one a role, as lines of text.
fn who_can_sign_in() -> String {
    let names = [
        "reporter@school-01.example",
        "coordinator@school-01.example",
        "reporter@school-02.example",
        "reporter@social-work-01.example",
        "intake@centre.example",
        "caseworker@centre.example",
        "supervisor@centre.example",
        "analyst@centre.example",
        "protection@centre.example",
        "administrator@centre.example",
        "trainer@centre.example",
    ];
    let people = network::people();
    let known = names.iter().filter_map(|name| people.iter().find(|person| person.email == *name));
    known.map(|person| format!("  {:<32} {}, {}\n", person.email, person.roles, person.organisation)).collect()
}
