//! Who trains a session.

use crate::access::{Result, Role, Scope};
use entity::session_trainer::{Column, Entity};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Whether the viewer trains this session. Seeing a session is not enough: many see it who take part.
///
/// # Errors
/// The database is away.
pub async fn trains(scope: &Scope, session: Uuid) -> Result<bool> {
    let own = Condition::all()
        .add(Column::SessionId.eq(session))
        .add(Column::MembershipId.eq(scope.viewer().membership_id()));
    let is_trainer = scope.viewer().has_any(&[Role::Trainer]);
    Ok(is_trainer && scope.find::<Entity>().filter(own).one().await?.is_some())
}
