//! Persons of concern: whom a report is about. Who they are stands apart, in `person_identity`.

use sea_orm::entity::prelude::*;

/// Estimated age, in years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum AgeBand {
    /// Under 12.
    #[sea_orm(string_value = "under_12")]
    Under12,
    /// 12 to 14.
    #[sea_orm(string_value = "12_14")]
    From12To14,
    /// 15 to 17.
    #[sea_orm(string_value = "15_17")]
    From15To17,
    /// 18 to 24.
    #[sea_orm(string_value = "18_24")]
    From18To24,
    /// 25 to 39.
    #[sea_orm(string_value = "25_39")]
    From25To39,
    /// 40 to 59.
    #[sea_orm(string_value = "40_59")]
    From40To59,
    /// 60 or more.
    #[sea_orm(string_value = "60_over")]
    Over60,
}

/// Sex, as far as known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Sex {
    /// Female.
    #[sea_orm(string_value = "female")]
    Female,
    /// Male.
    #[sea_orm(string_value = "male")]
    Male,
    /// Another.
    #[sea_orm(string_value = "other")]
    Other,
    /// Not known.
    #[sea_orm(string_value = "unknown")]
    Unknown,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that reports.
    pub organisation_id: Uuid,
    /// The report.
    pub report_id: Uuid,
    /// Order within the report, from 0.
    pub position: i32,
    /// Name to speak of the person without naming it.
    pub pseudonym: String,
    /// Estimated age.
    pub age_band: Option<AgeBand>,
    /// Year of birth, where known.
    pub birth_year: Option<i32>,
    /// Is the person a child? Unsure means: treat as a child.
    pub child: super::answer::Answer,
    /// Sex.
    pub sex: Sex,
    /// ISO 3166-1 alpha-2 code; empty where not known.
    pub citizenship: String,
    /// BCP 47 tag of a language the person speaks; empty where not known.
    pub language: String,
    /// Disability or communication need.
    pub communication_need: String,
    /// Who the guardian is, as far as known.
    pub guardian: String,
    /// Whether the guardian may be involved in the exploitation.
    pub guardian_may_be_involved: super::answer::Answer,
    /// Safe contact: by which channel.
    pub contact_channel: String,
    /// Safe contact: at what time.
    pub contact_time: String,
    /// Safe contact: who else may pick up or read.
    pub contact_caution: String,
    /// The organisation's key that its own key is wrapped with; nothing once its own key is destroyed.
    pub sealing_key_id: Option<Uuid>,
    /// The key that its texts are sealed with, wrapped; empty once it is destroyed.
    pub sealing_key: Vec<u8>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
