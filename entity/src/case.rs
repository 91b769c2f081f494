//! Cases: the Centre's work with one person after triage.

use sea_orm::entity::prelude::*;

/// Outcome of formal identification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Identification {
    /// Assessment goes on.
    #[sea_orm(string_value = "pending")]
    Pending,
    /// Formally identified.
    #[sea_orm(string_value = "identified")]
    Identified,
    /// Not formally identified.
    #[sea_orm(string_value = "not_identified")]
    NotIdentified,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation whose report it came from.
    pub organisation_id: Uuid,
    /// The report it was opened from.
    pub report_id: Uuid,
    /// The person it is about.
    pub person_id: Uuid,
    /// Human reference with a check digit.
    pub reference: String,
    /// Membership of the Centre that carries it.
    pub case_worker_id: Option<Uuid>,
    /// The Centre's formal decision.
    pub identification: Identification,
    /// Forms of exploitation found, codes, as a JSON array.
    pub exploitation_forms: String,
    /// Why it was decided so.
    #[sea_orm(column_type = "Text")]
    pub decision_reason: String,
    /// Membership that decided.
    pub decided_by_id: Option<Uuid>,
    /// When it was decided.
    pub decided_at: Option<DateTimeUtc>,
    /// Counts changes; a stale change is refused.
    pub revision: i32,
    /// When it was opened.
    pub opened_at: DateTimeUtc,
    /// When reopening the report took the acceptance back; the case counts no more.
    pub void_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
