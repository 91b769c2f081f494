//! What those who take part in a session were reminded of, so that it is done once.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_reminder")]
pub struct Model {
    /// The session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    /// What was told: a name of `access::News`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub news: String,
    /// The instant that it was about. A session that is moved is told of anew.
    #[sea_orm(primary_key, auto_increment = false)]
    pub about: DateTimeUtc,
    /// The tenant: the organiser.
    pub organisation_id: Uuid,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
