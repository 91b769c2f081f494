//! Blind indexes: keyed digests of what persons are known by. Two that are the same say that the words were, and no more.

use sea_orm::entity::prelude::*;

/// What was digested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// A word of the name.
    #[sea_orm(string_value = "name")]
    Name,
    /// A name that the word stands for: itself, and where it is a short form, the full ones.
    #[sea_orm(string_value = "full_name")]
    FullName,
    /// A word of the name that is on the list of names, whole and without each of its letters.
    #[sea_orm(string_value = "near_known")]
    NearKnown,
    /// Another word of the name, likewise.
    #[sea_orm(string_value = "near_other")]
    NearOther,
    /// Telephone.
    #[sea_orm(string_value = "telephone")]
    Telephone,
    /// Personal number, or number of a travel document.
    #[sea_orm(string_value = "personal_number")]
    PersonalNumber,
    /// Date of birth.
    #[sea_orm(string_value = "birth_date")]
    BirthDate,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "match_key")]
pub struct Model {
    /// Random, so that it does not tell in which order the words stood.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that reports.
    pub organisation_id: Uuid,
    /// The report.
    pub report_id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// What was digested.
    pub kind: Kind,
    /// Which word of the name, from 0; 0 for everything else.
    pub part: i16,
    /// The first 16 bytes of its keyed digest, or as many at random.
    pub digest: Vec<u8>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
