//! Keys of organisations: each wraps the keys of the organisation's records, and is itself wrapped by the master key.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_key")]
pub struct Model {
    /// Time-ordered key (UUIDv7) of the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The organisation.
    pub organisation_id: Uuid,
    /// Which master key wraps it.
    pub master_key_id: String,
    /// The key, wrapped.
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When a newer one took its place; what it wrapped can still be opened.
    pub retired_at: Option<DateTimeUtc>,
    /// When it was destroyed: what it sealed alone is gone. The row stays, so that what names a key which never was is told
    /// from it.
    pub destroyed_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
