//! The scope: a viewer with a connection.

use super::find::primary_key;
use super::sealing::{HeldKey, Key, Keyring};
use super::signals::SignalDesk;
use super::transaction::Transaction;
use super::{Action, Database, Find, Policy, Purpose, Result, Tally, Viewer, Write, audit};
use crate::clock::Clock;
use crate::ids::ObjectType;
use chrono::{DateTime, NaiveDate, Utc};
use entity::audit_event;
use sea_orm::{ActiveModelTrait, ColumnTrait, DbBackend, EntityTrait, IntoActiveModel, ModelTrait, QueryTrait, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// A viewer with a connection, for the time of one request or job. It finds what the viewer may see and nothing else.
///
/// It keeps both private. Its reads share one transaction, opened by the first of them. What was read of reports and
/// identities is noted, and [`finish`](Self::finish) writes the audit rows: no answer leaves before that.
#[derive(Clone)]
pub struct Scope(Arc<Inner>);

/// Keys of records, by table and row.
type RecordKeys = HashMap<(&'static str, Uuid), HeldKey>;

struct Inner {
    database: Database,
    viewer: Viewer,
    clock: Clock,
    request_id: Uuid,
    transaction: tokio::sync::Mutex<Option<Arc<Transaction>>>,
    /// Whether the transaction is a writing one, which belongs to a [`Write`].
    writes: bool,
    noted: Mutex<BTreeSet<(Action, ObjectType, Uuid)>>,
    /// Rows with parts that it has read or written, each with the key that seals it.
    read: Mutex<RecordKeys>,
    /// What was read in the request and could not be opened, in words.
    unreadable: Arc<Mutex<BTreeSet<String>>>,
    /// Keys that it made for organisations, by organisation.
    created: Mutex<HashMap<Uuid, (Uuid, Arc<Key>)>>,
    statements: AtomicUsize,
}

impl Scope {
    /// A scope for one request or job.
    pub fn new(database: Database, viewer: Viewer, clock: Clock, request_id: Uuid) -> Self {
        Self::with_transaction(database, viewer, clock, request_id, None, Arc::default())
    }

    fn with_transaction(
        database: Database,
        viewer: Viewer,
        clock: Clock,
        request_id: Uuid,
        transaction: Option<Transaction>,
        unreadable: Arc<Mutex<BTreeSet<String>>>,
    ) -> Self {
        Self(Arc::new(Inner {
            database,
            viewer,
            clock,
            request_id,
            writes: transaction.is_some(),
            transaction: tokio::sync::Mutex::new(transaction.map(Arc::new)),
            noted: Mutex::default(),
            read: Mutex::default(),
            unreadable,
            created: Mutex::default(),
            statements: AtomicUsize::new(0),
        }))
    }

    /// Who acts.
    pub fn viewer(&self) -> &Viewer {
        &self.0.viewer
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// The day in Serbia.
    pub fn today(&self) -> NaiveDate {
        self.0.clock.today()
    }

    /// The request, as it stands in the audit trail and in the response's header.
    pub fn request_id(&self) -> Uuid {
        self.0.request_id
    }

    /// Rows of a table that the viewer may see.
    pub fn find<E: Policy>(&self) -> Find<E> {
        Find::new(self.clone())
    }

    /// Counts rows of a table, for statistics: some roles may count what they may not read.
    pub async fn tally<E: Policy>(&self) -> Result<Tally<E>> {
        let viewer = self.0.viewer.with_purpose(Purpose::Count);
        let transaction = self.0.database.read(&viewer).await?;
        Ok(Tally::new(viewer, transaction, self.clone()))
    }

    /// Begins to write. What this scope read so far is put away first, so that later reads see the change.
    pub async fn begin(&self) -> Result<Write> {
        self.begin_as(self.0.viewer.clone()).await
    }

    /// Begins to write for a purpose of its own, as narrow as the purpose.
    pub(super) async fn begin_as(&self, viewer: Viewer) -> Result<Write> {
        self.finish().await?;
        let transaction = self.0.database.write(&viewer).await?;
        let (database, clock, unreadable) = (self.0.database.clone(), self.0.clock, self.0.unreadable.clone());
        let inner = Self::with_transaction(database, viewer, clock, self.0.request_id, Some(transaction), unreadable);
        Ok(Write::new(inner, self.clone()))
    }

    /// Begins what reaches beyond a case worker's assignments.
    pub async fn begin_beyond_assignment(&self) -> Result<Write> {
        self.begin_as(self.0.viewer.with_purpose(Purpose::BeyondAssignment)).await
    }

    /// Begins to gather what is held of a person, its identity included.
    pub async fn begin_export(&self) -> Result<Write> {
        self.begin_as(self.0.viewer.with_purpose(Purpose::Export)).await
    }

    /// The key of the submitted report with this reference, also where the viewer is barred from it. It is for the audit trail
    /// alone: what is written down about that report is hidden from whoever is barred from it.
    pub async fn key_for_the_trail(&self, reference: &str) -> Result<Option<Uuid>> {
        let (viewer, inner) = (Viewer::service(Purpose::Timekeeping), &self.0);
        let scope = Self::new(inner.database.clone(), viewer, inner.clock, inner.request_id);
        let named = entity::report::Column::Reference.eq(reference);
        let found = scope.find::<entity::report::Entity>().filter(named).one().await?;
        scope.finish().await?;
        Ok(found.map(|report| report.id))
    }

    /// Notes that content of an object was read. The row is written before the answer leaves.
    pub fn note_read(&self, action: Action, object_type: ObjectType, key: Uuid) {
        self.noted().insert((action, object_type, key));
    }

    /// Begins to take or give up a place of a session, which takes counting the places of others.
    pub async fn begin_placement(&self) -> Result<Write> {
        self.begin_as(self.0.viewer.with_purpose(Purpose::Placement)).await
    }

    /// Begins to take a test, or to go on with it: answers are held against the right ones.
    pub async fn begin_grading(&self) -> Result<Write> {
        self.begin_as(self.0.viewer.with_purpose(Purpose::Grading)).await
    }

    /// Begins a step that moves a clock of the Centre, which the viewer itself does not see.
    pub async fn begin_timekeeping(&self) -> Result<Write> {
        self.begin_as(self.0.viewer.with_purpose(Purpose::Timekeeping)).await
    }

    /// Begins to evaluate a session.
    pub async fn begin_evaluation(&self) -> Result<Write> {
        self.begin_as(self.0.viewer.with_purpose(Purpose::Evaluation)).await
    }

    /// Writes the audit rows of what was read, and ends the reading transaction.
    pub async fn finish(&self) -> Result<()> {
        let noted = std::mem::take(&mut *self.noted());
        let transaction = self.0.transaction.lock().await.take();
        if noted.is_empty() {
            if let Some(transaction) = transaction {
                transaction.commit().await?;
                self.count(transaction.statements());
            }
            return Ok(());
        }
        let transaction = match transaction {
            Some(transaction) if self.0.database.reads_may_write() => transaction,
            read => {
                self.count(read.map_or(0, |read| read.statements()));
                Arc::new(self.0.database.write(&self.0.viewer).await?)
            }
        };
        let now = self.now();
        let rows = noted.into_iter().map(|(action, object_type, key)| {
            let row = audit::row(&self.0.viewer, self.0.request_id, now, action.into(), object_type, key);
            row.into_active_model().reset_all()
        });
        let insert = audit_event::Entity::insert_many(rows).build(self.backend());
        transaction.commit_with(insert).await?;
        self.count(transaction.statements());
        Ok(())
    }

    /// Sees to it that what was erased is not left in the database's own log, as far as that can be told by the service; while
    /// somebody reads, not yet.
    pub async fn settle_erasures(&self) -> Result<()> {
        self.0.database.settle().await
    }

    /// How many statements it sent so far, those of its writing transactions included.
    pub fn statements(&self) -> usize {
        self.0.statements.load(Ordering::Relaxed)
    }

    pub(super) fn count(&self, statements: usize) {
        self.0.statements.fetch_add(statements, Ordering::Relaxed);
    }

    pub(super) fn noted(&self) -> MutexGuard<'_, BTreeSet<(Action, ObjectType, Uuid)>> {
        self.0.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a row whose parts may be asked for next.
    pub(super) fn remember<E: Policy>(&self, row: &E::Model, key: HeldKey) {
        if let Value::Uuid(Some(id)) = row.get(primary_key::<E>()) {
            self.read().insert((E::TABLE, id), key);
        }
    }

    /// Forgets what it read.
    pub(super) fn forget(&self) {
        self.read().clear();
    }

    /// Whether it has read all of these rows of the table.
    pub(super) fn has_read(&self, table: &'static str, keys: &[Uuid]) -> bool {
        let read = self.read();
        keys.iter().all(|key| read.contains_key(&(table, *key)))
    }

    /// The key that seals a row which it has read. What it has not read is not for the viewer, unless it sees them all.
    pub(super) fn key_of(&self, table: &'static str, row: Uuid) -> HeldKey {
        let sees_all = self.viewer().acts_for(Purpose::KeyKeeping);
        let unread = || if sees_all { HeldKey::Missing } else { HeldKey::Hidden };
        self.read().get(&(table, row)).cloned().unwrap_or_else(unread)
    }

    /// Names in the log what does not open: once, however often it is read. The words hold no text.
    pub(super) fn note_unreadable(&self, what: String) {
        let mut noted = self.0.unreadable.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.insert(what.clone()) {
            tracing::error!(%what, "a sealed text cannot be read");
        }
    }

    fn read(&self) -> MutexGuard<'_, RecordKeys> {
        self.0.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes whoever tells news on this server.
    pub(super) fn wake_notifications(&self) {
        self.0.database.outbox().notify_one();
    }

    /// Wakes whoever compares persons on this server.
    pub(super) fn wake_matching(&self) {
        self.0.database.to_match().notify_one();
    }

    pub(super) fn keyring(&self) -> &Keyring {
        self.0.database.keyring()
    }

    /// Notes a key that it made for an organisation; it counts in this transaction alone until that is committed.
    pub(super) fn created_a_key(&self, organisation: Uuid, id: Uuid, key: Arc<Key>) {
        self.created().insert(organisation, (id, key));
    }

    pub(super) fn created_key(&self, organisation: Uuid) -> Option<(Uuid, Arc<Key>)> {
        self.created().get(&organisation).cloned()
    }

    /// Those of these keys that it made.
    pub(super) fn created_keys(&self, ids: &[Uuid]) -> Vec<(Uuid, Arc<Key>)> {
        self.created().values().filter(|(id, _)| ids.contains(id)).cloned().collect()
    }

    fn created(&self) -> MutexGuard<'_, HashMap<Uuid, (Uuid, Arc<Key>)>> {
        self.0.created.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.0.database.backend()
    }

    pub(super) fn signal_desk(&self) -> &SignalDesk {
        &self.0.database.signal_desk
    }

    pub(super) fn writes(&self) -> bool {
        self.0.writes
    }

    /// The transaction, opened where it is not yet.
    pub(super) async fn transaction(&self) -> Result<Arc<Transaction>> {
        let mut slot = self.0.transaction.lock().await;
        if let Some(transaction) = &*slot {
            return Ok(transaction.clone());
        }
        let opened = Arc::new(self.0.database.read(&self.0.viewer).await?);
        *slot = Some(opened.clone());
        Ok(opened)
    }

    /// Takes the writing transaction out, to end it.
    pub(super) async fn take_transaction(&self) -> Option<Arc<Transaction>> {
        self.0.transaction.lock().await.take()
    }
}

#[cfg(test)]
mod tests;
