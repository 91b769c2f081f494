//! Keeping the keys: changing them while the service runs, and looking whether everything opens.

use super::rows::{check, wrapped_anew};
use crate::access::find::primary_key;
use crate::access::policy::own_key;
use crate::access::{Action, Order, Policy, Result, Scope, Write};
use entity::{
    attachment, audit_event, case, erasure, evaluation, identity_opening, index_key, internal_note, organisation,
    organisation_key, participant_needs, person, person_identity, possible_duplicate, report, report_bar, report_event,
    report_message, test_attempt, ticked_indicator, webhook,
};
use sea_orm::{ColumnTrait, Condition, ModelTrait, Value};
use uuid::Uuid;

/// How many rows one transaction takes in hand: few enough that nobody waits long for it.
const PAGE: u64 = 200;

/// What a rotation did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Organisations that got a new key. Those whose last rotation was broken off got none: it was finished.
    pub organisations: u64,
    /// Reports and persons whose keys were wrapped anew.
    pub records: u64,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many rows were looked at.
    pub rows: u64,
    /// What does not open, in words: table, column, row.
    pub broken: Vec<String>,
}

/// Gives every organisation, or one, a new key, and wraps the keys of its records with it. A run that was broken off is taken
/// up where it ended. `progress` learns how many records are done.
///
/// The scope acts for [`Purpose::KeyKeeping`](crate::access::Purpose::KeyKeeping).
pub async fn rotate(scope: &Scope, only: Option<Uuid>, progress: &(dyn Fn(u64) + Sync)) -> Result<Rotation> {
    let mut done = Rotation::default();
    for key in keys(scope, only).await?.iter().filter(|key| key.retired_at.is_none()) {
        let organisation = key.organisation_id;
        if !behind::<report::Entity>(scope, key).await? && !behind::<person::Entity>(scope, key).await? {
            replace(scope, key).await?;
            done.organisations += 1;
        }
        let in_use = keys(scope, Some(organisation)).await?.into_iter().find(|key| key.retired_at.is_none());
        let Some(in_use) = in_use else { continue };
        while let wrapped @ 1.. = wrap_page::<report::Entity>(scope, &in_use).await? {
            done.records += wrapped;
            progress(done.records);
        }
        while let wrapped @ 1.. = wrap_page::<person::Entity>(scope, &in_use).await? {
            done.records += wrapped;
            progress(done.records);
        }
    }
    Ok(done)
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

/// Destroys a key that a newer one has taken the place of. The database refuses it while a record's key is wrapped with it.
/// Reasons in the audit trail and of opened identities that it sealed are lost from then on, and idempotency keys that were used
/// under it are refused.
pub async fn destroy(scope: &Scope, key: &organisation_key::Model) -> Result<()> {
    let write = scope.begin().await?;
    let same = Condition::all().add(organisation_key::Column::Id.eq(key.id));
    write.delete_parts::<organisation_key::Entity>(same).await?;
    write.audit::<organisation::Entity>(key.organisation_id, Action::KeyDestroyed).await?;
    write.commit().await
}

async fn replace(scope: &Scope, old: &organisation_key::Model) -> Result<()> {
    let write = scope.begin().await?;
    let retired = organisation_key::Model { retired_at: Some(write.now()), ..old.clone() };
    write.update_part::<organisation_key::Entity>(old, retired).await?;
    let (new, _) = write.keyring().new_key(old.organisation_id, write.now()).await?;
    write.insert_part::<organisation_key::Entity>(new).await?;
    write.audit::<organisation::Entity>(old.organisation_id, Action::KeyRotated).await?;
    write.commit().await
}

/// Records of the organisation whose keys an older key wraps.
fn not_wrapped_with<E: Policy>(key: &organisation_key::Model) -> Option<Condition> {
    let (organisation, key_id) = own_key::<E>()?;
    Some(Condition::all().add(organisation.eq(key.organisation_id)).add(key_id.ne(key.id)))
}

async fn behind<E: Policy>(scope: &Scope, key: &organisation_key::Model) -> Result<bool> {
    let Some(older) = not_wrapped_with::<E>(key) else { return Ok(false) };
    let found = scope.find::<E>().filter(older).one().await?;
    scope.finish().await?;
    Ok(found.is_some())
}

async fn wrap_page<E: Policy>(scope: &Scope, key: &organisation_key::Model) -> Result<u64>
where
    E::Model: sea_orm::IntoActiveModel<E::ActiveModel>,
{
    let Some(older) = not_wrapped_with::<E>(key) else { return Ok(0) };
    let write: Write = scope.begin().await?;
    let rows = write.find::<E>().filter(older).locked().at_most(PAGE).await?;
    for row in &rows {
        let after = wrapped_anew::<E>(&write, row, key).await?;
        write.update_part::<E>(row, after).await?;
    }
    write.commit_key_keeping().await?;
    Ok(rows.len() as u64)
}

/// Opens everything there is, page by page, and says what does not open. `progress` learns how many rows are done. Left out are
/// digests of idempotency keys: nobody reads them, and they go within days.
pub async fn verify(scope: &Scope, progress: &(dyn Fn(u64) + Sync)) -> Result<Checked> {
    let mut checked = Checked::default();
    check_keys(scope, &mut checked).await?;
    macro_rules! check_tables {
        ($($table:ident),*) => {$(
            check_table::<$table::Entity>(scope, &mut checked, progress).await?;
        )*};
    }
    check_tables!(
        report,
        person,
        person_identity,
        ticked_indicator,
        report_message,
        attachment,
        internal_note,
        report_event,
        case,
        identity_opening,
        report_bar,
        erasure,
        possible_duplicate,
        participant_needs,
        test_attempt,
        evaluation,
        webhook,
        audit_event
    );
    Ok(checked)
}

async fn check_keys(scope: &Scope, checked: &mut Checked) -> Result<()> {
    for key in keys(scope, None).await? {
        checked.rows += 1;
        if let Err(error) = scope.keyring().unwrap(&key).await {
            checked.broken.push(format!("organisation_key {}: {error}", key.id));
        }
    }
    for key in scope.find::<index_key::Entity>().all().await? {
        checked.rows += 1;
        if let Err(error) = scope.keyring().unwrap_index_key(&key).await {
            checked.broken.push(format!("index_key {}: {error}", key.id));
        }
    }
    scope.finish().await?;
    Ok(())
}

async fn check_table<E: Policy>(scope: &Scope, checked: &mut Checked, progress: &(dyn Fn(u64) + Sync)) -> Result<()> {
    let key = primary_key::<E>();
    let mut after = Uuid::nil();
    loop {
        let find = scope.find::<E>().filter(key.gt(after)).order(&[Order::ascending(key)]);
        let rows = find.at_most(PAGE).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        if let Value::Uuid(Some(last)) = last.get(key) {
            after = last;
        }
        for row in &rows {
            checked.broken.extend(check::<E>(scope, row).await?);
        }
        checked.rows += rows.len() as u64;
        progress(checked.rows);
        // The keys of these rows are needed no more.
        scope.finish().await?;
        scope.forget();
    }
}

#[cfg(test)]
mod tests;
