//! Rows as they are read and as they are written.

use super::envelope::{Key, Place};
use crate::access::find::primary_key;
use crate::access::{Error, Policy, Result, Scope, Write};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use entity::{organisation_key, person, report};
use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, Condition, EntityTrait, IdenStatic, ModelTrait, Value};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// What is sealed in a table.
pub struct Seal<E: EntityTrait> {
    /// The columns whose texts are sealed.
    pub columns: &'static [E::Column],
    /// The column that names the organisation.
    pub organisation: E::Column,
    /// Whose key seals them.
    pub key: KeyOf<E>,
}

/// Whose key seals a row.
pub enum KeyOf<E: EntityTrait> {
    /// Its own, wrapped, in its second column; the first says with which key of the organisation.
    Itself(E::Column, E::Column),
    /// That of the report in this column.
    Report(E::Column),
    /// That of the person in this column.
    Person(E::Column),
    /// The organisation's; a row without an organisation is the service's own, and holds its own words only.
    Organisation,
}

/// The names of the two columns that hold a row's own key, where its table's rows have one.
pub(in crate::access) fn own_key_columns<E: Policy>() -> Option<[&'static str; 2]> {
    match E::SEAL?.key {
        KeyOf::Itself(key_id, wrapped) => Some([key_id.as_str(), wrapped.as_str()]),
        _ => None,
    }
}

/// Opens the sealed texts of rows that were read. What a destroyed key sealed is empty.
pub(in crate::access) async fn open<E: Policy>(scope: &Scope, rows: Vec<&mut E::Model>) -> Result<()> {
    let Some(seal) = E::SEAL else { return Ok(()) };
    if rows.is_empty() || scope.viewer().leaves_sealed() {
        return Ok(());
    }
    open_all::<E>(scope, seal, rows).await
}

async fn open_all<E: Policy>(scope: &Scope, seal: Seal<E>, mut rows: Vec<&mut E::Model>) -> Result<()> {
    if matches!(seal.key, KeyOf::Organisation) {
        return open_with_organisations_keys::<E>(scope, &seal, rows).await;
    }
    let keys = record_keys::<E>(scope, &seal, &rows).await?;
    for (row, key) in rows.iter_mut().zip(keys) {
        for column in seal.columns {
            let Some(text) = text_of(*row, *column).filter(|text| !text.is_empty()) else { continue };
            let opened = match &key {
                Some(key) => opened::<E>(key, &seal, row, *column, STANDARD_NO_PAD.decode(&text).ok().as_deref())?,
                None => String::new(),
            };
            row.set(*column, opened.into());
        }
    }
    Ok(())
}

/// Gives a new row a key of its own, where its table's rows have one.
pub(in crate::access) async fn keyed<E: Policy>(write: &Write, mut row: E::Model) -> Result<E::Model> {
    let Some(Seal { organisation, key: KeyOf::Itself(key_id, wrapped), .. }) = E::SEAL else { return Ok(row) };
    if uuid_of(&row, key_id).is_some() {
        return Ok(row);
    }
    let (id, organisation_key) = key_in_use(write, uuid_of(&row, organisation).unwrap_or_default()).await?;
    let key = Key::generate();
    let place = place_of::<E>(&row, organisation, wrapped);
    row.set(key_id, Value::Uuid(Some(id)));
    row.set(wrapped, Value::Bytes(Some(organisation_key.seal(&place, key.as_bytes()))));
    write.remember::<E>(&row, Some(Arc::new(key)));
    Ok(row)
}

/// The row as it is kept: its texts sealed.
pub(in crate::access) async fn seal<E: Policy>(write: &Write, row: &E::Model) -> Result<E::Model> {
    let mut sealed = row.clone();
    let Some(seal) = E::SEAL else { return Ok(sealed) };
    let written = |column: &&E::Column| text_of(row, **column).is_some_and(|text| !text.is_empty());
    let written: Vec<E::Column> = seal.columns.iter().filter(written).copied().collect();
    if written.is_empty() || write.viewer().leaves_sealed() {
        return Ok(sealed);
    }
    let (key, prefix) = match seal.key {
        KeyOf::Organisation => {
            let Some(organisation) = uuid_of(row, seal.organisation) else { return Ok(sealed) };
            let (id, key) = key_in_use(write, organisation).await?;
            (Some(key), id.as_bytes().to_vec())
        }
        _ => (record_keys::<E>(write, &seal, &[row]).await?.pop().flatten(), Vec::new()),
    };
    let destroyed = || Error::Sealed(format!("a text of {} whose key is destroyed would be written", E::TABLE));
    let key = key.ok_or_else(destroyed)?;
    for column in written {
        let text = text_of(row, column).unwrap_or_default();
        let place = place_of::<E>(row, seal.organisation, column);
        let kept = [prefix.as_slice(), &key.seal(&place, text.as_bytes())].concat();
        sealed.set(column, STANDARD_NO_PAD.encode(kept).into());
    }
    Ok(sealed)
}

/// What of a row does not open, in words; nothing where all of it does. A text of a destroyed key is no defect.
pub(super) async fn check<E: Policy>(scope: &Scope, row: &E::Model) -> Result<Option<String>> {
    let Some(seal) = E::SEAL else { return Ok(None) };
    match open_all::<E>(scope, seal, vec![&mut row.clone()]).await {
        Ok(()) => Ok(None),
        Err(Error::Sealed(what)) => Ok(Some(what)),
        Err(other) => Err(other),
    }
}

/// The row with its own key wrapped by this key of its organisation.
pub(super) async fn wrapped_anew<E: Policy>(
    scope: &Scope,
    row: &E::Model,
    with: &organisation_key::Model,
) -> Result<E::Model> {
    let Some(Seal { organisation, key: KeyOf::Itself(key_id, wrapped), .. }) = E::SEAL else { return Ok(row.clone()) };
    unwrap_own::<E>(scope, organisation, key_id, wrapped, &[row]).await?;
    let own = scope.key_of(E::TABLE, key_of_row::<E>(row)).ok_or_else(|| broken::<E>(row, wrapped))?;
    let outer = scope.keyring().unwrap(with).await?;
    let mut after = row.clone();
    after.set(key_id, Value::Uuid(Some(with.id)));
    let place = place_of::<E>(row, organisation, wrapped);
    after.set(wrapped, Value::Bytes(Some(outer.seal(&place, own.as_bytes()))));
    Ok(after)
}

/// The key of each row: its own, or that of its report or person. Nothing where that is destroyed.
async fn record_keys<E: Policy>(
    scope: &Scope,
    seal: &Seal<E>,
    rows: &[impl std::ops::Deref<Target = E::Model>],
) -> Result<Vec<Option<Arc<Key>>>> {
    match seal.key {
        KeyOf::Organisation => Ok(Vec::new()),
        KeyOf::Itself(key_id, wrapped) => {
            unwrap_own::<E>(scope, seal.organisation, key_id, wrapped, rows).await?;
            Ok(rows.iter().map(|row| scope.key_of(E::TABLE, key_of_row::<E>(row))).collect())
        }
        KeyOf::Report(column) | KeyOf::Person(column) => {
            let of_report = matches!(seal.key, KeyOf::Report(_));
            let table = if of_report { report::Entity::TABLE } else { person::Entity::TABLE };
            let wholes: Vec<Uuid> = rows.iter().filter_map(|row| uuid_of(&**row, column)).collect();
            let mut unread: Vec<Uuid> = wholes.iter().copied().filter(|key| !scope.has_read(table, &[*key])).collect();
            unread.sort_unstable();
            unread.dedup();
            if !unread.is_empty() {
                read_wholes(scope, of_report, unread).await?;
            }
            Ok(wholes.into_iter().map(|key| scope.key_of(table, key)).collect())
        }
    }
}

/// Reads reports or persons only for their keys. What the viewer may not see of them stays sealed to it.
fn read_wholes(scope: &Scope, reports: bool, keys: Vec<Uuid>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        if reports {
            scope.find::<report::Entity>().by_keys(keys).all().await.map(drop)
        } else {
            scope.find::<person::Entity>().by_keys(keys).all().await.map(drop)
        }
    })
}

async fn unwrap_own<E: Policy>(
    scope: &Scope,
    organisation: E::Column,
    key_id: E::Column,
    wrapped: E::Column,
    rows: &[impl std::ops::Deref<Target = E::Model>],
) -> Result<()> {
    let unread = || rows.iter().filter(|row| !scope.has_read(E::TABLE, &[key_of_row::<E>(row)]));
    let keys = organisation_keys(scope, unread().filter_map(|row| uuid_of(&**row, key_id)).collect()).await?;
    for row in unread() {
        let Some(id) = uuid_of(&**row, key_id) else {
            scope.remember::<E>(row, None);
            continue;
        };
        let unreached = || Error::Sealed(format!("the organisation's key {id} is out of reach"));
        let key = keys.get(&id).ok_or_else(unreached)?;
        let place = place_of::<E>(row, organisation, wrapped);
        let bytes = match row.get(wrapped) {
            Value::Bytes(Some(bytes)) => bytes,
            _ => Vec::new(),
        };
        let own = key.open(&place, &bytes).and_then(|bytes| Key::of_bytes(&bytes));
        let own = own.ok_or_else(|| broken::<E>(row, wrapped))?;
        scope.remember::<E>(row, Some(Arc::new(own)));
    }
    Ok(())
}

/// The keys of organisations with these ids, as far as there are: those at hand, and the others from the database.
async fn organisation_keys(scope: &Scope, mut ids: Vec<Uuid>) -> Result<HashMap<Uuid, Arc<Key>>> {
    ids.sort_unstable();
    ids.dedup();
    let at_hand = |id: &Uuid| Some((*id, scope.keyring().at_hand(*id)?));
    let mut keys: HashMap<Uuid, Arc<Key>> = ids.iter().filter_map(at_hand).collect();
    keys.extend(scope.created_keys(&ids));
    ids.retain(|id| !keys.contains_key(id));
    if ids.is_empty() {
        return Ok(keys);
    }
    for row in rows_of_keys(scope, ids.clone()).await? {
        keys.insert(row.id, scope.keyring().unwrap(&row).await?);
    }
    Ok(keys)
}

fn rows_of_keys(scope: &Scope, ids: Vec<Uuid>) -> BoxFuture<'_, Result<Vec<organisation_key::Model>>> {
    Box::pin(async move { scope.find::<organisation_key::Entity>().by_keys(ids).all().await })
}

/// The key with which an organisation's records are wrapped now. The first record of an organisation makes it.
fn key_in_use(write: &Write, organisation: Uuid) -> BoxFuture<'_, Result<(Uuid, Arc<Key>)>> {
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
    let key = write.keyring().unwrap(&row).await?;
    write.keyring().is_in_use(organisation, row.id, write.now());
    Ok(Some((row.id, key)))
}

/// Texts that stand for themselves, each behind the id of the organisation's key that sealed it.
async fn open_with_organisations_keys<E: Policy>(
    scope: &Scope,
    seal: &Seal<E>,
    rows: Vec<&mut E::Model>,
) -> Result<()> {
    let mut texts = Vec::new();
    for row in &rows {
        for column in seal.columns {
            texts.push(split::<E>(row, seal, *column)?);
        }
    }
    let keys = organisation_keys(scope, texts.iter().flatten().map(|(id, _)| *id).collect()).await?;
    let mut texts = texts.into_iter();
    for row in rows {
        for (column, text) in seal.columns.iter().zip(texts.by_ref()) {
            let Some((id, sealed)) = text else { continue };
            let opened = match keys.get(&id) {
                Some(key) => opened::<E>(key, seal, row, *column, Some(&sealed))?,
                None => String::new(),
            };
            row.set(*column, opened.into());
        }
    }
    Ok(())
}

/// A text in its two parts; nothing where there is none, or where it is the service's own.
fn split<E: Policy>(row: &E::Model, seal: &Seal<E>, column: E::Column) -> Result<Option<(Uuid, Vec<u8>)>> {
    let text = text_of(row, column).filter(|text| !text.is_empty());
    let Some((_, text)) = uuid_of(row, seal.organisation).zip(text) else { return Ok(None) };
    let sealed = STANDARD_NO_PAD.decode(text).ok();
    let parts = sealed.as_deref().and_then(<[u8]>::split_first_chunk::<16>);
    let (id, rest) = parts.ok_or_else(|| broken::<E>(row, column))?;
    Ok(Some((Uuid::from_bytes(*id), rest.to_vec())))
}

fn opened<E: Policy>(
    key: &Key,
    seal: &Seal<E>,
    row: &E::Model,
    column: E::Column,
    sealed: Option<&[u8]>,
) -> Result<String> {
    let place = place_of::<E>(row, seal.organisation, column);
    let bytes = sealed.and_then(|sealed| key.open(&place, sealed));
    let text = bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    text.ok_or_else(|| broken::<E>(row, column))
}

fn broken<E: Policy>(row: &E::Model, column: E::Column) -> Error {
    let (table, column, key) = (E::TABLE, column.as_str(), key_of_row::<E>(row));
    Error::Sealed(format!("{table}.{column} of {key} does not open: it was changed, or moved, or its key is another"))
}

fn place_of<E: Policy>(row: &E::Model, organisation: E::Column, column: E::Column) -> Place {
    let organisation = uuid_of(row, organisation).unwrap_or_default();
    Place::new(E::TABLE, column.as_str(), key_of_row::<E>(row), organisation)
}

fn key_of_row<E: Policy>(row: &E::Model) -> Uuid {
    uuid_of(row, primary_key::<E>()).unwrap_or_default()
}

fn uuid_of<M: ModelTrait>(row: &M, column: <M::Entity as EntityTrait>::Column) -> Option<Uuid> {
    if let Value::Uuid(key) = row.get(column) { key } else { None }
}

fn text_of<M: ModelTrait>(row: &M, column: <M::Entity as EntityTrait>::Column) -> Option<String> {
    if let Value::String(text) = row.get(column) { text } else { None }
}
