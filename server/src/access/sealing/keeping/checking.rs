//! Looking whether everything opens.

use super::{PAGE, keys};
use crate::access::find::{after_key, by_key};
use crate::access::sealing::rows::{KeyOf, Seal, check, key_of_row, uuid_of};
use crate::access::tables::for_each_table;
use crate::access::{Action, Error, Policy, Result, Scope};
use entity::{audit_event, index_key, organisation_key};
use sea_orm::{ColumnTrait, IdenStatic};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many rows were looked at.
    pub rows: u64,
    /// What does not open, in words: table, column, row.
    pub broken: Vec<String>,
}

impl Checked {
    /// Notes a key that does not open. That Vault is away says nothing of a key.
    fn note<T>(&mut self, table: &str, id: Uuid, opened: Result<T>) -> Result<()> {
        match opened {
            Err(Error::Sealed(what)) => self.broken.push(format!("{table} {id}: {what}")),
            opened => _ = opened?,
        }
        Ok(())
    }
}

/// Opens everything there is, of every table of which anything is sealed, page by page, and says what does not open. `progress`
/// learns how many rows are done.
///
/// The scope acts for [`Purpose::KeyKeeping`](crate::access::Purpose::KeyKeeping).
pub async fn verify(scope: &Scope, progress: &(dyn Fn(u64) + Sync)) -> Result<Checked> {
    let mut checked = Checked::default();
    check_keys(scope, &mut checked).await?;
    macro_rules! check_tables {
        ($($table:ident),*) => {$( check_table::<entity::$table::Entity>(scope, &mut checked, progress).await?; )*};
    }
    for_each_table!(check_tables);
    Ok(checked)
}

async fn check_keys(scope: &Scope, checked: &mut Checked) -> Result<()> {
    let (destroyed, kept): (Vec<_>, Vec<_>) =
        keys(scope, None).await?.into_iter().partition(|key| key.destroyed_at.is_some());
    checked.rows += (destroyed.len() + kept.len()) as u64;
    for key in kept {
        checked.note("organisation_key", key.id, scope.keyring().unwrap(&key).await)?;
    }
    check_destroyed(scope, &destroyed, checked).await?;
    for key in scope.find::<index_key::Entity>().all().await? {
        checked.rows += 1;
        checked.note("index_key", key.id, scope.keyring().unwrap_index_key(&key).await)?;
    }
    scope.finish().await
}

/// What is marked as destroyed was destroyed by who keeps the keys: the audit trail knows each.
async fn check_destroyed(scope: &Scope, destroyed: &[organisation_key::Model], checked: &mut Checked) -> Result<()> {
    let mut marked: BTreeMap<Uuid, usize> = BTreeMap::new();
    for key in destroyed {
        *marked.entry(key.organisation_id).or_default() += 1;
    }
    for (organisation, marked) in marked {
        let said = said_of(scope, Action::KeyDestroyed, vec![organisation]).await?.len();
        if said < marked {
            let what = format!(
                "organisation_key: {marked} of organisation {organisation} are marked as destroyed, and the audit trail says so of {said}"
            );
            checked.broken.push(what);
        }
    }
    Ok(())
}

/// The objects of which the audit trail says this, each as often as it says so.
async fn said_of(scope: &Scope, action: Action, objects: Vec<Uuid>) -> Result<Vec<Uuid>> {
    use audit_event::Column;
    let said = scope.find::<audit_event::Entity>().filter(Column::Action.eq(action.as_str()));
    Ok(said.of(Column::ObjectId, objects).all().await?.into_iter().filter_map(|row| row.object_id).collect())
}

async fn check_table<E: Policy>(scope: &Scope, checked: &mut Checked, progress: &(dyn Fn(u64) + Sync)) -> Result<()> {
    if E::SEAL.is_none() {
        return Ok(());
    }
    let mut last = None;
    loop {
        let find = scope.find::<E>().filter(after_key::<E>(last.as_ref())).order(&by_key::<E>());
        let rows = find.at_most(PAGE).await?;
        for row in &rows {
            checked.broken.extend(check::<E>(scope, row).await?);
        }
        checked.broken.extend(without_a_key::<E>(scope, &rows).await?);
        checked.rows += rows.len() as u64;
        // The keys of these rows are needed no more.
        scope.finish().await?;
        scope.forget();
        last = rows.into_iter().last();
        if last.is_none() {
            return Ok(());
        }
        progress(checked.rows);
    }
}

/// Records without a key of which the audit trail does not say that they were erased.
async fn without_a_key<E: Policy>(scope: &Scope, rows: &[E::Model]) -> Result<Vec<String>> {
    let Some(Seal { key: KeyOf::Itself(key_id, _, erased), .. }) = E::SEAL else { return Ok(Vec::new()) };
    let keyless = rows.iter().filter(|row| uuid_of(*row, key_id).is_none());
    let keyless: Vec<Uuid> = keyless.map(key_of_row::<E>).collect();
    if keyless.is_empty() {
        return Ok(Vec::new());
    }
    let erased: HashSet<Uuid> = said_of(scope, erased, keyless.clone()).await?.into_iter().collect();
    let (table, column) = (E::TABLE, key_id.as_str());
    let lost = keyless.into_iter().filter(|key| !erased.contains(key));
    Ok(lost.map(|key| format!("{table}.{column} of {key} is gone, and the audit trail tells of no erasure")).collect())
}
