//! Persons of submitted reports as they are compared with each other: what of them is open anyway, and whether it was done.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "match_subject")]
pub struct Model {
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// The tenant: the organisation that reports.
    pub organisation_id: Uuid,
    /// The report.
    pub report_id: Uuid,
    /// How many words its name has.
    pub name_parts: i16,
    /// Year of birth, where known.
    pub birth_year: Option<i32>,
    /// Estimated age.
    pub age_band: Option<super::person::AgeBand>,
    /// Sex.
    pub sex: super::person::Sex,
    /// Where it was seen: a code of the municipality list.
    pub municipality_code: Option<String>,
    /// When the report was submitted.
    pub submitted_at: DateTimeUtc,
    /// When it was compared with those that were there before; nothing while that is to be done.
    pub compared_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
