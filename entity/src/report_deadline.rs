//! Within what time the Centre has to act on a report: one row for each time that a clock was started. Only the Centre learns of it.

use sea_orm::entity::prelude::*;

/// Which clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// Somebody of the Centre takes the report up.
    #[sea_orm(string_value = "first_assessment")]
    FirstAssessment,
    /// The Centre decides what becomes of the report.
    #[sea_orm(string_value = "decision")]
    Decision,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_deadline")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that reports.
    pub organisation_id: Uuid,
    /// The report.
    pub report_id: Uuid,
    /// Which clock.
    pub kind: Kind,
    /// How many times it was started before, from 0.
    pub round: i32,
    /// The urgency by which it is as long as it is.
    pub urgency: i16,
    /// When it was started.
    pub started_at: DateTimeUtc,
    /// The month in which it was started, in Serbia: `2018-11`.
    pub started_in: String,
    /// When it is due; the last second of the year 9999 while it is paused with time left, so that it sorts behind all others.
    pub due_at: DateTimeUtc,
    /// When it escalates unless somebody acts; likewise.
    pub escalates_at: DateTimeUtc,
    /// Since when it is paused.
    pub paused_at: Option<DateTimeUtc>,
    /// Seconds that were left when it was paused.
    pub remaining_seconds: i32,
    /// When the Centre did what was to be done.
    pub met_at: Option<DateTimeUtc>,
    /// When it was seen to be overdue.
    pub overdue_at: Option<DateTimeUtc>,
    /// When it escalated.
    pub escalated_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The report.
    #[sea_orm(belongs_to = "super::report::Entity", from = "Column::ReportId", to = "super::report::Column::Id")]
    Report,
    /// The organisation that reports.
    #[sea_orm(
        belongs_to = "super::organisation::Entity",
        from = "Column::OrganisationId",
        to = "super::organisation::Column::Id"
    )]
    Organisation,
}

impl ActiveModelBehavior for ActiveModel {}
