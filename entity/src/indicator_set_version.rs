//! Published versions of indicator sets.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "indicator_set_version")]
pub struct Model {
    /// Key derived from set and version (UUIDv5).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Stable code of the set.
    pub set_code: String,
    /// Version, unique in the set.
    pub version: String,
    /// First day on which reports may use it.
    pub valid_from: Date,
    /// First day on which they may not any more.
    pub valid_until: Option<Date>,
    /// The version as it was imported: titles, dimensions, indicators and rule, as JSON.
    #[sea_orm(column_type = "Text")]
    pub definition: String,
    /// When it was imported.
    pub imported_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
