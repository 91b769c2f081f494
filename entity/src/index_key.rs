//! The key of the blind indexes: one for the whole installation, wrapped by the master key.

use sea_orm::entity::prelude::*;

/// A row of the table, which has one at most.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "index_key")]
pub struct Model {
    /// Always the same key, so that there is never a second row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Which master key wraps it.
    pub master_key_id: String,
    /// The key, wrapped.
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
