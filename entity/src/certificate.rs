//! Certificates: what anybody learns who holds the number, and whom it belongs to. What stands on one is in its content.

use sea_orm::entity::prelude::*;

/// Why a certificate is no longer valid although its time has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Revocation {
    /// A trainer revoked it.
    #[sea_orm(string_value = "revoked")]
    Revoked,
    /// Another one was issued in its place.
    #[sea_orm(string_value = "replaced")]
    Replaced,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the participant's institution.
    pub organisation_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// The session's organiser.
    pub organiser_id: Uuid,
    /// The participant.
    pub registration_id: Uuid,
    /// The accredited programme that the session followed.
    pub programme_id: Option<Uuid>,
    /// Human number with a check digit.
    pub number: String,
    /// What certificates that were issued at once have in common.
    pub batch_id: Uuid,
    /// When it was issued.
    pub issued_at: DateTimeUtc,
    /// Membership of the trainer who issued it.
    pub issued_by_id: Uuid,
    /// The last day of its validity; empty where it has no end.
    pub valid_until: Option<Date>,
    /// When it was revoked or replaced.
    pub revoked_at: Option<DateTimeUtc>,
    /// Which of the two.
    pub revocation: Option<Revocation>,
    /// The certificate in whose place this one was issued.
    pub replaces_id: Option<Uuid>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
