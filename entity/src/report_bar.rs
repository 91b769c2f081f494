//! Bars: who is kept from a report because of a conflict of interest.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_bar")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that reports.
    pub organisation_id: Uuid,
    /// The report.
    pub report_id: Uuid,
    /// Membership that is barred, and with it every membership of the same account.
    pub membership_id: Uuid,
    /// Why.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Keys of the report and of what it holds that the audit trail names: its persons and cases. With commas between them,
    /// so that one question at the gate brings all that somebody is barred from.
    #[sea_orm(column_type = "Text")]
    pub objects: String,
    /// Membership that barred it: its own where it declared the conflict itself.
    pub barred_by_id: Uuid,
    /// When.
    pub barred_at: DateTimeUtc,
    /// When it was lifted.
    pub lifted_at: Option<DateTimeUtc>,
    /// Membership that lifted it.
    pub lifted_by_id: Option<Uuid>,
    /// Why it was lifted.
    #[sea_orm(column_type = "Text")]
    pub lift_reason: String,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
