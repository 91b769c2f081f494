//! `oslonac keys`: the keys of what is sealed.

use super::{clock, open_current};
use crate::access::sealing::{self, Checked, Rewrapped, Rotation};
use crate::access::{self, Purpose, Scope, Viewer};
use crate::attachments::{self, Files};
use crate::config::Config;
use crate::failure::Failure;
use crate::ids::{self, ObjectType};
use chrono::TimeDelta;
use clap::Subcommand;
use secrecy::ExposeSecret;
use std::io::IsTerminal;
use std::path::PathBuf;
use uuid::Uuid;

/// After so long no server seals with a retired key any more: each looks again after 30 seconds.
const SERVERS_LET_GO: TimeDelta = TimeDelta::minutes(1);

#[derive(Subcommand)]
#[command(after_help = "\
Names, telephone numbers, observations, messages and notes are sealed. A master key, which is in no database, wraps a key
for each organisation, and that one a key for each report and person. What belongs to neither is sealed with the
organisation's key itself: needs of participants, answers in tests, remarks on sessions, secrets of webhooks, why identities
were opened, and the reasons in the audit trail.

LOSING THE MASTER KEY MEANS LOSING EVERY SEALED TEXT FOR GOOD. Nobody can help then. Keep a copy of it in a safe place, and
never beside a copy of the database.

Examples:
  oslonac keys create /etc/oslonac/master.key      a master key, the first or one more
  oslonac keys verify                              whether everything opens
  oslonac keys rotate                              new keys for all organisations, while the service runs")]
pub(super) enum Keys {
    /// Makes a master key in a file. Where the file has one, the new one is put in front and wraps from now on.
    #[command(after_help = "\
Example, the first key of an installation:
  oslonac keys create /etc/oslonac/master.key

Example, another master key: create, restart the servers, wrap with it, then remove the old line and restart again:
  oslonac keys create /etc/oslonac/master.key
  oslonac keys rotate --master

From a file to Vault, or back: name both in [database.master_key] and, with in_use, the one that is to wrap; restart the servers,
wrap with it, then take the other one out and restart again:
  oslonac keys rotate --master")]
    Create {
        /// The file. It is made with rights for its owner only; one that is there keeps its owner, its group and its rights.
        file: PathBuf,
    },
    /// Lists the keys of the organisations.
    #[command(after_help = "Example:\n  oslonac keys list --config /etc/oslonac.toml")]
    List,
    /// Gives organisations new keys, wraps the keys of their records with them, and seals anew what is sealed with the old
    /// ones themselves, but for the audit trail, which never changes. The service may run meanwhile. Where it was broken off
    /// less than a day ago, the organisation that it was at is finished with the key that it got, and all others get new ones.
    /// What does not open is named and stays under its key.
    #[command(after_help = "\
Examples:
  oslonac keys rotate                                     all organisations
  oslonac keys rotate --organisation organisation_01…     one of them
  oslonac keys rotate --master                            wrap their keys with the master key in use: of a file, the first")]
    Rotate {
        /// Only this organisation.
        #[arg(long, value_name = "ID", conflicts_with = "master")]
        organisation: Option<String>,
        /// Make no new keys, but wrap those of the organisations with the master key in use.
        #[arg(long)]
        master: bool,
    },
    /// Opens everything, shows nothing, and says what does not open, and what lacks a key that nobody destroyed.
    #[command(after_help = "Example:\n  oslonac keys verify --config /etc/oslonac.toml")]
    Verify,
    /// Destroys a key that a newer one has taken the place of. Refuses while anything needs it that can be sealed anew, and
    /// names that. Two things are lost for good: the reasons in the audit trail that it sealed, and by what a mutation that is
    /// sent again is known, so that idempotency keys which were used under it are refused. Servers that have opened it go on
    /// reading those reasons until they are restarted.
    #[command(after_help = "Example:\n  oslonac keys destroy 019aa0b4-… --yes")]
    Destroy {
        /// Id of the key, as `keys list` prints it.
        key: Uuid,
        /// Really.
        #[arg(long)]
        yes: bool,
    },
}

impl Keys {
    pub(super) async fn run(self, config: Result<Config, crate::config::Error>) -> Result<(), Failure> {
        if let Self::Create { file } = self {
            return create(&file);
        }
        let config = config?;
        let clock = clock(&config.demonstration)?;
        let database = open_current(&config).await?;
        database.check_master_key()?;
        if matches!(self, Self::Rotate { .. }) {
            // Nothing is wrapped with a key that is not the right one.
            database.check_keys(clock).await?;
        }
        let viewer = Viewer::service(Purpose::KeyKeeping);
        let scope = Scope::new(database.clone(), viewer, clock, ids::new_key(clock.now()));
        match self {
            Self::Create { .. } => Ok(()),
            Self::List => list(&scope).await,
            Self::Rotate { master: true, .. } => rewrap(&scope).await,
            Self::Rotate { organisation, .. } => rotate(&scope, organisation.as_deref()).await,
            Self::Verify => verify(&scope, &Files::of(&config.attachments, config.database.url.expose_secret())?).await,
            Self::Destroy { key, yes } => destroy(&scope, key, yes).await,
        }
    }
}

fn create(file: &std::path::Path) -> Result<(), Failure> {
    let name = sealing::create_file(file).map_err(|problem| Failure::Other(problem.to_string()))?;
    println!(
        "{name} is in {}. Name the file in database.master_key.file.\n\
         Keep a copy of it in a safe place, never beside a copy of the database: who loses it loses every sealed text for good.",
        file.display()
    );
    Ok(())
}

async fn list(scope: &Scope) -> Result<(), Failure> {
    let keys = sealing::keys(scope, None).await?;
    if keys.is_empty() {
        println!("no organisation has a key yet; the first report that one begins makes its key");
    }
    for key in keys {
        let organisation = ids::encode(ObjectType::Organisation, key.organisation_id);
        let since = key.created_at.format("%Y-%m-%d %H:%M");
        let until = match (key.destroyed_at, key.retired_at) {
            (Some(at), _) => format!("destroyed {}", at.format("%Y-%m-%d %H:%M")),
            (None, Some(at)) => format!("retired {}  wrapped with {}", at.format("%Y-%m-%d %H:%M"), key.master_key_id),
            (None, None) => format!("in use  wrapped with {}", key.master_key_id),
        };
        println!("{}  {organisation}  since {since}  {until}", key.id);
    }
    Ok(())
}

async fn rewrap(scope: &Scope) -> Result<(), Failure> {
    let Rewrapped { keys, broken } = sealing::rewrap_with_master(scope).await.map_err(broken_off)?;
    broken.iter().for_each(|what| println!("{what}"));
    println!("{keys} wrapped with the master key in use");
    match broken.len() {
        0 => Ok(()),
        number => Err(Failure::Other(format!("{number} keys do not open, and stay as they are; they are named above"))),
    }
}

async fn rotate(scope: &Scope, organisation: Option<&str>) -> Result<(), Failure> {
    let unknown = || Failure::Other(format!("{} is no organisation's id", organisation.unwrap_or_default()));
    let only = match organisation {
        Some(id) => Some(ids::decode(ObjectType::Organisation, id).ok_or_else(unknown)?),
        None => None,
    };
    if only.is_some() && sealing::keys(scope, only).await?.is_empty() {
        let message = "is no organisation, or one that has no key yet: `oslonac keys list` prints those that have one";
        return Err(Failure::Other(format!("{} {message}", organisation.unwrap_or_default())));
    }
    let expected = sealing::to_rotate(scope, only).await?;
    let shown = format!("of {expected} rows sealed anew");
    let rotated = sealing::rotate(scope, only, &progress(&shown)).await.map_err(broken_off);
    let Rotation { organisations, finished, rows, broken } = rotated?;
    end_of_progress();
    println!("{organisations} new keys, {rows} rows sealed anew");
    if finished > 0 {
        println!(
            "of {finished} organisations a rotation that was broken off is finished; they got no new key this time"
        );
    }
    broken.iter().for_each(|what| println!("{what}"));
    match broken.len() {
        0 => Ok(()),
        number => Err(Failure::Other(format!(
            "{number} did not open and stay under the key that they have; they are named above"
        ))),
    }
}

/// Another writer kept the database for too long, or it is away: nothing is lost.
fn broken_off(error: access::Error) -> Failure {
    match error {
        access::Error::Unavailable(what) => Failure::Other(format!(
            "{what}. What is sealed anew stays so; run it again, when nothing else changes keys, and it goes on from there"
        )),
        other => other.into(),
    }
}

async fn verify(scope: &Scope, files: &Files) -> Result<(), Failure> {
    let Checked { rows, mut broken } = sealing::verify(scope, &progress("rows opened")).await?;
    end_of_progress();
    let (number, of_files) = attachments::verify(files, scope).await?;
    broken.extend(of_files);
    let rows = rows + number;
    broken.iter().for_each(|what| println!("{what}"));
    match broken.len() {
        0 => {
            println!("{rows} rows open");
            Ok(())
        }
        number => Err(Failure::Other(format!("{number} of {rows} rows do not open; they are named above"))),
    }
}

async fn destroy(scope: &Scope, id: Uuid, yes: bool) -> Result<(), Failure> {
    let keys = sealing::keys(scope, None).await?;
    let unknown = || Failure::Other(format!("there is no key {id}; `oslonac keys list` prints those there are"));
    let key = keys.iter().find(|key| key.id == id).ok_or_else(unknown)?;
    if key.destroyed_at.is_some() {
        return Err(Failure::Other("this key is destroyed already".to_owned()));
    }
    let Some(retired) = key.retired_at else {
        let message = "this key is in use. `oslonac keys rotate` makes a new one in its place first";
        return Err(Failure::Other(message.to_owned()));
    };
    if !yes {
        let message = "the reasons in the audit trail that this key sealed are lost for good, and idempotency keys that were used \
                       under it are refused from then on. Say --yes if that is meant";
        return Err(Failure::Other(message.to_owned()));
    }
    if scope.now() - retired < SERVERS_LET_GO {
        let message = "this key was retired less than a minute ago, and a server may still seal with it. Wait a minute";
        return Err(Failure::Other(message.to_owned()));
    }
    sealing::destroy(scope, key).await.map_err(|error| {
        Failure::Other(format!(
            "{error}. `oslonac keys rotate` seals anew what opens, and names what does not; `oslonac keys list` prints all keys"
        ))
    })?;
    println!("destroyed");
    Ok(())
}

/// Shows how far a long work is, on a terminal.
fn progress(what: &str) -> impl Fn(u64) + Sync {
    let terminal = std::io::stderr().is_terminal();
    move |done| {
        if terminal {
            eprint!("\r{done} {what}");
        }
    }
}

/// Ends the line of the progress.
fn end_of_progress() {
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
}
