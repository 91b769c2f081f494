//! Files of reports: pictures, texts and recordings that a partner or the Centre adds.
//!
//! A file is announced first, by a mutation, which answers with a link; then its bytes are sent there. What it is, its content
//! says. It is sealed before it is written anywhere, scanned where there is a scanner, and fetched through another link. Each link
//! counts for a few minutes, and for the member alone to whom it was given.

mod actions;
mod downloading;
mod keeping;
pub mod kinds;
mod links;
mod loader;
mod mutations;
pub mod rules;
#[cfg(not(any(test, fuzzing)))]
mod scanner;
#[cfg(any(test, fuzzing))]
pub(crate) mod scanner;
mod store;
mod types;
mod uploading;

pub use downloading::{Download, download};
pub use keeping::{Kept, run as keep, verify};
pub use links::{Link, PATH};
pub use loader::Loader;
pub use mutations::AttachmentMutations;
pub use rules::Terms;
pub use store::Store;
pub use types::{Attachment, AttachmentKind, AttachmentState};
pub use uploading::{Expected, Received, Refused, expect, receive};

use crate::config;
use entity::attachment::{Model, State};
use scanner::Scanner;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// How long a file waits for its turn.
const TURN: Duration = Duration::from_secs(20);

/// How many of so many turns one account has at the same time: not all of them, where there are several.
fn share_of(turns: usize) -> usize {
    if turns <= 2 { 1 } else { 2 }
}

/// What it takes to take files in and hand them out.
#[derive(Clone)]
pub struct Files {
    store: Store,
    scanner: Option<Scanner>,
    terms: Terms,
    turns: Arc<Semaphore>,
    /// How many of the turns one account has.
    share: usize,
    /// The turns of each account that is sending something.
    shares: Arc<Mutex<HashMap<Uuid, Weak<Semaphore>>>>,
    /// The last file that the scanner was too slow for: the next run begins behind it.
    late: Arc<Mutex<Uuid>>,
}

/// An account's turn to send a file.
pub struct Turn {
    _share: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
}

impl Default for Files {
    fn default() -> Self {
        let store = Store::in_folder("attachments".into());
        let (terms, turns) = (Terms::default(), Arc::new(Semaphore::new(1)));
        Self { store, scanner: None, terms, turns, share: 1, shares: Arc::default(), late: Arc::default() }
    }
}

impl Files {
    /// As the settings have it, for a database at this address.
    ///
    /// # Errors
    /// The store or the scanner is described wrongly.
    pub fn of(settings: &config::Attachments, database: &str) -> Result<Self, config::Error> {
        let at_once = usize::from(settings.at_once.get());
        Ok(Self {
            store: Store::of(settings, database)?,
            scanner: Scanner::of(settings)?,
            terms: Terms::of(settings),
            turns: Arc::new(Semaphore::new(at_once)),
            share: share_of(at_once),
            shares: Arc::default(),
            late: Arc::default(),
        })
    }

    /// Keeps an object in the store, reads and removes it.
    ///
    /// # Errors
    /// Something of that fails: in a line that begins with the setting.
    pub async fn check_store(&self) -> Result<(), String> {
        self.store.check().await
    }

    /// Asks the scanner whether it is there; says no where there is none.
    ///
    /// # Errors
    /// It does not answer: in a line that begins with the setting.
    pub async fn check_scanner(&self) -> Result<bool, String> {
        let Some(scanner) = &self.scanner else { return Ok(false) };
        scanner.ping().await.map_err(|silence| format!("attachments.scanner: {silence}"))?;
        Ok(true)
    }

    /// What holds for every file.
    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// Where a file stands here: what came while there was no scanner waits where there is one.
    fn state(&self, kept: State) -> State {
        if kept == State::NotScanned && self.scanner.is_some() { State::Waiting } else { kept }
    }

    /// Whether a file is handed out.
    fn hands_out(&self, row: &Model) -> bool {
        matches!(self.state(row.state), State::Clean | State::NotScanned)
    }

    /// A turn of an account, which never has all of them where there are several: who sends slowly from one account, whatever
    /// its memberships, keeps nobody else waiting. Several accounts together still do. Nothing where there was none for a while.
    async fn turn_of(&self, account: Uuid) -> Option<Turn> {
        let share = tokio::time::timeout(TURN, self.share(account).acquire_owned()).await.ok()?.ok()?;
        Some(Turn { _share: share, _turn: self.turn().await? })
    }

    fn share(&self, account: Uuid) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        shares.retain(|_, share| share.strong_count() > 0);
        if let Some(share) = shares.get(&account).and_then(Weak::upgrade) {
            return share;
        }
        let share = Arc::new(Semaphore::new(self.share));
        shares.insert(account, Arc::downgrade(&share));
        share
    }

    /// A turn with a file's bytes in memory; nothing where there was none for a while.
    async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        tokio::time::timeout(TURN, self.turns.clone().acquire_owned()).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn one_account_never_has_every_turn() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for (turns, most) in [(1, 1), (2, 1), (3, 2), (4, 2), (9, 2)] {
            let files = Files { turns: Arc::new(Semaphore::new(turns)), share: share_of(turns), ..Files::default() };
            let mut taken = Vec::new();
            while let Some(Some(turn)) = files.turn_of(one).now_or_never() {
                taken.push(turn);
            }
            assert_eq!(taken.len(), most, "of {turns}");
            assert_eq!(files.turn_of(other).now_or_never().flatten().is_some(), turns > 1, "another, of {turns}");
            drop(taken);
            assert!(files.turn_of(one).now_or_never().flatten().is_some(), "what was given back, of {turns}");
        }
    }
}
