//! Rows as they are read and as they are written.

use super::envelope::{Key, Place};
use super::record_keys::{HeldKey, key_in_use, organisation_keys, record_keys, unwrap_own, with_keys_in_sight};
use crate::access::find::primary_key;
use crate::access::{Action, Error, Policy, Result, Scope, Write};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use entity::organisation_key;
use sea_orm::{EntityTrait, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn, Value};
use std::collections::BTreeSet;
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
    /// Its own, wrapped, in its second column; the first says with which key of the organisation. Where there is none, the
    /// audit trail says by this action that it was erased.
    Itself(E::Column, E::Column, Action),
    /// That of the report in this column.
    Report(E::Column),
    /// That of the person in this column.
    Person(E::Column),
    /// The organisation's. A rotation seals it anew, and a key by which such a row is sealed is not destroyed.
    Organisation,
    /// The organisation's of that time, for rows that never change: destroying the key ends their texts, and no other. A row
    /// without an organisation is the service's own, and holds its own words only.
    OrganisationOnce,
}

/// What stands in a row that was read for a text that does not open. No text is like it: the rules of every input refuse
/// control characters.
const UNREADABLE: &str = "\0";

/// Whether a text of a row that was read did not open.
pub fn is_unreadable(text: &str) -> bool {
    text == UNREADABLE
}

/// The columns that hold a row's own key, where its table's rows have one.
pub(in crate::access) fn own_key_columns<E: Policy>() -> Vec<E::Column> {
    match E::SEAL {
        Some(Seal { key: KeyOf::Itself(key_id, wrapped, _), .. }) => vec![key_id, wrapped],
        _ => Vec::new(),
    }
}

/// The columns that a rotation changes, as they are kept: those of a row's own key, or what is sealed with an organisation's.
pub(in crate::access) fn changed_by_rotation<E: Policy>() -> Vec<E::Column> {
    match E::SEAL {
        Some(Seal { columns, key: KeyOf::Organisation, .. }) => columns.to_vec(),
        _ => own_key_columns::<E>(),
    }
}

/// The columns of a row whose texts did not open when it was read. A change leaves them as they are kept.
pub(in crate::access) fn unreadable<E: Policy>(row: &E::Model) -> Vec<E::Column> {
    let columns = E::SEAL.map_or(&[][..], |seal| seal.columns);
    columns.iter().copied().filter(|column| text_of(row, *column).is_some_and(|text| is_unreadable(&text))).collect()
}

/// Opens the sealed texts of rows that were read. What a destroyed key sealed is empty; what does not open is marked in the
/// row and named in the log.
pub(in crate::access) async fn open<E: Policy>(scope: &Scope, rows: Vec<&mut E::Model>) -> Result<()> {
    let Some(seal) = E::SEAL else { return Ok(()) };
    if rows.is_empty() || scope.viewer().leaves_sealed() {
        return Ok(());
    }
    for what in open_all::<E>(scope, seal, rows).await? {
        scope.note_unreadable(what);
    }
    Ok(())
}

/// Opens rows, and says in words what did not open: each text, or each row whose key did not.
async fn open_all<E: Policy>(scope: &Scope, seal: Seal<E>, mut rows: Vec<&mut E::Model>) -> Result<Vec<String>> {
    if matches!(seal.key, KeyOf::Organisation | KeyOf::OrganisationOnce) {
        return open_with_organisations_keys::<E>(scope, &seal, rows).await;
    }
    let keys = record_keys::<E>(scope, &seal, &rows).await?;
    let mut broken = Vec::new();
    for (row, key) in rows.iter_mut().zip(keys) {
        let mut damaged = Vec::new();
        for column in seal.columns {
            let Some(text) = text_of(*row, *column).filter(|text| !text.is_empty()) else { continue };
            let place = place_of::<E>(row, seal.organisation, *column);
            if !put::<E>(row, *column, opened(&key, &place, STANDARD_NO_PAD.decode(&text).ok().as_deref())) {
                damaged.push(*column);
            }
        }
        broken.extend(match (&key, &seal.key) {
            (HeldKey::Broken, KeyOf::Itself(_, wrapped, _)) => vec![words::<E>(row, Some(*wrapped))],
            (HeldKey::Missing, KeyOf::Itself(key_id, ..)) if !damaged.is_empty() => {
                vec![words::<E>(row, Some(*key_id))]
            }
            (HeldKey::Broken | HeldKey::Missing, _) if !damaged.is_empty() => vec![words::<E>(row, None)],
            _ => damaged.into_iter().map(|column| words::<E>(row, Some(column))).collect(),
        });
    }
    Ok(broken)
}

/// Texts that stand for themselves, each behind the id of the organisation's key that sealed it.
async fn open_with_organisations_keys<E: Policy>(
    scope: &Scope,
    seal: &Seal<E>,
    rows: Vec<&mut E::Model>,
) -> Result<Vec<String>> {
    let texts =
        |row: &E::Model| seal.columns.iter().filter_map(|column| own_text(row, seal, *column)).collect::<Vec<_>>();
    let named = |row: &E::Model| texts(row).iter().filter_map(|text| Some(split(text)?.0)).collect::<Vec<_>>();
    let keys = organisation_keys(scope, rows.iter().flat_map(|row| named(row)).collect()).await?;
    let unknown = rows.iter().filter(|row| named(row).iter().any(|id| !keys.contains_key(id)));
    let unknown: BTreeSet<Uuid> = unknown.filter_map(|row| uuid_of(&**row, seal.organisation)).collect();
    let in_sight = with_keys_in_sight(scope, unknown).await?;
    let once = matches!(seal.key, KeyOf::OrganisationOnce);
    let mut broken = Vec::new();
    for row in rows {
        let organisation = uuid_of(row, seal.organisation).unwrap_or_default();
        let held = |id: Uuid| match keys.get(&id) {
            Some(HeldKey::Destroyed(of)) if once && *of == organisation => HeldKey::Hidden,
            None if !in_sight.contains(&organisation) => HeldKey::Hidden,
            known => known.cloned().unwrap_or(HeldKey::Missing),
        };
        for column in seal.columns {
            let Some(text) = own_text(row, seal, *column) else { continue };
            let place = place_of::<E>(row, seal.organisation, *column);
            let text = split(&text).and_then(|(id, sealed)| opened(&held(id), &place, Some(&sealed)));
            if !put::<E>(row, *column, text) {
                broken.push(words::<E>(row, Some(*column)));
            }
        }
    }
    Ok(broken)
}

/// A text of a row, where there is one and it is not the service's own.
fn own_text<E: Policy>(row: &E::Model, seal: &Seal<E>, column: E::Column) -> Option<String> {
    uuid_of(row, seal.organisation)?;
    text_of(row, column).filter(|text| !text.is_empty())
}

/// The id of the organisation's key, and what it sealed.
fn split(text: &str) -> Option<(Uuid, Vec<u8>)> {
    let sealed = STANDARD_NO_PAD.decode(text).ok()?;
    let (id, rest) = sealed.split_first_chunk::<16>()?;
    Some((Uuid::from_bytes(*id), rest.to_vec()))
}

/// The text that opens; nothing where it does not.
fn opened(key: &HeldKey, place: &Place, sealed: Option<&[u8]>) -> Option<String> {
    match key {
        HeldKey::Open(key) => String::from_utf8(key.open(place, sealed?)?.to_vec()).ok(),
        HeldKey::Hidden => Some(String::new()),
        HeldKey::Destroyed(_) | HeldKey::Missing | HeldKey::Broken => None,
    }
}

/// Puts what opened into the row, or the mark. Says whether it opened.
fn put<E: Policy>(row: &mut E::Model, column: E::Column, opened: Option<String>) -> bool {
    let opens = opened.is_some();
    row.set(column, opened.unwrap_or_else(|| UNREADABLE.to_owned()).into());
    opens
}

fn words<E: Policy>(row: &E::Model, column: Option<E::Column>) -> String {
    let (table, key) = (E::TABLE, key_of_row::<E>(row));
    match column {
        Some(column) => {
            let column = column.as_str();
            format!("{table}.{column} of {key} does not open: it was changed, or moved, or its key is another")
        }
        None => format!("{table} {key} does not open: the key that sealed it does not, or is not there"),
    }
}

/// Gives a new row a key of its own, where its table's rows have one.
pub(in crate::access) async fn keyed<E: Policy>(write: &Write, mut row: E::Model) -> Result<E::Model> {
    let Some(Seal { organisation, key: KeyOf::Itself(key_id, wrapped, _), .. }) = E::SEAL else { return Ok(row) };
    if uuid_of(&row, key_id).is_some() {
        return Ok(row);
    }
    let (id, organisation_key) = key_in_use(write, uuid_of(&row, organisation).unwrap_or_default()).await?;
    let key = Key::generate();
    let place = place_of::<E>(&row, organisation, wrapped);
    row.set(key_id, Value::Uuid(Some(id)));
    row.set(wrapped, Value::Bytes(Some(organisation_key.seal(&place, key.as_bytes()))));
    write.remember::<E>(&row, HeldKey::Open(Arc::new(key)));
    Ok(row)
}

/// The row as it is kept: its texts sealed. What did not open when it was read is left as it is. `before` is the row as it was
/// read, where it is not new.
pub(in crate::access) async fn seal<E: Policy>(
    write: &Write,
    before: Option<&E::Model>,
    row: &E::Model,
) -> Result<E::Model> {
    let mut sealed = row.clone();
    let Some(seal) = E::SEAL else { return Ok(sealed) };
    let written =
        |column: &&E::Column| text_of(row, **column).is_some_and(|text| !text.is_empty() && !is_unreadable(&text));
    let written: Vec<E::Column> = seal.columns.iter().filter(written).copied().collect();
    if written.is_empty() {
        return Ok(sealed);
    }
    if write.viewer().leaves_sealed() {
        return match written.into_iter().find(|column| is_made::<E>(&seal, before, row, *column)) {
            Some(column) => Err(Error::Sealed(format!("{}.{} would be kept in plain", E::TABLE, column.as_str()))),
            None => Ok(sealed),
        };
    }
    let (key, prefix) = match seal.key {
        KeyOf::Organisation | KeyOf::OrganisationOnce => {
            let Some(organisation) = uuid_of(row, seal.organisation) else { return Ok(sealed) };
            let (id, key) = key_in_use(write, organisation).await?;
            (Some(HeldKey::Open(key)), id.as_bytes().to_vec())
        }
        _ => (record_keys::<E>(write, &seal, &[row]).await?.pop(), Vec::new()),
    };
    let Some(HeldKey::Open(key)) = key else {
        return Err(Error::Unsealable(format!("{} {}: its key does not open", E::TABLE, key_of_row::<E>(row))));
    };
    for column in written {
        let text = text_of(row, column).unwrap_or_default();
        let place = place_of::<E>(row, seal.organisation, column);
        sealed.set(column, kept(&prefix, &key, &place, &text).into());
    }
    Ok(sealed)
}

/// Whether a text that is written by somebody who leaves texts sealed is none that was read: then it is not sealed. The service's
/// own words never are.
fn is_made<E: Policy>(seal: &Seal<E>, before: Option<&E::Model>, row: &E::Model, column: E::Column) -> bool {
    let services_own =
        matches!(seal.key, KeyOf::Organisation | KeyOf::OrganisationOnce) && uuid_of(row, seal.organisation).is_none();
    !services_own && before.and_then(|before| text_of(before, column)) != text_of(row, column)
}

/// A text as it is kept.
fn kept(prefix: &[u8], key: &Key, place: &Place, text: &str) -> String {
    STANDARD_NO_PAD.encode([prefix, &key.seal(place, text.as_bytes())].concat())
}

/// What of a row does not open, in words; nothing where all of it does. A text that went with its key is no defect.
pub(super) async fn check<E: Policy>(scope: &Scope, row: &E::Model) -> Result<Vec<String>> {
    match E::SEAL {
        Some(seal) => open_all::<E>(scope, seal, vec![&mut row.clone()]).await,
        None => Ok(Vec::new()),
    }
}

/// The row, read without its texts, as it is kept under this key of its organisation: its own key wrapped anew, or its texts
/// sealed anew. Says in words what does not open, which stays as it is.
pub(super) async fn anew<E: Policy>(
    scope: &Scope,
    row: &E::Model,
    with: &organisation_key::Model,
) -> Result<(Option<E::Model>, Vec<String>)> {
    match E::SEAL {
        Some(Seal { organisation, key: KeyOf::Itself(key_id, wrapped, _), .. }) => {
            unwrap_own::<E>(scope, organisation, key_id, wrapped, &[row]).await?;
            let HeldKey::Open(own) = scope.key_of(E::TABLE, key_of_row::<E>(row)) else {
                return Ok((None, vec![words::<E>(row, Some(wrapped))]));
            };
            let outer = scope.keyring().unwrap(with).await?;
            let mut after = row.clone();
            after.set(key_id, Value::Uuid(Some(with.id)));
            let place = place_of::<E>(row, organisation, wrapped);
            after.set(wrapped, Value::Bytes(Some(outer.seal(&place, own.as_bytes()))));
            Ok((Some(after), Vec::new()))
        }
        Some(seal @ Seal { key: KeyOf::Organisation, .. }) => sealed_anew::<E>(scope, seal, row, with).await,
        _ => Ok((None, Vec::new())),
    }
}

async fn sealed_anew<E: Policy>(
    scope: &Scope,
    seal: Seal<E>,
    row: &E::Model,
    with: &organisation_key::Model,
) -> Result<(Option<E::Model>, Vec<String>)> {
    let (columns, organisation, mut opened, mut after) = (seal.columns, seal.organisation, row.clone(), None);
    let broken = open_all::<E>(scope, seal, vec![&mut opened]).await?;
    let outer = scope.keyring().unwrap(with).await?;
    for column in columns {
        let text = text_of(&opened, *column).filter(|text| !text.is_empty() && !is_unreadable(text));
        let Some(text) = text else { continue };
        let place = place_of::<E>(row, organisation, *column);
        let sealed = kept(with.id.as_bytes(), &outer, &place, &text);
        after.get_or_insert_with(|| row.clone()).set(*column, sealed.into());
    }
    Ok((after, broken))
}

/// The first characters of every text that this key of an organisation sealed: all whole ones that its id makes.
pub(super) fn head_of(key: Uuid) -> String {
    let mut head = STANDARD_NO_PAD.encode(key.as_bytes());
    head.truncate(21);
    head
}

/// A row with its texts opened, for a service that reads rows without them.
pub(super) async fn opened_row<E: Policy>(scope: &Scope, row: &E::Model) -> Result<E::Model> {
    let mut opened = row.clone();
    let Some(seal) = E::SEAL else { return Ok(opened) };
    match open_all::<E>(scope, seal, vec![&mut opened]).await?.pop() {
        Some(what) => Err(Error::Sealed(what)),
        None => Ok(opened),
    }
}

pub(super) fn place_of<E: Policy>(row: &E::Model, organisation: E::Column, column: E::Column) -> Place {
    let organisation = uuid_of(row, organisation).unwrap_or_default();
    let place = Place::new(E::TABLE, column.as_str(), key_of_row::<E>(row), organisation);
    let further = E::PrimaryKey::iter().skip(1).map(|key| row.get(key.into_column()));
    further.fold(place, |place, key| match key {
        Value::String(Some(text)) => place.and(text.as_bytes()),
        Value::Uuid(Some(id)) => place.and(id.as_bytes()),
        other => unreachable!("{} has a key of ids and texts, not {other:?}", E::TABLE),
    })
}

pub(super) fn key_of_row<E: Policy>(row: &E::Model) -> Uuid {
    uuid_of(row, primary_key::<E>()).unwrap_or_default()
}

pub(super) fn uuid_of<M: ModelTrait>(row: &M, column: <M::Entity as EntityTrait>::Column) -> Option<Uuid> {
    if let Value::Uuid(key) = row.get(column) { key } else { None }
}

fn text_of<M: ModelTrait>(row: &M, column: <M::Entity as EntityTrait>::Column) -> Option<String> {
    if let Value::String(text) = row.get(column) { text } else { None }
}

#[cfg(test)]
mod tests;
