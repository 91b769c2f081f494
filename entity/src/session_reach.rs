//! Whom a session reached: how many of an institution were there. Kept once the session is completed, when attendance is final,
//! so that coverage over many years need not count each day of each participant again.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_reach")]
pub struct Model {
    /// The session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    /// The tenant: the participants' institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The session's organiser.
    pub organiser_id: Uuid,
    /// Last day of the session, in Serbia.
    pub ended_on: Date,
    /// How many of the institution were there on at least one day.
    pub participants: i32,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
