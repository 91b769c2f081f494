//! The audit trail: append-only by the database's rights.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// When.
    pub occurred_at: DateTimeUtc,
    /// Organisation the actor acted for; empty before a viewer is known.
    pub organisation_id: Option<Uuid>,
    /// Who; empty for the service itself.
    pub account_id: Option<Uuid>,
    /// Membership the account acted in.
    pub membership_id: Option<Uuid>,
    /// What was done.
    pub action: String,
    /// Type of the object it was done to.
    pub object_type: String,
    /// The object.
    pub object_id: Option<Uuid>,
    /// The request in which it was done.
    pub request_id: Uuid,
    /// Why, where a reason is required or was given.
    pub reason: Option<String>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
