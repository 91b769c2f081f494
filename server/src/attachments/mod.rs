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
mod scanner;
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

/// How many files one member sends at the same time.
const SHARE: usize = 2;

/// What it takes to take files in and hand them out.
#[derive(Clone)]
pub struct Files {
    store: Store,
    scanner: Option<Scanner>,
    terms: Terms,
    turns: Arc<Semaphore>,
    /// The turns of each member that is sending something.
    shares: Arc<Mutex<HashMap<Uuid, Weak<Semaphore>>>>,
}

/// A member's turn to send a file.
pub struct Turn {
    _share: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
}

impl Default for Files {
    fn default() -> Self {
        let store = Store::in_folder("attachments".into());
        let (terms, turns) = (Terms::default(), Arc::new(Semaphore::new(1)));
        Self { store, scanner: None, terms, turns, shares: Arc::default() }
    }
}

impl Files {
    /// As the settings have it, for a database at this address.
    ///
    /// # Errors
    /// The store or the scanner is described wrongly.
    pub fn of(settings: &config::Attachments, database: &str) -> Result<Self, config::Error> {
        Ok(Self {
            store: Store::of(settings, database)?,
            scanner: Scanner::of(settings)?,
            terms: Terms::of(settings),
            turns: Arc::new(Semaphore::new(settings.at_once.get().into())),
            shares: Arc::default(),
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

    /// A turn of a member, which has [`SHARE`] at the same time: whoever sends slowly keeps nobody else waiting. Nothing where
    /// there was none for a while.
    async fn turn_of(&self, member: Uuid) -> Option<Turn> {
        let share = tokio::time::timeout(TURN, self.share(member).acquire_owned()).await.ok()?.ok()?;
        Some(Turn { _share: share, _turn: self.turn().await? })
    }

    fn share(&self, member: Uuid) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        shares.retain(|_, share| share.strong_count() > 0);
        if let Some(share) = shares.get(&member).and_then(Weak::upgrade) {
            return share;
        }
        let share = Arc::new(Semaphore::new(SHARE));
        shares.insert(member, Arc::downgrade(&share));
        share
    }

    /// A turn with a file's bytes in memory; nothing where there was none for a while.
    async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        tokio::time::timeout(TURN, self.turns.clone().acquire_owned()).await.ok()?.ok()
    }
}
