//! What a participant needs at a session, and whether it may be photographed. It goes after the session.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "participant_needs")]
pub struct Model {
    /// Key of the registration.
    #[sea_orm(primary_key, auto_increment = false)]
    pub registration_id: Uuid,
    /// The tenant: the participant's institution.
    pub organisation_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// Whether the participant agrees to be photographed.
    pub photograph: bool,
    /// What it does not eat, in words.
    #[sea_orm(column_type = "Text")]
    pub dietary: String,
    /// What it needs to take part, in words.
    #[sea_orm(column_type = "Text")]
    pub access: String,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
