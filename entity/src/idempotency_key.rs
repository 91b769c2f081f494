//! Keys of creating mutations, kept with their result.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// Who used the key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub membership_id: Uuid,
    /// The client's key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The tenant: the organisation the member acted for.
    pub organisation_id: Uuid,
    /// The mutation.
    pub operation: String,
    /// A digest of the input, sealed: whoever reads the table cannot try inputs on it.
    pub input_digest: String,
    /// The object it created.
    pub result_id: Uuid,
    /// When.
    pub created_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
