//! Organisations: the tenants. The Centre is one of them.

use sea_orm::entity::prelude::*;

/// Kinds of organisation, as institutions are set up in Serbia.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// The Centre for the protection of the persons this service is about.
    #[sea_orm(string_value = "centre")]
    Centre,
    /// A primary or secondary school.
    #[sea_orm(string_value = "school")]
    School,
    /// A centre for social work.
    #[sea_orm(string_value = "centre_for_social_work")]
    CentreForSocialWork,
    /// A health centre, hospital or institute.
    #[sea_orm(string_value = "health_service")]
    HealthService,
    /// A police directorate or station.
    #[sea_orm(string_value = "police")]
    Police,
    /// A branch of the National Employment Service.
    #[sea_orm(string_value = "employment_service")]
    EmploymentService,
    /// A reception or asylum centre for migrants.
    #[sea_orm(string_value = "reception_centre")]
    ReceptionCentre,
    /// A home for children without parental care.
    #[sea_orm(string_value = "childrens_home")]
    ChildrensHome,
    /// The labour inspectorate.
    #[sea_orm(string_value = "labour_inspectorate")]
    LabourInspectorate,
    /// A non-governmental organisation.
    #[sea_orm(string_value = "non_governmental")]
    NonGovernmental,
    /// Another public authority: prosecution, court, ministry, municipality.
    #[sea_orm(string_value = "other_authority")]
    OtherAuthority,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Official name, in Serbian Cyrillic.
    pub name: String,
    /// What kind of institution it is.
    pub kind: Kind,
    /// Municipality of its seat: a code of the municipality list.
    pub municipality_code: String,
    /// Since when its members have no access; empty while it cooperates.
    pub suspended_at: Option<DateTimeUtc>,
    /// When it was registered.
    pub created_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
