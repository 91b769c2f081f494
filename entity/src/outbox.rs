//! The outbox: that something happened, written with the change itself, until those whom it concerns are told.

use sea_orm::entity::prelude::*;

/// A row of the table. It holds no text, and says nothing of whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that acted; nothing where the service did.
    pub organisation_id: Option<Uuid>,
    /// Membership that acted; nothing where the service did.
    pub actor_id: Option<Uuid>,
    /// What happened: a name of `access::News`.
    pub news: String,
    /// Type of the object that it happened to.
    pub object_type: String,
    /// That object.
    pub object_id: Uuid,
    /// When.
    pub occurred_at: DateTimeUtc,
    /// Until when one server is at work on it; nothing while none has begun.
    pub leased_until: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
