//! Who has evaluated a session. That it was done, and nothing of what or when.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evaluation_answered")]
pub struct Model {
    /// The registration.
    #[sea_orm(primary_key, auto_increment = false)]
    pub registration_id: Uuid,
    /// The tenant: the participant's institution.
    pub organisation_id: Uuid,
    /// The session.
    pub session_id: Uuid,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
