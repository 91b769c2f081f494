//! Indicators of a set's version; their wording stands in the version's definition.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "indicator")]
pub struct Model {
    /// Key derived from set, version and code (UUIDv5).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The version it belongs to.
    pub set_version_id: Uuid,
    /// Code, unique in the version.
    pub code: String,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
