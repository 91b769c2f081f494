//! Taking a file in: what was announced arrives, is looked at, sealed, kept, and only then acknowledged.

use super::keeping::state_of;
use super::links::{Link, Standing, Usage};
use super::scanner::{Silence, Verdict};
use super::{Files, Turn, actions, kinds, rules, store};
use crate::access::sealing::FileKey;
use crate::access::{Action, Scope};
use crate::error::{Fault, Outcome, Problem, Stop, UserErrorCode};
use crate::ids::{self, ObjectType};
use crate::language::Message;
use axum::body::Bytes;
use entity::attachment::{Column, Entity, Kind, Model, State};
use entity::report;
use sea_orm::ColumnTrait;

/// A file that may be sent now.
pub struct Expected {
    row: Model,
    key: FileKey,
    _turn: Turn,
}

/// Why a file is not taken, or not handed out.
#[derive(Debug)]
pub enum Refused {
    /// For a reason that the sender is told.
    Problem(Problem),
    /// The link has ended.
    Over,
    /// Too many are being taken in.
    Busy,
    /// The store cannot be reached.
    Away,
    /// The store works, and does not hold the file any more.
    Lost,
    /// The store has no room.
    Full,
    /// It failed, or there is no such file for this member.
    Fault(Fault),
}

impl<E: Into<Fault>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// What was acknowledged.
pub struct Received {
    /// The file as it is kept.
    pub row: Model,
    /// Whether it was kept just now; else it was there already.
    pub new: bool,
}

/// The file that a link leads to, for whoever announced it. Its bytes may be read from now on: there is room for them.
pub async fn expect(files: &Files, scope: &Scope, id: &str, link: &Link) -> Result<Expected, Refused> {
    let (row, key) = followed(scope, id, link, Usage::Upload).await?;
    if row.author_id != scope.viewer().membership_id() {
        return Err(Refused::Fault(Fault::NotFound));
    }
    let viewer = scope.viewer();
    let account = viewer.account_id().unwrap_or_else(|| viewer.membership_id());
    let turn = files.turn_of(account).await.ok_or(Refused::Busy)?;
    Ok(Expected { row, key, _turn: turn })
}

/// The file that a link leads to, where the link counts for the viewer and the file is among what it sees now.
pub(super) async fn followed(scope: &Scope, id: &str, link: &Link, usage: Usage) -> Result<(Model, FileKey), Refused> {
    let key = ids::decode(ObjectType::Attachment, id).ok_or(Fault::NotFound)?;
    let row = scope.find::<Entity>().by_key(key).one().await?.ok_or(Fault::NotFound)?;
    let key = FileKey::of::<Entity>(scope, &row).await?;
    // What follows takes time, and no connection to the database.
    scope.finish().await?;
    match link.standing(&key, usage, scope.viewer(), scope.now()) {
        Standing::Counts => Ok((row, key)),
        Standing::Over => Err(Refused::Over),
        Standing::Unknown => Err(Refused::Fault(Fault::NotFound)),
    }
}

/// Takes in what was sent. The same bytes again are acknowledged again; other bytes are refused once there are some.
pub async fn receive(files: &Files, scope: &Scope, expected: Expected, sent: Bytes) -> Result<Received, Refused> {
    let Expected { row, key, _turn } = expected;
    let digest = key.sign("sent", &[&sent]);
    if row.state != State::Expected {
        return same(row, &digest);
    }
    let (kind, plain) = tokio::task::spawn_blocking(move || recognised(&sent)).await.map_err(|_| Fault::Internal)??;
    let state = match &files.scanner {
        None => State::NotScanned,
        Some(scanner) => state_after(scanner.scan_at_once(&plain).await),
    };
    let size = i64::try_from(plain.len()).map_err(|_| Fault::Internal)?;
    let sealed = tokio::task::spawn_blocking(move || key.seal(&plain)).await.map_err(|_| Fault::Internal)?;
    let object = super::Store::new_name();
    files.store.put(&object, sealed).await.map_err(|problem| {
        tracing::error!(%problem, "a file cannot be kept");
        if store::is_full(&problem) { Refused::Full } else { Refused::Away }
    })?;
    let filled = Model { state, kind: Some(kind), size, object: object.clone(), digest, ..row };
    let received = acknowledge(scope, filled).await;
    if !received.as_ref().is_ok_and(|received| received.new) {
        files.let_go(&object).await;
    }
    received
}

/// Where a file stands that the scanner was asked about. No answer is never taken for a good one.
fn state_after(answer: Result<Verdict, Silence>) -> State {
    answer.map_or_else(
        |silence| {
            tracing::warn!(%silence, "a file waits for the scanner");
            State::Waiting
        },
        state_of,
    )
}

fn recognised(sent: &[u8]) -> Result<(Kind, Vec<u8>), Refused> {
    let found = kinds::recognise(sent).map_err(|refusal| Refused::Problem(rules::refused(refusal)))?;
    Ok((found.kind, found.bytes.into_owned()))
}

/// What came before is acknowledged again, where it is the same.
fn same(row: Model, digest: &[u8]) -> Result<Received, Refused> {
    if row.digest == digest {
        return Ok(Received { row, new: false });
    }
    Err(Refused::Problem(Problem::new(UserErrorCode::Taken, "", Message::new("attachment-here-already"))))
}

/// Writes the row of a file that is kept. Of two that come at once, one is.
async fn acknowledge(scope: &Scope, filled: Model) -> Result<Received, Refused> {
    let write = scope.begin().await?;
    let report = told(actions::open_report(&write, filled.report_id, "").await)?;
    let own = Column::AuthorId.eq(write.viewer().membership_id());
    let before = write.find::<Entity>().by_key(filled.id).filter(own).one().await?.ok_or(Fault::NotFound)?;
    if before.state != State::Expected {
        return same(before, &filled.digest);
    }
    let after = Model { received_at: Some(write.now()), ..filled };
    write.update_part::<Entity>(&before, after.clone()).await?;
    told(actions::touch(&write, &report).await)?;
    write.audit::<report::Entity>(report.id, Action::AttachmentReceived).await?;
    write.commit().await?;
    Ok(Received { row: after, new: true })
}

fn told<T>(outcome: Outcome<T>) -> Result<T, Refused> {
    outcome.map_err(|stop| match stop {
        Stop::Refused(problems) => {
            problems.into_iter().next().map_or(Refused::Fault(Fault::NotFound), Refused::Problem)
        }
        Stop::Fault(fault) => Refused::Fault(fault),
    })
}

impl Files {
    /// Removes an object that no row names any more. Where that fails, the next look at the store does it.
    pub(super) async fn let_go(&self, object: &str) {
        if !object.is_empty()
            && let Err(problem) = self.store.remove(object).await
        {
            tracing::warn!(%problem, "an object that belongs to nothing is still there; trying again later");
        }
    }
}
