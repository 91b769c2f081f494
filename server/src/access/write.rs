//! Writing: one transaction, each change allowed by the policy of its table and followed by its audit row.

use super::policy::{self, Change, Policy, Root};
use super::signals::{self, Heard, Signals};
use super::{Act, Error, Purpose, Result, Scope, audit, sealing};
use sea_orm::{
    ActiveModelTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter,
    Statement,
};
use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// A scope that writes. It reads like any other; what it changed is there after [`commit`](Self::commit), all or nothing.
pub struct Write {
    scope: Scope,
    parent: Scope,
    changed: AtomicBool,
    audited: AtomicBool,
    signals: Mutex<Signals>,
    told: AtomicBool,
    indexed: AtomicBool,
}

impl Deref for Write {
    type Target = Scope;

    fn deref(&self) -> &Scope {
        &self.scope
    }
}

impl Write {
    pub(super) fn new(scope: Scope, parent: Scope) -> Self {
        Self {
            scope,
            parent,
            changed: AtomicBool::new(false),
            audited: AtomicBool::new(false),
            signals: Mutex::default(),
            told: AtomicBool::new(false),
            indexed: AtomicBool::new(false),
        }
    }

    /// Adds a row and its audit row.
    pub async fn insert<E: Root>(&self, row: E::Model, act: impl Into<Act>) -> Result<E::Model>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        let key = E::key(&row);
        let row = self.insert_part::<E>(row).await?;
        self.audit::<E>(key, act).await?;
        Ok(row)
    }

    /// Adds a row that is a part of another, whose audit row stands for both.
    pub async fn insert_part<E: Policy>(&self, row: E::Model) -> Result<E::Model>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        let row = sealing::keyed::<E>(self, row).await?;
        self.insert_parts::<E>(vec![row.clone()]).await?;
        Ok(row)
    }

    /// Adds rows that are parts of another.
    pub async fn insert_parts<E: Policy>(&self, rows: Vec<E::Model>) -> Result<()>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        for row in &rows {
            self.permit::<E>(Change::Insert(row))?;
            self.note_signal::<E>(row);
        }
        let mut sealed = Vec::with_capacity(rows.len());
        for row in rows {
            let row = sealing::keyed::<E>(self, row).await?;
            sealed.push(sealing::seal::<E>(self, None, &row).await?);
        }
        let transaction = self.transaction().await?;
        // Both databases bound the number of parameters in a statement; SQLite's bound, 32,766, is the lower one.
        for chunk in sealed.chunks(500) {
            let rows = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
            E::insert_many(rows).exec_without_returning(&*transaction).await?;
        }
        self.changed.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Adds a row unless one with the same unique key is there. Says whether it was added.
    pub async fn insert_part_unless_there<E: Policy>(&self, row: E::Model) -> Result<bool>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        self.permit::<E>(Change::Insert(&row))?;
        let row = sealing::keyed::<E>(self, row).await?;
        let insert = E::insert(sealing::seal::<E>(self, None, &row).await?.into_active_model().reset_all());
        let nothing = sea_orm::sea_query::OnConflict::new().do_nothing().to_owned();
        let added = insert.on_conflict(nothing).exec_without_returning(&*self.transaction().await?).await;
        match added {
            Ok(0) | Err(sea_orm::DbErr::RecordNotInserted) => Ok(false),
            Ok(_) => {
                self.note_signal::<E>(&row);
                self.changed.store(true, Ordering::Relaxed);
                Ok(true)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Changes a row that was found before, to what `after` says, and writes its audit row.
    pub async fn update<E: Root>(&self, before: &E::Model, after: E::Model, act: impl Into<Act>) -> Result<E::Model>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        self.update_part::<E>(before, after.clone()).await?;
        self.audit::<E>(E::key(before), act).await?;
        Ok(after)
    }

    /// Changes a row whose audit row is another's.
    pub async fn update_part<E: Policy>(&self, before: &E::Model, after: E::Model) -> Result<()>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        use sea_orm::{Iterable, PrimaryKeyToColumn};
        self.permit::<E>(Change::Update(before))?;
        if !policy::stays::<E>(self.viewer(), before, &after) {
            return Err(Error::NotPermitted(E::TABLE));
        }
        self.note_signal::<E>(before);
        self.note_signal::<E>(&after);
        let mut same_row = Condition::all();
        let mut values = sealing::seal::<E>(self, Some(before), &after).await?.into_active_model().reset_all();
        for key in E::PrimaryKey::iter() {
            let column = key.into_column();
            same_row = same_row.add(sea_orm::ColumnTrait::eq(&column, before.get(column)));
            values.not_set(column);
        }
        // PostgreSQL gives no right to set them, but for those that the policy lets some change.
        let same = |column: &E::Column| before.get(*column) == after.get(*column);
        policy::kept::<E>().filter(same).for_each(|column| values.not_set(column));
        sealing::unreadable::<E>(&after).into_iter().for_each(|column| values.not_set(column));
        // A record keeps its key whatever changes: a rotation may have wrapped it anew since it was read.
        sealing::own_key_columns::<E>().into_iter().for_each(|column| values.not_set(column));
        let update = E::update_many().set(values).filter(E::visible_to(self.viewer())).filter(same_row);
        let changed = update.exec(&*self.transaction().await?).await?;
        if changed.rows_affected != 1 {
            return Err(Error::NotPermitted(E::TABLE));
        }
        self.changed.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Changes what those who keep the keys change of a row, as it is to be kept: its own key, or texts that they sealed anew.
    /// All else stays. Rows that are found without their texts are as they are kept.
    pub(super) async fn update_kept<E: Policy>(&self, before: &E::Model, after: &E::Model) -> Result<()> {
        use sea_orm::{Iterable, PrimaryKeyToColumn};
        let columns = sealing::changed_by_rotation::<E>();
        if columns.is_empty() || !self.viewer().acts_for(Purpose::KeyKeeping) {
            return Err(Error::NotPermitted(E::TABLE));
        }
        self.permit::<E>(Change::Update(before))?;
        let mut update = E::update_many().filter(E::visible_to(self.viewer()));
        for key in E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column) {
            update = update.filter(sea_orm::ColumnTrait::eq(&key, before.get(key)));
        }
        for column in columns {
            update = update.col_expr(column, sea_orm::sea_query::Expr::value(after.get(column)));
        }
        if update.exec(&*self.transaction().await?).await?.rows_affected != 1 {
            return Err(Error::NotPermitted(E::TABLE));
        }
        self.changed.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Whether a text of this row can be kept.
    pub async fn can_seal<E: Policy>(&self, row: &E::Model) -> Result<bool> {
        sealing::can_seal::<E>(self, row).await
    }

    /// Removes a row that was found before, and writes its audit row.
    pub async fn delete<E: Root>(&self, row: &E::Model, act: impl Into<Act>) -> Result<()> {
        use sea_orm::{Iterable, PrimaryKeyToColumn};
        self.permit::<E>(Change::Delete(row))?;
        self.note_signal::<E>(row);
        let mut delete = E::delete_many().filter(E::visible_to(self.viewer()));
        for key in E::PrimaryKey::iter() {
            let column = key.into_column();
            delete = delete.filter(sea_orm::ColumnTrait::eq(&column, row.get(column)));
        }
        delete.exec(&*self.transaction().await?).await?;
        self.changed.store(true, Ordering::Relaxed);
        self.audit::<E>(E::key(row), act).await
    }

    /// Removes the parts that meet a condition. Each must be one that the viewer may see and remove.
    pub async fn delete_parts<E: Policy>(&self, condition: Condition) -> Result<u64> {
        let rows = self.find::<E>().filter(condition.clone()).all().await?;
        for row in &rows {
            self.permit::<E>(Change::Delete(row))?;
            self.note_signal::<E>(row);
        }
        let delete = E::delete_many().filter(E::visible_to(self.viewer())).filter(condition);
        let removed = delete.exec(&*self.transaction().await?).await?;
        self.changed.fetch_or(removed.rows_affected > 0, Ordering::Relaxed);
        Ok(removed.rows_affected)
    }

    /// Writes an audit row about an object, and what there is to tell of the action to the outbox.
    pub async fn audit<E: Root>(&self, key: Uuid, act: impl Into<Act>) -> Result<()> {
        let act = act.into();
        self.tell_action::<E>(act.action, key).await?;
        let row = audit::row(self.viewer(), self.request_id(), self.now(), act, E::OBJECT, key);
        self.write_audit(row).await
    }

    /// Writes an audit row of the service about what another account did before it became a viewer.
    pub(super) async fn audit_as<E: Root>(
        &self,
        key: Uuid,
        act: impl Into<Act>,
        account_id: Uuid,
        acting: Option<(Uuid, Uuid)>,
    ) -> Result<()> {
        let row = audit::row(self.viewer(), self.request_id(), self.now(), act.into(), E::OBJECT, key);
        self.write_audit(entity::audit_event::Model {
            account_id: Some(account_id),
            organisation_id: acting.map(|(organisation_id, _)| organisation_id),
            membership_id: acting.map(|(_, membership_id)| membership_id),
            ..row
        })
        .await
    }

    async fn write_audit(&self, row: entity::audit_event::Model) -> Result<()> {
        let row = sealing::seal::<entity::audit_event::Entity>(self, None, &row).await?;
        let insert = entity::audit_event::Entity::insert(row.into_active_model().reset_all());
        insert.exec_without_returning(&*self.transaction().await?).await?;
        self.audited.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Waits until no other transaction holds one of these keys, and holds them until this one ends: for rules about rows of others,
    /// which whoever does not see them cannot lock. SQLite has one writer anyway.
    pub async fn hold(&self, keys: &[Uuid]) -> Result<()> {
        if self.backend() != DbBackend::Postgres || keys.is_empty() {
            return Ok(());
        }
        // Always in the same order, so that no two wait for each other.
        let locks: BTreeSet<i64> = keys.iter().map(|key| key.as_u64_pair().1.cast_signed()).collect();
        let locks: Vec<_> = locks.iter().map(|lock| format!("pg_advisory_xact_lock({lock})")).collect();
        let sql = format!("SELECT {}", locks.join(", "));
        self.transaction().await?.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        Ok(())
    }

    /// Makes changes last that are no act of anybody: a session's last use, a sign-in under way.
    pub(super) async fn commit_unaudited(self) -> Result<()> {
        self.audited.store(true, Ordering::Relaxed);
        self.commit().await
    }

    /// Makes the removal of what has expired last, which is no act of anybody. Only the service at that work may.
    pub async fn commit_expiry(self) -> Result<()> {
        if !self.viewer().acts_for(Purpose::Expiry) {
            return Err(Error::Unaudited);
        }
        self.commit_unaudited().await
    }

    /// Makes newly wrapped keys last, which change nothing of what they seal.
    pub(super) async fn commit_key_keeping(self) -> Result<()> {
        if !self.viewer().acts_for(Purpose::KeyKeeping) {
            return Err(Error::Unaudited);
        }
        self.commit_unaudited().await
    }

    /// Makes the changes last. Refuses when something changed and no audit row says so.
    pub async fn commit(self) -> Result<()> {
        if self.changed.load(Ordering::Relaxed) && !self.audited.load(Ordering::Relaxed) {
            return Err(Error::Unaudited);
        }
        let transaction = self.transaction().await?;
        self.scope.take_transaction().await;
        let signals = std::mem::take(&mut *self.signals());
        if signals.is_empty() {
            transaction.commit().await?;
        } else if self.backend() == DbBackend::Postgres {
            transaction.commit_telling(signals::notification(&signals)).await?;
        } else {
            transaction.commit().await?;
            self.signal_desk().tell(Heard::Signals(Arc::new(signals)));
        }
        self.parent.count(transaction.statements());
        self.parent.noted().append(&mut self.scope.noted());
        if self.told.load(Ordering::Relaxed) {
            self.parent.wake_notifications();
        }
        if self.indexed.load(Ordering::Relaxed) {
            self.parent.wake_matching();
        }
        Ok(())
    }

    /// Notes what those who wait are told of this row. That its key was wrapped anew is no signal.
    fn note_signal<E: Policy>(&self, row: &E::Model) {
        if let Some(signal) = E::signal(row).filter(|_| !self.viewer().acts_for(Purpose::KeyKeeping)) {
            self.signals().add(signal);
        }
    }

    fn signals(&self) -> std::sync::MutexGuard<'_, Signals> {
        self.signals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes whether something changed, which an audit row must follow.
    pub(super) fn has_changed(&self, changed: bool) {
        self.changed.fetch_or(changed, Ordering::Relaxed);
    }

    /// Notes that the outbox has news once this lasts.
    pub(super) fn has_told(&self) {
        self.told.store(true, Ordering::Relaxed);
    }

    /// Notes that there are persons to compare once this lasts.
    pub(super) fn has_indexed(&self) {
        self.indexed.store(true, Ordering::Relaxed);
    }

    pub(super) fn permit<E: Policy>(&self, change: Change<'_, E>) -> Result<()> {
        if E::may_write(self.viewer(), change) { Ok(()) } else { Err(Error::NotPermitted(E::TABLE)) }
    }
}

#[cfg(test)]
mod tests;
