//! Notifications: that something happened which concerns one member.

use sea_orm::entity::prelude::*;

/// A row of the table. It holds no text: what is shown is asked for as its reader.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation of whoever is told.
    pub organisation_id: Uuid,
    /// Membership that is told.
    pub membership_id: Uuid,
    /// What happened: a name of `access::News`.
    pub news: String,
    /// Type of the object that it happened to.
    pub object_type: String,
    /// That object.
    pub object_id: Uuid,
    /// When it happened.
    pub occurred_at: DateTimeUtc,
    /// When it was marked as read.
    pub read_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
