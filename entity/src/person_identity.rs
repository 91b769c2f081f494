//! Identity of persons of concern, kept apart so that nobody selects it by accident.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person_identity")]
pub struct Model {
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// The tenant: the organisation that reports.
    pub organisation_id: Uuid,
    /// The report.
    pub report_id: Uuid,
    /// Names.
    pub names: String,
    /// Personal number (JMBG) or number of a travel document.
    pub personal_number: String,
    /// Date of birth (ISO 8601), a text so that it can be sealed; empty where not known.
    pub birth_date: String,
    /// Telephone.
    pub phone: String,
    /// Address.
    pub address: String,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
