//! Publishing materials, replacing them and taking them back.

use super::rules::{self, LONGEST_TEXT, Whole};
use crate::access::{Act, Action, Scope, Write};
use crate::error::{Outcome, Problem};
use crate::idempotency::Once;
use crate::ids;
use crate::organisations::rules::{self as organisations, name, text};
use crate::training::rules::of_our_times;
use crate::training::sessions::{language, trains};
use chrono::NaiveDate;
use entity::material::{Entity, Kind, Model};
use entity::{programme, training_session};
use uuid::Uuid;

/// What somebody says of a material.
pub(super) struct Content {
    pub(super) kind: Kind,
    pub(super) title: String,
    pub(super) language: String,
    pub(super) about: String,
    pub(super) address: String,
    pub(super) valid_from: Option<NaiveDate>,
}

impl Content {
    /// A version that says it, of nothing yet.
    fn version(&self, scope: &Scope) -> Result<Model, Problem> {
        let id = ids::new_key(scope.now());
        Ok(Model {
            id,
            organisation_id: scope.viewer().organisation_id(),
            programme_id: None,
            session_id: None,
            first_id: id,
            version: 1,
            kind: self.kind,
            title: name(&self.title, "material.title")?,
            language: language(&self.language, "material.language")?,
            about: text(&self.about, "material.about", LONGEST_TEXT)?,
            address: rules::address(&self.address, "material.address")?,
            valid_from: of_our_times(self.valid_from.unwrap_or(scope.today()), "material.validFrom")?,
            published_by_id: scope.viewer().membership_id(),
            published_at: scope.now(),
            replaced_at: None,
            withdrawn_at: None,
        })
    }
}

/// Publishes the first version of a material of one of these two.
pub(super) async fn publish(
    scope: &Scope,
    once: &Once,
    (session, programme): (Option<Option<Uuid>>, Option<Option<Uuid>>),
    content: &Content,
) -> Outcome<Model> {
    let version = content.version(scope)?;
    let whole = rules::whole(session, programme)?;
    let write = scope.begin().await?;
    if let Some(earlier) = once.claim(&write, version.id).await? {
        return found(&write, Some(earlier), "idempotencyKey").await;
    }
    let version = belonging(&write, version, whole).await?;
    rules::gives_something(&version)?;
    let version = write.insert::<Entity>(version, Action::MaterialPublished).await?;
    write.commit().await?;
    Ok(version)
}

/// The version as one of a session that the viewer trains, or of a programme of its organisation.
async fn belonging(write: &Write, version: Model, whole: Whole) -> Outcome<Model> {
    match whole {
        Whole::Session(key) => {
            let missing = || Problem::not_found("sessionId");
            let key = key.ok_or_else(missing)?;
            let session = write.find::<training_session::Entity>().by_key(key).one().await?.ok_or_else(missing)?;
            if !trains(write, session.id).await? {
                return Err(missing().into());
            }
            Ok(Model { session_id: Some(session.id), organisation_id: session.organisation_id, ..version })
        }
        Whole::Programme(key) => {
            let missing = || Problem::not_found("programmeId");
            let found = write.find::<programme::Entity>().by_key(key.ok_or_else(missing)?).one().await?;
            let own = found.filter(|found| found.organisation_id == version.organisation_id).ok_or_else(missing)?;
            Ok(Model { programme_id: Some(own.id), ..version })
        }
    }
}

/// Publishes a newer version in the place of the newest.
pub(super) async fn replace(scope: &Scope, once: &Once, key: Option<Uuid>, content: &Content) -> Outcome<Model> {
    let version = content.version(scope)?;
    let write = scope.begin().await?;
    if let Some(earlier) = once.claim(&write, version.id).await? {
        return found(&write, Some(earlier), "idempotencyKey").await;
    }
    let before = to_change(&write, key).await?;
    rules::may_replace(&before)?;
    rules::gives_something(&version)?;
    let replaced = Model { replaced_at: Some(write.now()), ..before.clone() };
    write.update::<Entity>(&before, replaced, Action::MaterialReplaced).await?;
    let version = Model {
        organisation_id: before.organisation_id,
        programme_id: before.programme_id,
        session_id: before.session_id,
        first_id: before.first_id,
        version: before.version + 1,
        ..version
    };
    write.insert_part::<Entity>(version.clone()).await?;
    write.commit().await?;
    Ok(version)
}

/// Takes a version back: participants do not see it any more.
pub(super) async fn withdraw(scope: &Scope, key: Option<Uuid>, reason: &str) -> Outcome<Model> {
    let reason = organisations::reason(reason, organisations::LONGEST_NAME)?;
    let write = scope.begin().await?;
    let before = to_change(&write, key).await?;
    rules::not_withdrawn(&before)?;
    let after = Model { withdrawn_at: Some(write.now()), ..before.clone() };
    let after = write.update::<Entity>(&before, after, Act::because(Action::MaterialWithdrawn, reason)).await?;
    write.commit().await?;
    Ok(after)
}

/// A version that the viewer may change, locked: of a session that it trains, or of a programme of its organisation.
async fn to_change(write: &Write, key: Option<Uuid>) -> Outcome<Model> {
    let missing = || Problem::not_found("materialId");
    let version = write.find::<Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?.ok_or_else(missing)?;
    let own = match version.session_id {
        Some(session) => trains(write, session).await?,
        None => version.organisation_id == write.viewer().organisation_id(),
    };
    if own { Ok(version) } else { Err(missing().into()) }
}

async fn found(write: &Write, key: Option<Uuid>, path: &str) -> Outcome<Model> {
    let missing = || Problem::not_found(path);
    Ok(write.find::<Entity>().by_key(key.ok_or_else(missing)?).one().await?.ok_or_else(missing)?)
}
