//! What the master key wraps: whether it opens, and wrapping it with another one.

use super::keyring::Keyring;
use crate::access::{Action, Error, Order, Result, Scope};
use entity::{index_key, organisation, organisation_key};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::ExprTrait;

/// What wrapping with another master key came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rewrapped {
    /// How many keys another master key wrapped before.
    pub keys: u64,
    /// What does not open, in words, and stays as it is.
    pub broken: Vec<String>,
}

/// Opens one key of an organisation for each master key that wrapped any, and the key of the blind indexes. Answers in words which
/// of them are damaged, where others show that the master key is right.
///
/// # Errors
/// A master key is not the one that wrapped them, or is not there; or the database is away, or Vault is.
pub(in crate::access) async fn check(scope: &Scope) -> Result<Vec<String>> {
    use organisation_key::{Column, Entity};
    let (mut checked, mut damaged) = (Vec::new(), Vec::new());
    loop {
        let there = Column::DestroyedAt.is_null().and(Column::MasterKeyId.is_not_in(checked.clone()));
        let unchecked = scope.find::<Entity>().filter(there);
        let Some(row) = unchecked.order(&[Order::ascending(Column::Id)]).one().await? else { break };
        damaged.extend(check_master_key(scope, &row).await?);
        checked.push(row.master_key_id);
    }
    for row in scope.find::<index_key::Entity>().all().await? {
        match named("index_key", row.id, scope.keyring().open_index_key(&row).await) {
            Err(Error::Sealed(_)) if !checked.is_empty() => {
                let others = "does not open, and other keys do: it was changed, or moved. Reports are taken meanwhile, and their \
                              persons compared with nobody";
                damaged.push(format!("index_key {} {others}", row.id));
            }
            opened => opened?,
        }
    }
    scope.finish().await?;
    Ok(damaged)
}

/// Opens this key, or another that the same master key wrapped: one alone that does not open is damaged, which it answers in words,
/// and says nothing of the master key.
async fn check_master_key(scope: &Scope, row: &organisation_key::Model) -> Result<Option<String>> {
    let first = opens(scope.keyring(), row).await;
    let Err(Error::Sealed(what)) = first else { return first.map(|()| None) };
    let same = organisation_key::Column::DestroyedAt.is_null();
    let same = same.and(organisation_key::Column::MasterKeyId.eq(&row.master_key_id));
    for other in scope.find::<organisation_key::Entity>().filter(same).all().await? {
        match opens(scope.keyring(), &other).await {
            Ok(()) => {
                let others = "does not open, and others of the same master key do: it was changed, or moved";
                return Ok(Some(format!("organisation_key {} {others}", row.id)));
            }
            Err(Error::Sealed(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Err(Error::Sealed(what))
}

async fn opens(keyring: &Keyring, row: &organisation_key::Model) -> Result<()> {
    named("organisation_key", row.id, keyring.open(row).await)
}

/// What does not open, with the row that it stands in.
fn named<T>(table: &str, id: uuid::Uuid, opened: Result<T>) -> Result<()> {
    opened.map(drop).map_err(|error| match error {
        Error::Sealed(what) => Error::Sealed(format!("{table} {id} does not open: {what}")),
        other => other,
    })
}

/// Wraps every organisation's key, and that of the blind indexes, with the master key in use: of Vault's key, with its newest
/// version. What does not open is named and left as it is, whichever master key wrapped it.
pub async fn rewrap_with_master(scope: &Scope) -> Result<Rewrapped> {
    let name = scope.keyring().master_name()?.to_owned();
    let mark = scope.keyring().master_mark().await?;
    let newest = |master_key: &str, wrapped: &[u8]| master_key == name && wrapped.starts_with(&mark);
    let write = scope.begin().await?;
    let mut done = Rewrapped::default();
    let there = organisation_key::Column::DestroyedAt.is_null();
    for key in write.find::<organisation_key::Entity>().filter(there).locked().all().await? {
        if !done.found(opens(write.keyring(), &key).await)? || newest(&key.master_key_id, &key.wrapped) {
            continue;
        }
        let after = write.keyring().rewrapped(&key).await?;
        write.update_part::<organisation_key::Entity>(&key, after).await?;
        write.audit::<organisation::Entity>(key.organisation_id, Action::KeyRewrapped).await?;
        done.keys += 1;
    }
    for key in write.find::<index_key::Entity>().locked().all().await? {
        let opened = named("index_key", key.id, write.keyring().open_index_key(&key).await);
        if done.found(opened)? && !newest(&key.master_key_id, &key.wrapped) {
            let after = write.keyring().rewrapped_index_key(&key).await?;
            write.update_part::<index_key::Entity>(&key, after).await?;
            done.keys += 1;
        }
    }
    write.commit_key_keeping().await?;
    Ok(done)
}

impl Rewrapped {
    /// Whether a key opened; one that did not is noted.
    fn found(&mut self, opened: Result<()>) -> Result<bool> {
        match opened {
            Ok(()) => Ok(true),
            Err(Error::Sealed(what)) => {
                self.broken.push(what);
                Ok(false)
            }
            Err(other) => Err(other),
        }
    }
}

#[cfg(test)]
mod tests;
