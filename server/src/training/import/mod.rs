//! Past participants from a list, a table of XLSX or CSV: who was there before the service was.
//!
//! A list is read whole, held against the directory and against the sessions that the viewer trains, and only then written: all
//! of it or nothing. What is written follows from what was found alone, so that a dry run answers what the real one would.
//!
//! | file | what it does |
//! | --- | --- |
//! | `columns` | which columns there are, and how their headings are written |
//! | `csv`, `xlsx` | read lines of cells |
//! | `rules` | what must be true of a cell. Pure |
//! | `reading` | makes sessions, institutions and participants of the lines |
//! | `directory` | finds institutions and programmes by what people call them |
//! | `matching` | what is there already, and what is to be added |
//! | `storing` | adds it |

mod columns;
mod csv;
mod directory;
mod matching;
#[cfg(any(test, fuzzing))]
pub(crate) mod parsers;
mod reading;
mod rules;
mod storing;
#[cfg(test)]
mod tests;
mod xlsx;

pub use columns::template;
pub use reading::{Finding, MOST_FINDINGS};

use crate::access::Scope;
use crate::error::{Fault, Outcome, Problem, Stop, UserErrorCode};
use crate::idempotency::Once;
use crate::language::Message;
use reading::Reading;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// How a list comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Values between commas, semicolons or tabs, in UTF-8, UTF-16 with its mark, or windows-1250.
    Csv,
    /// The first sheet of a workbook.
    Xlsx,
}

/// Why a file cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unreadable {
    /// It is not what its type says.
    Broken,
    /// It unpacks to more than any list takes.
    TooLarge,
}

impl From<Unreadable> for Problem {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::Broken => Self::new(UserErrorCode::Invalid, "", Message::new("import-unreadable")),
            Unreadable::TooLarge => Self::new(UserErrorCode::TooLong, "", Message::new("import-unpacks-too-large")),
        }
    }
}

/// What a list comes to.
#[derive(Debug, Default, PartialEq)]
pub struct Report {
    /// How many lines there are below the headings.
    pub lines: usize,
    /// How many sessions are added, as completed ones.
    pub sessions_added: usize,
    /// How many sessions were there.
    pub sessions_there: usize,
    /// How many participants are added.
    pub participants_added: usize,
    /// How many participants were there.
    pub participants_there: usize,
    /// How many lines name somebody of a session whom an earlier line names.
    pub lines_repeated: usize,
    /// How many days of participants are added to the attendance.
    pub attendance_added: usize,
    /// How much is wrong; where anything is, nothing is added.
    pub found: usize,
    /// The first of what is wrong, in the order of the lines.
    pub findings: Vec<Finding>,
}

/// One list is read at a time, so that memory has a bound: others wait. It also keeps two lists of one server apart.
static READING: Semaphore = Semaphore::const_new(1);

/// Waits until it is one's turn to send a list.
///
/// # Errors
/// When the server stops.
pub async fn turn() -> Result<tokio::sync::SemaphorePermit<'static>, Fault> {
    READING.acquire().await.map_err(|_| Fault::Unavailable)
}

/// Imports a list, or says what that would come to.
///
/// # Errors
/// When the database fails. What is wrong with the list stands in the report.
pub async fn run(scope: &Scope, format: Format, bytes: Vec<u8>, dry: bool) -> Result<Report, Fault> {
    // The key is a digest of the list, which tells nothing that the rows of the list do not.
    let once = Once::of_bytes("importParticipants", &hex::encode(Sha256::digest(&bytes)), &bytes);
    let today = scope.today();
    let reading = tokio::task::spawn_blocking(move || Reading::of(format, &bytes, today)).await;
    let reading = reading.map_err(|error| {
        tracing::error!(%error, "a list cannot be read");
        Fault::Internal
    })?;
    let report = if dry { rehearse(scope, reading).await } else { perform(scope, &once, reading).await };
    report.map_err(|stop| match stop {
        Stop::Fault(fault) => fault,
        Stop::Refused(_) => Fault::Internal,
    })
}

async fn rehearse(scope: &Scope, reading: Reading) -> Outcome<Report> {
    let plan = matching::plan(scope, reading).await?;
    scope.finish().await?;
    Ok(plan.report())
}

async fn perform(scope: &Scope, once: &Once, reading: Reading) -> Outcome<Report> {
    let write = scope.begin().await?;
    // The same file sent twice at once: the second waits here, and finds everything there.
    once.claim(&write, Uuid::nil()).await?;
    let plan = matching::plan(&write, reading).await?;
    let report = plan.report();
    if plan.adds_something() {
        storing::store(&write, plan).await?;
        write.commit().await?;
    }
    Ok(report)
}
