//! Erasures of persons of concern: proposed, reviewed, then done or dropped. A row stays for good, and names nobody.

use sea_orm::entity::prelude::*;

/// Why a person is to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Ground {
    /// The retention period of identified persons ended.
    #[sea_orm(string_value = "identified")]
    Identified,
    /// The retention period of persons who were not identified ended.
    #[sea_orm(string_value = "not_identified")]
    NotIdentified,
    /// It was asked for.
    #[sea_orm(string_value = "request")]
    Request,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation whose report it is.
    pub organisation_id: Uuid,
    /// The report.
    pub report_id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// What is erased together, or not at all, has the same value here.
    pub together_id: Uuid,
    /// Why.
    pub ground: Ground,
    /// The words of the request, sealed with the person's key and so erased with it; empty for a period that ended.
    pub reason: String,
    /// When the period ended, or when it was asked for.
    pub due_at: DateTimeUtc,
    /// Whether whoever asked for it made sure that the person stands in none of the joined reports that the request leaves out.
    pub stands_nowhere_else: bool,
    /// Membership that asked for it; nothing for the service.
    pub proposed_by_id: Option<Uuid>,
    /// When it was proposed.
    pub proposed_at: DateTimeUtc,
    /// When the review window began: with the proposal, or with the release after a hold.
    pub window_began_at: DateTimeUtc,
    /// Since when it is held.
    pub held_at: Option<DateTimeUtc>,
    /// Membership that holds it.
    pub held_by_id: Option<Uuid>,
    /// Why it is held; sealed like the reason.
    pub hold_reason: String,
    /// When it was dropped, because its ground had gone.
    pub dropped_at: Option<DateTimeUtc>,
    /// When it was done.
    pub executed_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
