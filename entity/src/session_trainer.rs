//! Who trains which session.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_trainer")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organiser.
    pub organisation_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// Membership of the trainer, in whichever organisation.
    pub membership_id: Uuid,
    /// Membership that planned the session, and says who trains.
    pub planner_id: Uuid,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
