//! Accredited programmes of training.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "programme")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that holds the programme.
    pub organisation_id: Uuid,
    /// Title, as accredited.
    pub title: String,
    /// What it is about.
    #[sea_orm(column_type = "Text")]
    pub topic: String,
    /// Who accredited it.
    pub accreditor: String,
    /// Number under which the accreditor keeps it.
    pub accreditation_number: String,
    /// Length in hours of teaching.
    pub hours: i32,
    /// First day of the accreditation.
    pub valid_from: Date,
    /// Last day of the accreditation; empty where it has no end.
    pub valid_until: Option<Date>,
    /// When it was withdrawn: certificates of it are no longer valid from then on.
    pub withdrawn_at: Option<DateTimeUtc>,
    /// Counts changes; a stale change is refused.
    pub revision: i32,
    /// When it was registered.
    pub created_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
