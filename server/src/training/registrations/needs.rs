//! What participants need: said beside the registration, read by few, and gone with the session.

use super::actions::{registration_of, session_of};
use super::rules;
use crate::access::{Action, Scope, Write};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::language::Message;
use crate::organisations::rules::text;
use entity::participant_needs::{self, Column, Entity};
use entity::registration::{self, Model};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// What a participant needs.
#[derive(Clone)]
pub(super) struct Needs {
    pub(super) photograph: bool,
    pub(super) dietary: String,
    pub(super) access: String,
}

impl Needs {
    /// The same as it is kept.
    pub(super) fn checked(self) -> Result<Self, Problem> {
        Ok(Self {
            photograph: self.photograph,
            dietary: text(&self.dietary, "needs.dietary", rules::LONGEST_NEED)?,
            access: text(&self.access, "needs.access", rules::LONGEST_NEED)?,
        })
    }
}

/// Says what a participant needs.
pub(super) async fn say_needs(scope: &Scope, key: Option<Uuid>, needs: Needs) -> Outcome<Model> {
    let needs = needs.checked()?;
    let write = scope.begin().await?;
    let row = registration_of(&write, key).await?;
    if !rules::ACTIVE.contains(&row.state) {
        return Err(
            Problem::new(UserErrorCode::WrongState, "registrationId", Message::new("registration-is-over")).into()
        );
    }
    rules::may_say_needs(&session_of(&write, Some(row.session_id)).await?, write.now())?;
    set_needs(&write, &row, Some(&needs)).await?;
    write.audit::<registration::Entity>(row.id, Action::NeedsChanged).await?;
    write.commit().await?;
    Ok(row)
}

/// Replaces what is known of a participant's needs.
pub(super) async fn set_needs(write: &Write, row: &Model, needs: Option<&Needs>) -> Outcome<()> {
    let Some(needs) = needs else { return Ok(()) };
    remove_needs(write, row).await?;
    let needs = participant_needs::Model {
        registration_id: row.id,
        organisation_id: row.organisation_id,
        session_id: row.session_id,
        photograph: needs.photograph,
        dietary: needs.dietary.clone(),
        access: needs.access.clone(),
    };
    write.insert_part::<Entity>(needs).await?;
    Ok(())
}

/// Forgets them.
pub(super) async fn remove_needs(write: &Write, row: &Model) -> Outcome<()> {
    write.delete_parts::<Entity>(Condition::all().add(Column::RegistrationId.eq(row.id))).await?;
    Ok(())
}
