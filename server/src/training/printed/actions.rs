//! Writing down what was given out, and removing what was written by mistake.

use crate::access::{Act, Action, Scope, Write};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::idempotency::Once;
use crate::ids;
use crate::language::Message;
use crate::organisations::rules::{self as organisations, name};
use crate::training::rules::of_our_times;
use crate::training::sessions::{language, trains};
use chrono::NaiveDate;
use entity::organisation;
use entity::printed_material::{Entity, Model};
use uuid::Uuid;

/// The most pieces that one entry counts.
const MOST_PIECES: i32 = 1_000_000;

/// What was given out.
pub(super) struct Given {
    pub(super) item: String,
    pub(super) language: String,
    pub(super) quantity: i32,
    /// The institution that got it, where one is named.
    pub(super) institution: Option<Option<Uuid>>,
    /// Who got it, in words.
    pub(super) recipient: Option<String>,
    pub(super) on: Option<NaiveDate>,
    /// The session at which it was given, where one is named.
    pub(super) session: Option<Option<Uuid>>,
}

/// Writes down that something was given out.
pub(super) async fn give(scope: &Scope, once: &Once, given: Given) -> Outcome<Model> {
    let (item, language) = (name(&given.item, "item")?, language(&given.language, "language")?);
    let quantity = quantity(given.quantity)?;
    let given_on = past(of_our_times(given.on.unwrap_or(scope.today()), "givenOn")?, scope.today())?;
    let write = scope.begin().await?;
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        let earlier = write.find::<Entity>().by_key(earlier).one().await?;
        return Ok(earlier.ok_or_else(|| Problem::not_found("idempotencyKey"))?);
    }
    let session_id = session(&write, given.session).await?;
    let (recipient_id, recipient) = recipient(&write, given.institution, given.recipient.as_deref()).await?;
    let row = Model {
        id,
        organisation_id: write.viewer().organisation_id(),
        session_id,
        item,
        language,
        quantity,
        recipient_id,
        recipient,
        given_on,
        given_by_id: write.viewer().membership_id(),
        created_at: write.now(),
    };
    let row = write.insert::<Entity>(row, Action::PrintedMaterialGiven).await?;
    write.commit().await?;
    Ok(row)
}

fn quantity(pieces: i32) -> Result<i32, Problem> {
    if (1..=MOST_PIECES).contains(&pieces) {
        return Ok(pieces);
    }
    let message = Message::new("printed-quantity").with("most", MOST_PIECES);
    Err(Problem::new(UserErrorCode::Invalid, "quantity", message))
}

/// A day that is not to come.
fn past(day: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Problem> {
    if day <= today {
        Ok(day)
    } else {
        Err(Problem::new(UserErrorCode::Invalid, "givenOn", Message::new("printed-not-yet")))
    }
}

/// To whom it went, in one of two ways: an institution that the viewer may look up, or words.
async fn recipient(
    write: &Write,
    institution: Option<Option<Uuid>>,
    words: Option<&str>,
) -> Outcome<(Option<Uuid>, String)> {
    match (institution, words) {
        (Some(key), None) => {
            let missing = || Problem::not_found("recipientId");
            let found = write.find::<organisation::Entity>().by_key(key.ok_or_else(missing)?).one().await?;
            Ok((Some(found.ok_or_else(missing)?.id), String::new()))
        }
        (None, Some(words)) => Ok((None, name(words, "recipientName")?)),
        _ => Err(Problem::new(UserErrorCode::Invalid, "recipientId", Message::new("printed-to-one")).into()),
    }
}

/// The session that is named, which the viewer trains and its organisation holds.
async fn session(write: &Write, named: Option<Option<Uuid>>) -> Outcome<Option<Uuid>> {
    let Some(key) = named else { return Ok(None) };
    let missing = || Problem::not_found("sessionId");
    let key = key.ok_or_else(missing)?;
    let found = write.find::<entity::training_session::Entity>().by_key(key).one().await?;
    let own = found.filter(|session| session.organisation_id == write.viewer().organisation_id());
    let own = own.ok_or_else(missing)?.id;
    if trains(write, own).await? { Ok(Some(own)) } else { Err(missing().into()) }
}

/// Removes an entry of the viewer's organisation.
pub(super) async fn remove(scope: &Scope, key: Option<Uuid>, reason: &str) -> Outcome<Uuid> {
    let reason = organisations::reason(reason, organisations::LONGEST_NAME)?;
    let missing = || Problem::not_found("printedMaterialId");
    let write = scope.begin().await?;
    let row = write.find::<Entity>().by_key(key.ok_or_else(missing)?).one().await?.ok_or_else(missing)?;
    if row.organisation_id != write.viewer().organisation_id() {
        return Err(missing().into());
    }
    write.delete::<Entity>(&row, Act::because(Action::PrintedMaterialRemoved, reason)).await?;
    write.commit().await?;
    Ok(row.id)
}
