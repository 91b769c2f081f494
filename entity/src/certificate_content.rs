//! What stands on a certificate, as of its issuing. It never changes: whatever becomes of the session or the programme, the
//! certificate is printed the same.

use crate::training_session::Kind;
use sea_orm::entity::prelude::*;

/// Languages and scripts of certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Language {
    /// Serbian in Cyrillic script.
    #[sea_orm(string_value = "sr-Cyrl")]
    SerbianCyrillic,
    /// Serbian in Latin script.
    #[sea_orm(string_value = "sr-Latn")]
    SerbianLatin,
    /// English.
    #[sea_orm(string_value = "en")]
    English,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_content")]
pub struct Model {
    /// Key of the certificate.
    #[sea_orm(primary_key, auto_increment = false)]
    pub certificate_id: Uuid,
    /// The tenant: the participant's institution.
    pub organisation_id: Uuid,
    /// Language and script it is printed in. The texts stand as they were written; printing puts them into the script.
    pub language: Language,
    /// Who holds it.
    pub holder: String,
    /// What kind of session it was.
    pub kind: Kind,
    /// The session's title.
    pub title: String,
    /// The session's length in hours of teaching.
    pub hours: i32,
    /// The session's first day.
    pub held_from: Date,
    /// The session's last day.
    pub held_until: Date,
    /// Who accredited the programme; empty without one.
    pub accreditor: String,
    /// Number under which the accreditor keeps it; empty without one.
    pub accreditation_number: String,
    /// Name of the organiser.
    pub organiser: String,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
