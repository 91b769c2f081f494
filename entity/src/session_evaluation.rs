//! When a session can be evaluated.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_evaluation")]
pub struct Model {
    /// The session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    /// The tenant: the organiser.
    pub organisation_id: Uuid,
    /// From when it can be evaluated.
    pub opens_at: DateTimeUtc,
    /// Until when. Results are shown after that, and never before.
    pub closes_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
