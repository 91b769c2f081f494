//! What is done to programmes.

use super::rules;
use crate::access::{Act, Action, Scope};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::idempotency::Once;
use crate::ids;
use crate::language::Message;
use crate::organisations::rules::{self as organisations, name, text};
use crate::training::names::on_certificates;
use crate::training::rules::of_our_times;
use chrono::NaiveDate;
use entity::programme::{self, Model};
use uuid::Uuid;

/// The longest description of what a programme is about, in characters.
const LONGEST_TOPIC: usize = 2_000;

/// A programme to register.
pub(super) struct NewProgramme {
    pub(super) title: String,
    pub(super) topic: String,
    pub(super) accreditor: String,
    pub(super) accreditation_number: String,
    pub(super) hours: i32,
    pub(super) valid_from: NaiveDate,
    pub(super) valid_until: Option<NaiveDate>,
}

/// Registers a programme of the viewer's organisation.
pub(super) async fn register(scope: &Scope, once: &Once, new: NewProgramme) -> Outcome<Model> {
    let write = scope.begin().await?;
    let row = Model {
        id: ids::new_key(write.now()),
        organisation_id: write.viewer().organisation_id(),
        title: name(&new.title, "title")?,
        topic: text(&new.topic, "topic", LONGEST_TOPIC)?,
        accreditor: on_certificates(name(&new.accreditor, "accreditor")?, "accreditor")?,
        accreditation_number: on_certificates(
            name(&new.accreditation_number, "accreditationNumber")?,
            "accreditationNumber",
        )?,
        hours: rules::hours(new.hours, "hours")?,
        valid_from: of_our_times(new.valid_from, "validFrom")?,
        valid_until: rules::validity(new.valid_from, new.valid_until, "validUntil")?,
        withdrawn_at: None,
        revision: 1,
        created_at: write.now(),
    };
    if let Some(earlier) = once.claim(&write, row.id).await? {
        let earlier = write.find::<programme::Entity>().by_key(earlier).one().await?;
        return Ok(earlier.ok_or_else(|| Problem::not_found("idempotencyKey"))?);
    }
    let row = write.insert::<programme::Entity>(row, Action::ProgrammeRegistered).await?;
    write.commit().await?;
    Ok(row)
}

/// Withdraws a programme of the viewer's organisation: certificates of it are not valid from then on.
pub(super) async fn withdraw(scope: &Scope, key: Option<Uuid>, revision: i32, reason: &str) -> Outcome<Model> {
    let reason = organisations::reason(reason, organisations::LONGEST_NAME)?;
    let missing = || Problem::not_found("programmeId");
    let write = scope.begin().await?;
    let before = write.find::<programme::Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?;
    let own = write.viewer().organisation_id();
    let before = before.filter(|programme| programme.organisation_id == own).ok_or_else(missing)?;
    if before.withdrawn_at.is_some() {
        return Err(Problem::new(UserErrorCode::WrongState, "programmeId", Message::new("programme-withdrawn")).into());
    }
    if before.revision != revision {
        return Err(Problem::new(UserErrorCode::Stale, "revision", Message::new("stale-programme")).into());
    }
    let after = Model { withdrawn_at: Some(write.now()), revision: before.revision + 1, ..before.clone() };
    let after =
        write.update::<programme::Entity>(&before, after, Act::because(Action::ProgrammeWithdrawn, reason)).await?;
    write.commit().await?;
    Ok(after)
}
