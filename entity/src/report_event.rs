//! Transitions of reports: who, when, why.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_event")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that reports.
    pub organisation_id: Uuid,
    /// The report.
    pub report_id: Uuid,
    /// Membership that acted.
    pub actor_id: Uuid,
    /// Name of the transition in the table of `triage::rules`.
    pub transition: String,
    /// State before.
    pub from_state: super::report::State,
    /// State after.
    pub to_state: super::report::State,
    /// The revision of the report that it led to: the order in which things happened, whatever the clock said.
    pub revision: i32,
    /// The urgency that the report was given, where it was.
    pub urgency: Option<i16>,
    /// Whom it was assigned to, where it was.
    pub assignee_id: Option<Uuid>,
    /// Why, or to whom.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// When.
    pub occurred_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
