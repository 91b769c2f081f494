//! What coordinators, and administrators at the Centre, do with the webhooks of their organisation.

use super::{Allowed, addresses, signing};
use crate::access::{Action, Scope, Write};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::idempotency::Once;
use crate::ids;
use crate::language::Message;
use chrono::TimeDelta;
use entity::webhook::{Entity, Model};
use uuid::Uuid;

/// How many an organisation has at the most.
const MOST: usize = 20;

/// For how long a secret signs after it was replaced.
const CHANGE_OVER: TimeDelta = TimeDelta::hours(24);

/// Registers a webhook; its secret comes with it the first time.
pub(super) async fn register(
    scope: &Scope,
    once: &Once,
    url: &str,
    allowed: Allowed,
) -> Outcome<(Model, Option<String>)> {
    let url = addresses::read(url, allowed)?;
    let write = scope.begin().await?;
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        let earlier = write.find::<Entity>().by_key(earlier).one().await?;
        return Ok((earlier.ok_or_else(|| Problem::not_found(""))?, None));
    }
    if write.find::<Entity>().count().await? >= MOST as u64 {
        let message = Message::new("too-many").with_number("most", MOST);
        return Err(Problem::new(UserErrorCode::WrongState, "url", message).into());
    }
    let row = Model {
        id,
        organisation_id: write.viewer().organisation_id(),
        registered_by_id: write.viewer().membership_id(),
        url: url.into(),
        secret: signing::new_secret(),
        previous_secret: String::new(),
        previous_until: None,
        created_at: write.now(),
        failing_since: None,
        disabled_at: None,
    };
    let row = write.insert::<Entity>(row, Action::WebhookRegistered).await?;
    write.commit().await?;
    let secret = signing::shown(&row.secret);
    Ok((row, secret))
}

/// Makes a new secret beside the present one.
pub(super) async fn rotate(scope: &Scope, key: Option<Uuid>) -> Outcome<(Model, Option<String>)> {
    let (write, before) = begin(scope, key).await?;
    let after = Model {
        secret: signing::new_secret(),
        previous_secret: before.secret.clone(),
        previous_until: Some(write.now() + CHANGE_OVER),
        ..before.clone()
    };
    let after = write.update::<Entity>(&before, after, Action::WebhookSecretRotated).await?;
    write.commit().await?;
    let secret = signing::shown(&after.secret);
    Ok((after, secret))
}

/// Sends nothing there any more.
pub(super) async fn disable(scope: &Scope, key: Option<Uuid>) -> Outcome<Model> {
    let (write, before) = begin(scope, key).await?;
    if before.disabled_at.is_some() {
        return Err(wrong_state("webhook-disabled").into());
    }
    let after = Model { disabled_at: Some(write.now()), ..before.clone() };
    finish(write, &before, after, Action::WebhookDisabled).await
}

/// Takes it into use again, with a clean record.
pub(super) async fn enable(scope: &Scope, key: Option<Uuid>) -> Outcome<Model> {
    let (write, before) = begin(scope, key).await?;
    if before.disabled_at.is_none() {
        return Err(wrong_state("webhook-enabled").into());
    }
    let after = Model { disabled_at: None, failing_since: None, ..before.clone() };
    finish(write, &before, after, Action::WebhookEnabled).await
}

/// Sends something there to try it.
pub(super) async fn test(scope: &Scope, key: Option<Uuid>) -> Outcome<Model> {
    let (write, webhook) = begin(scope, key).await?;
    if webhook.disabled_at.is_some() {
        return Err(wrong_state("webhook-disabled").into());
    }
    write.audit::<Entity>(webhook.id, Action::WebhookTested).await?;
    write.commit().await?;
    Ok(webhook)
}

fn wrong_state(key: &'static str) -> Problem {
    Problem::new(UserErrorCode::WrongState, "webhookId", Message::new(key))
}

async fn begin(scope: &Scope, key: Option<Uuid>) -> Outcome<(Write, Model)> {
    let missing = || Problem::not_found("webhookId");
    let write = scope.begin().await?;
    let found = write.find::<Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?;
    Ok((write, found.ok_or_else(missing)?))
}

async fn finish(write: Write, before: &Model, after: Model, action: Action) -> Outcome<Model> {
    let after = write.update::<Entity>(before, after, action).await?;
    write.commit().await?;
    Ok(after)
}
