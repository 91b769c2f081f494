//! Keeping the keys: changing them while the service runs, destroying those that are needed no more.

use super::rows::{KeyOf, Seal, anew, head_of};
use crate::access::find::{after_key, by_key};
use crate::access::tables::for_each_table;
use crate::access::{Action, Error, Order, Policy, Result, Scope, Write};
use entity::{organisation, organisation_key};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, Condition};
use std::collections::BTreeSet;
use uuid::Uuid;

mod checking;

pub use checking::{Checked, verify};

/// How many rows one transaction takes in hand: few enough that nobody waits long for it.
const PAGE: u64 = 200;

/// For so many days after an organisation got a key, what is left under the one before is taken for the rest of a rotation that was
/// broken off. Later it is what servers wrapped meanwhile with the key that they had at hand.
const FINISHED_WITHIN: i64 = 1;

/// What a rotation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Organisations that got a new key.
    pub organisations: u64,
    /// Organisations whose last rotation, not long ago, was broken off. They got no new key: it was finished.
    pub finished: u64,
    /// Rows that were sealed anew: the keys of reports and persons, and texts that are sealed with an organisation's key.
    pub rows: u64,
    /// What did not open, in words. It stays as it is, under the key that it has.
    pub broken: BTreeSet<String>,
}

/// Gives every organisation, or one, a new key, and seals anew what the old ones do, but for what never changes. The organisation at
/// which a run was broken off is finished with the key that it got. `progress` learns how many rows are done.
///
/// The scope acts for [`Purpose::KeyKeeping`](crate::access::Purpose::KeyKeeping).
pub async fn rotate(scope: &Scope, only: Option<Uuid>, progress: &(dyn Fn(u64) + Sync)) -> Result<Rotation> {
    let mut done = Rotation::default();
    for key in keys(scope, only).await?.iter().filter(|key| key.retired_at.is_none()) {
        let days = (scope.now() - key.created_at).num_days();
        let finishes = days < FINISHED_WITHIN && opens(scope, key).await?;
        if finishes && seal_all_anew(scope, key, &mut done, progress).await? > 0 {
            done.finished += 1;
            continue;
        }
        done.organisations += u64::from(replace(scope, key).await?);
        let keys = keys(scope, Some(key.organisation_id)).await?;
        if let Some(in_use) = keys.iter().find(|key| key.retired_at.is_none()) {
            seal_all_anew(scope, in_use, &mut done, progress).await?;
        }
    }
    Ok(done)
}

/// Whether anything can be sealed with a key: not where it is damaged, and then another takes its place.
async fn opens(scope: &Scope, key: &organisation_key::Model) -> Result<bool> {
    match scope.keyring().unwrap(key).await {
        Ok(_) => Ok(true),
        Err(Error::Sealed(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// How many rows a rotation that gives new keys has to seal anew.
pub async fn to_rotate(scope: &Scope, only: Option<Uuid>) -> Result<u64> {
    let mut rows = 0;
    for key in keys(scope, only).await?.iter().filter(|key| key.destroyed_at.is_none()) {
        rows += needing(scope, key).await?.into_iter().map(|(_, rows)| rows).sum::<u64>();
    }
    Ok(rows)
}

/// The keys there are, of every organisation or of one, oldest first.
pub async fn keys(scope: &Scope, only: Option<Uuid>) -> Result<Vec<organisation_key::Model>> {
    use organisation_key::Column;
    let mut find = scope.find::<organisation_key::Entity>();
    if let Some(organisation) = only {
        find = find.filter(Column::OrganisationId.eq(organisation));
    }
    let keys = find.order(&[Order::ascending(Column::Id)]).all().await?;
    // What follows must see what others do meanwhile.
    scope.finish().await?;
    Ok(keys)
}

/// Destroys a key that a newer one has taken the place of, unless anything needs it that can be sealed anew. What it sealed of
/// rows that never change is lost from then on: reasons in the audit trail, and digests of inputs, so that idempotency keys which
/// were used under it are refused. Its row stays and says so.
pub async fn destroy(scope: &Scope, key: &organisation_key::Model) -> Result<()> {
    let write = scope.begin().await?;
    // Records that are being written with it are waited for.
    let found = write.find::<organisation_key::Entity>().by_key(key.id).locked().one().await?;
    let Some(before) = found.filter(|key| key.retired_at.is_some() && key.destroyed_at.is_none()) else {
        return Err(Error::Sealed("this key is in use, or destroyed already".to_owned()));
    };
    let needing: Vec<String> =
        needing(&write, &before).await?.into_iter().map(|(table, rows)| format!("{table} ({rows})")).collect();
    if !needing.is_empty() {
        return Err(Error::Sealed(format!("rows are still sealed with this key: {}", needing.join(", "))));
    }
    let after = organisation_key::Model { wrapped: Vec::new(), destroyed_at: Some(write.now()), ..before.clone() };
    write.update_part::<organisation_key::Entity>(&before, after).await?;
    write.audit::<organisation::Entity>(key.organisation_id, Action::KeyDestroyed).await?;
    write.commit().await?;
    scope.keyring().let_go(key.id);
    scope.settle_erasures().await
}

/// Gives an organisation a new key in the place of this one. Does nothing where another run has.
async fn replace(scope: &Scope, old: &organisation_key::Model) -> Result<bool> {
    let write = scope.begin().await?;
    let found = write.find::<organisation_key::Entity>().by_key(old.id).locked_but_for_parts().one().await?;
    let Some(before) = found.filter(|key| key.retired_at.is_none()) else { return Ok(false) };
    let retired = organisation_key::Model { retired_at: Some(write.now()), ..before.clone() };
    write.update_part::<organisation_key::Entity>(&before, retired).await?;
    let (new, _) = write.keyring().new_key(old.organisation_id, write.now()).await?;
    write.insert_part::<organisation_key::Entity>(new).await?;
    write.audit::<organisation::Entity>(old.organisation_id, Action::KeyRotated).await?;
    write.commit().await?;
    Ok(true)
}

/// Rows of the key's organisation that it seals and a rotation would seal anew; or those that another seals instead.
fn sealed<E: Policy>(key: &organisation_key::Model, with_it: bool) -> Option<Condition> {
    let Seal { columns, organisation, key: key_of } = E::SEAL?;
    let named = match key_of {
        KeyOf::Itself(column, ..) if with_it => Condition::all().add(column.eq(key.id)),
        KeyOf::Itself(column, ..) => Condition::all().add(column.ne(key.id)),
        KeyOf::Organisation => columns.iter().fold(Condition::any(), |any, column| {
            let head = Func::cust("substr").args([column.into_expr(), Expr::val(1), Expr::val(21)]);
            let head = Expr::from(head);
            any.add(match with_it {
                true => Condition::all().add(head.eq(head_of(key.id))),
                false => Condition::all().add(column.ne("")).add(head.ne(head_of(key.id))),
            })
        }),
        _ => return None,
    };
    Some(Condition::all().add(organisation.eq(key.organisation_id)).add(named))
}

/// The tables with rows that only this key seals and a rotation would seal anew, with their numbers.
async fn needing(scope: &Scope, key: &organisation_key::Model) -> Result<Vec<(&'static str, u64)>> {
    let mut needing = Vec::new();
    macro_rules! count {
        ($($table:ident),*) => {$(
            if let Some(rows) = sealed::<entity::$table::Entity>(key, true) {
                let rows = scope.find::<entity::$table::Entity>().filter(rows).count().await?;
                needing.push((entity::$table::Entity::TABLE, rows));
            }
        )*};
    }
    for_each_table!(count);
    needing.retain(|(_, rows)| *rows > 0);
    Ok(needing)
}

/// Seals what another key of the organisation seals anew with this one, and says how many rows that were.
async fn seal_all_anew(
    scope: &Scope,
    key: &organisation_key::Model,
    done: &mut Rotation,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<u64> {
    let before = done.rows;
    macro_rules! seal {
        ($($table:ident),*) => {$( seal_table_anew::<entity::$table::Entity>(scope, key, done, progress).await?; )*};
    }
    for_each_table!(seal);
    Ok(done.rows - before)
}

async fn seal_table_anew<E: Policy>(
    scope: &Scope,
    key: &organisation_key::Model,
    done: &mut Rotation,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<()> {
    let Some(others) = sealed::<E>(key, false) else { return Ok(()) };
    let mut last = None;
    loop {
        let write: Write = scope.begin().await?;
        let rows = write.find::<E>().filter(others.clone()).filter(after_key::<E>(last.as_ref()));
        let rows = rows.order(&by_key::<E>()).locked().at_most(PAGE).await?;
        let before = done.rows;
        for row in &rows {
            let (after, broken) = anew::<E>(&write, row, key).await?;
            done.broken.extend(broken);
            if let Some(after) = after {
                write.update_kept::<E>(row, &after).await?;
                done.rows += 1;
            }
        }
        write.commit_key_keeping().await?;
        if done.rows > before {
            progress(done.rows);
        }
        last = rows.into_iter().last();
        if last.is_none() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests;
