//! The keys of reports and persons, and those of organisations that wrap them.

use super::envelope::Key;
use super::rows::{KeyOf, Seal, key_of_row, place_of, uuid_of};
use crate::access::{Error, Policy, Purpose, Result, Scope, Write};
use entity::{organisation_key, person, report};
use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, Condition, ModelTrait, Value};
use std::collections::{BTreeSet, HashMap};
use std::ops::Deref;
use std::sync::Arc;
use uuid::Uuid;

/// What there is of a key.
#[derive(Clone)]
pub(in crate::access) enum HeldKey {
    /// It is at hand.
    Open(Arc<Key>),
    /// It is not for the viewer: what it sealed is empty.
    Hidden,
    /// It was destroyed, and was this organisation's.
    Destroyed(Uuid),
    /// There is none. Nothing that it sealed can be left.
    Missing,
    /// It is kept, and does not open.
    Broken,
}

/// The key of each row: its own, or that of its report or person.
pub(super) async fn record_keys<E: Policy>(
    scope: &Scope,
    seal: &Seal<E>,
    rows: &[impl Deref<Target = E::Model>],
) -> Result<Vec<HeldKey>> {
    match seal.key {
        KeyOf::Organisation | KeyOf::OrganisationOnce => Ok(Vec::new()),
        KeyOf::Itself(key_id, wrapped, _) => {
            unwrap_own::<E>(scope, seal.organisation, key_id, wrapped, rows).await?;
            Ok(rows.iter().map(|row| scope.key_of(E::TABLE, key_of_row::<E>(row))).collect())
        }
        KeyOf::Report(column) => of_wholes::<report::Entity, E>(scope, column, rows).await,
        KeyOf::Person(column) => of_wholes::<person::Entity, E>(scope, column, rows).await,
    }
}

/// Whether a text of this row can be kept: not where the key of its report or person is damaged.
pub(in crate::access) async fn can_seal<E: Policy>(scope: &Scope, row: &E::Model) -> Result<bool> {
    let Some(seal) = E::SEAL else { return Ok(true) };
    let key = record_keys::<E>(scope, &seal, &[row]).await?.pop();
    Ok(matches!(key, None | Some(HeldKey::Open(_))))
}

/// The keys of the reports or persons that a column names. They are read only for their keys where they were not read before;
/// what the viewer may not see of them stays sealed to it.
async fn of_wholes<W: Policy, E: Policy>(
    scope: &Scope,
    column: E::Column,
    rows: &[impl Deref<Target = E::Model>],
) -> Result<Vec<HeldKey>>
where
    W::Model: Sync,
{
    let wholes: Vec<Uuid> = rows.iter().filter_map(|row| uuid_of(&**row, column)).collect();
    let mut unread: Vec<Uuid> = wholes.iter().copied().filter(|key| !scope.has_read(W::TABLE, &[*key])).collect();
    unread.sort_unstable();
    unread.dedup();
    if !unread.is_empty() {
        read_wholes::<W>(scope, unread).await?;
    }
    Ok(wholes.into_iter().map(|key| scope.key_of(W::TABLE, key)).collect())
}

fn read_wholes<W: Policy>(scope: &Scope, keys: Vec<Uuid>) -> BoxFuture<'_, Result<()>>
where
    W::Model: Sync,
{
    Box::pin(async move {
        let rows = scope.find::<W>().by_keys(keys).all().await?;
        let Some(Seal { organisation, key: KeyOf::Itself(key_id, wrapped, _), .. }) = W::SEAL else { return Ok(()) };
        // Done already, but for a viewer that leaves texts sealed.
        unwrap_own::<W>(scope, organisation, key_id, wrapped, &rows.iter().collect::<Vec<_>>()).await
    })
}

/// Unwraps the rows' own keys, which the scope remembers.
pub(super) async fn unwrap_own<E: Policy>(
    scope: &Scope,
    organisation: E::Column,
    key_id: E::Column,
    wrapped: E::Column,
    rows: &[impl Deref<Target = E::Model>],
) -> Result<()> {
    let unread = || rows.iter().filter(|row| !scope.has_read(E::TABLE, &[key_of_row::<E>(row)]));
    let keys = organisation_keys(scope, unread().filter_map(|row| uuid_of(&**row, key_id)).collect()).await?;
    for row in unread() {
        let held = match uuid_of(&**row, key_id) {
            None => HeldKey::Missing,
            Some(id) => match keys.get(&id) {
                Some(HeldKey::Open(key)) => own_of::<E>(row, key, organisation, wrapped),
                _ => HeldKey::Broken,
            },
        };
        scope.remember::<E>(row, held);
    }
    Ok(())
}

fn own_of<E: Policy>(row: &E::Model, key: &Key, organisation: E::Column, wrapped: E::Column) -> HeldKey {
    let Value::Bytes(Some(bytes)) = row.get(wrapped) else { return HeldKey::Broken };
    let own = key.open(&place_of::<E>(row, organisation, wrapped), &bytes);
    own.and_then(|bytes| Key::of_bytes(&bytes)).map_or(HeldKey::Broken, |key| HeldKey::Open(Arc::new(key)))
}

/// The keys of organisations with these ids, as far as there are: those at hand, and the others from the database.
pub(super) async fn organisation_keys(scope: &Scope, mut ids: Vec<Uuid>) -> Result<HashMap<Uuid, HeldKey>> {
    ids.sort_unstable();
    ids.dedup();
    let open = |(id, key)| (id, HeldKey::Open(key));
    let at_hand = |id: &Uuid| Some((*id, scope.keyring().at_hand(*id)?));
    let mut keys: HashMap<Uuid, HeldKey> = ids.iter().filter_map(at_hand).map(open).collect();
    keys.extend(scope.created_keys(&ids).into_iter().map(open));
    ids.retain(|id| !keys.contains_key(id));
    if ids.is_empty() {
        return Ok(keys);
    }
    for row in rows_of_keys(scope, ids.clone()).await? {
        if row.destroyed_at.is_some() {
            keys.insert(row.id, HeldKey::Destroyed(row.organisation_id));
            continue;
        }
        let held = match scope.keyring().unwrap(&row).await {
            Ok(key) => HeldKey::Open(key),
            Err(Error::Sealed(what)) => {
                scope.note_unreadable(format!("organisation_key {} does not open: {what}", row.id));
                HeldKey::Broken
            }
            Err(other) => return Err(other),
        };
        keys.insert(row.id, held);
    }
    Ok(keys)
}

/// Of these organisations, those of whose keys the viewer sees any, and so all: what names one that is not among them was changed,
/// or moved. Who keeps the keys sees all there are.
pub(super) fn with_keys_in_sight(
    scope: &Scope,
    organisations: BTreeSet<Uuid>,
) -> BoxFuture<'_, Result<BTreeSet<Uuid>>> {
    Box::pin(async move {
        if organisations.is_empty() || scope.viewer().acts_for(Purpose::KeyKeeping) {
            return Ok(organisations);
        }
        let keys = scope.find::<organisation_key::Entity>();
        let keys = keys.of(organisation_key::Column::OrganisationId, organisations.into_iter().collect());
        Ok(keys.all().await?.into_iter().map(|key| key.organisation_id).collect())
    })
}

fn rows_of_keys(scope: &Scope, ids: Vec<Uuid>) -> BoxFuture<'_, Result<Vec<organisation_key::Model>>> {
    Box::pin(async move { scope.find::<organisation_key::Entity>().by_keys(ids).all().await })
}

/// The key with which an organisation's records are wrapped now. The first record of an organisation makes it.
pub(super) fn key_in_use(write: &Write, organisation: Uuid) -> BoxFuture<'_, Result<(Uuid, Arc<Key>)>> {
    Box::pin(async move {
        if let Some(found) = write.created_key(organisation) {
            return Ok(found);
        }
        if let Some(found) = write.keyring().in_use(organisation, write.now()) {
            return Ok(found);
        }
        if let Some(found) = look_up(write, organisation).await? {
            return Ok(found);
        }
        let (row, key) = write.keyring().new_key(organisation, write.now()).await?;
        let id = row.id;
        if write.insert_part_unless_there::<organisation_key::Entity>(row).await? {
            write.created_a_key(organisation, id, key.clone());
            return Ok((id, key));
        }
        // Another first record came in between.
        let missing = || Error::Sealed(format!("organisation {organisation} has no key, and none could be made"));
        look_up(write, organisation).await?.ok_or_else(missing)
    })
}

async fn look_up(write: &Write, organisation: Uuid) -> Result<Option<(Uuid, Arc<Key>)>> {
    use organisation_key::Column;
    let in_use = Condition::all().add(Column::OrganisationId.eq(organisation)).add(Column::RetiredAt.is_null());
    let found = write.find::<organisation_key::Entity>().filter(in_use).one().await?;
    let Some(row) = found else { return Ok(None) };
    let damaged = |error| match error {
        Error::Sealed(what) => Error::Unsealable(format!("organisation_key {} does not open: {what}", row.id)),
        other => other,
    };
    let key = write.keyring().unwrap(&row).await.map_err(damaged)?;
    write.keyring().is_in_use(organisation, row.id, write.now());
    Ok(Some((row.id, key)))
}
