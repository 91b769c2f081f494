//! Days of a session.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_day")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organiser.
    pub organisation_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// When it begins.
    pub starts_at: DateTimeUtc,
    /// When it ends.
    pub ends_at: DateTimeUtc,
    /// Secret that the codes in the room are made with, in base64.
    #[sea_orm(column_type = "Text")]
    pub code_secret: String,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
