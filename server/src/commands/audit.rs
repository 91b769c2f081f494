//! `oslonac audit`: whether the audit trail is what it was, and what is kept elsewhere to prove it.

use super::{clock, open_current};
use crate::access::{Order, Purpose, Scope, Viewer};
use crate::audit::checkpoints;
use crate::audit::signing::{PublicKeys, SigningKey};
use crate::audit::verification::{Evidence, Progress, Summary, verify};
use crate::config::Config;
use crate::failure::Failure;
use crate::ids;
use clap::{Args, Subcommand};
use entity::audit_checkpoint;
use sea_orm::ColumnTrait;
use std::fs;
use std::io::{IsTerminal, Write, stderr};
use std::path::{Path, PathBuf};

/// How many findings are printed; behind them they are counted.
const PRINTED: u64 = 1000;
const PAGE: u64 = 1000;

#[derive(Subcommand)]
#[command(after_help = "\
Examples:
  oslonac audit create-key /etc/oslonac/audit-key.pem
  oslonac audit public-key > audit-public-key.pem          to be kept by whoever verifies
  oslonac audit export-checkpoints checkpoints.jsonl       to be kept elsewhere
  oslonac audit verify --checkpoints checkpoints.jsonl --public-key audit-public-key.pem")]
pub(super) enum Audit {
    /// Follows the audit trail from its beginning, and names every row that was changed, removed or reordered.
    Verify(Verify),
    /// Writes every signed checkpoint as a line of JSON, to be kept where nobody who can write to the database can.
    #[command(after_help = "Example:\n  oslonac audit export-checkpoints /mnt/elsewhere/checkpoints.jsonl")]
    ExportCheckpoints {
        /// The file to write; one that is there is replaced. Without it, the standard output.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Prints the public half of the key of the setting audit.signing_key_file.
    #[command(after_help = "Example:\n  oslonac audit public-key --config /etc/oslonac.toml > audit-public-key.pem")]
    PublicKey,
    /// Makes a key that signs checkpoints, in a new file that nobody else can read.
    #[command(after_help = "Example:\n  oslonac audit create-key /etc/oslonac/audit-key.pem")]
    CreateKey {
        /// The file to make.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Args)]
#[command(after_help = "\
Ends with 1 where anything is not as it was.

Examples:
  oslonac audit verify --config /etc/oslonac.toml
  oslonac audit verify --checkpoints checkpoints.jsonl --public-key audit-public-key.pem")]
pub(super) struct Verify {
    /// Checkpoints that were exported before: without them, a trail that was written anew as a whole is not found.
    #[arg(long, value_name = "FILE")]
    checkpoints: Option<PathBuf>,
    /// Public keys that may have signed, older ones too. Without it, that of the setting audit.signing_key_file.
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
}

impl Audit {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        match self {
            Self::Verify(command) => command.run(config).await,
            Self::ExportCheckpoints { file } => export(config, file.as_deref()).await,
            Self::PublicKey => {
                let key = SigningKey::of(&config.audit)?.ok_or_else(no_key)?;
                print!("{}", key.public_pem().map_err(Failure::Other)?);
                Ok(())
            }
            Self::CreateKey { file } => {
                let key = SigningKey::create(&file).map_err(Failure::Other)?;
                println!("key {} in {}; name it in audit.signing_key_file", key.id(), file.display());
                Ok(())
            }
        }
    }
}

fn no_key() -> Failure {
    Failure::Other("the setting audit.signing_key_file names no key; `oslonac audit create-key` makes one".to_owned())
}

/// The service at this work.
async fn scope(config: &Config) -> Result<Scope, Failure> {
    let clock = clock(&config.demonstration)?;
    let viewer = Viewer::service(Purpose::AuditLinking);
    Ok(Scope::new(open_current(config).await?, viewer, clock, ids::new_key(clock.now())))
}

impl Verify {
    async fn run(self, config: &Config) -> Result<(), Failure> {
        let evidence = self.evidence(config)?;
        let mut screen = Screen::default();
        let summary = verify(&scope(config).await?, &evidence, &mut |progress| screen.show(progress)).await?;
        screen.clear();
        if summary.findings > PRINTED {
            println!("and {} more", summary.findings - PRINTED);
        }
        println!("{}", in_words(&summary, &evidence));
        match summary.findings {
            0 => Ok(()),
            1 => Err(Failure::Other("one thing is not as it was; it is named above".to_owned())),
            many => Err(Failure::Other(format!("{many} things are not as they were; they are named above"))),
        }
    }

    fn evidence(&self, config: &Config) -> Result<Evidence, Failure> {
        let keys = match &self.public_key {
            Some(file) => Some(PublicKeys::read(file).map_err(Failure::Other)?),
            None => SigningKey::of(&config.audit)?.as_ref().map(PublicKeys::of),
        };
        let exported = self.checkpoints.as_deref().map(|file| {
            let wrong = |why: String| Failure::Other(format!("{}: {why}", file.display()));
            let text = fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
            let checkpoints = checkpoints::from_lines(&text).map_err(wrong)?;
            if checkpoints.is_empty() {
                return Err(wrong(
                    "there is no checkpoint in it, so it proves nothing. Take an export that has some".to_owned(),
                ));
            }
            Ok::<_, Failure>((file.display().to_string(), checkpoints))
        });
        Ok(Evidence { keys, exported: exported.transpose()? })
    }
}

fn in_words(summary: &Summary, evidence: &Evidence) -> String {
    let Summary { links, checkpoints, exported, signed_until, waiting, .. } = summary;
    let exported = if *exported == 0 { String::new() } else { format!(" ({exported} of them exported)") };
    let signed = match (checkpoints, &evidence.keys) {
        (0, _) => "no checkpoint was there to compare with".to_owned(),
        (_, None) => {
            format!("{checkpoints} checkpoints compared{exported}, their signatures NOT CHECKED: give --public-key")
        }
        (_, Some(_)) => format!("{checkpoints} checkpoints compared{exported}, signed up to position {signed_until}"),
    };
    format!("{links} rows in the chain, {signed}; {waiting} new rows wait to be linked")
}

/// Shows on a terminal how far verifying is, and everywhere what it finds.
#[derive(Default)]
struct Screen {
    findings: u64,
}

impl Screen {
    fn show(&mut self, progress: Progress) {
        match progress {
            Progress::At(position, end) if stderr().is_terminal() => eprint!("\r\x1b[2Kposition {position} of {end} …"),
            Progress::At(..) => {}
            Progress::Found(finding) => {
                self.findings += 1;
                if self.findings <= PRINTED {
                    self.clear();
                    println!("{finding}");
                }
            }
        }
    }

    fn clear(&self) {
        if stderr().is_terminal() {
            eprint!("\r\x1b[2K");
        }
    }
}

async fn export(config: &Config, file: Option<&Path>) -> Result<(), Failure> {
    use audit_checkpoint::{Column, Entity};
    let scope = scope(config).await?;
    // Written beside its place first: an export that fails leaves the one before as it was.
    let partial = file.map(|file| file.with_added_extension("partial"));
    let cannot = |file: &Path, error: std::io::Error| Failure::Other(format!("{}: {error}", file.display()));
    let mut out: Box<dyn Write + Send> = match &partial {
        Some(partial) => {
            let created = fs::File::create(partial).map_err(|error| cannot(partial, error))?;
            Box::new(std::io::BufWriter::new(created))
        }
        None => Box::new(std::io::stdout()),
    };
    let (mut last, mut number) = (i64::MIN, 0);
    loop {
        let find = scope.find::<Entity>().filter(Column::Position.gt(last));
        let page = find.order(&[Order::ascending(Column::Position)]).at_most(PAGE).await?;
        let Some(newest) = page.last() else { break };
        last = newest.position;
        for checkpoint in &page {
            let line = checkpoints::to_line(checkpoint).map_err(|error| Failure::Other(error.to_string()))?;
            writeln!(out, "{line}")?;
            number += 1;
        }
    }
    out.flush()?;
    drop(out);
    if let (Some(partial), Some(file)) = (partial, file) {
        fs::rename(partial, file).map_err(|error| cannot(file, error))?;
        println!("{number} checkpoints in {}", file.display());
    }
    scope.finish().await?;
    Ok(())
}
