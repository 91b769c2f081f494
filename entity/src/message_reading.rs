//! Who has read which message on a report, and when. Beside the rows of its members there is one in the name of the whole Centre,
//! which is all that the reporting organisation learns of the Centre's readers.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_reading")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that reports.
    pub organisation_id: Uuid,
    /// The report.
    pub report_id: Uuid,
    /// The message.
    pub message_id: Uuid,
    /// The reader's organisation.
    pub reader_organisation_id: Uuid,
    /// Membership that read it; nothing in the row that says that the Centre has.
    pub membership_id: Option<Uuid>,
    /// When it was marked as read for the first time.
    pub read_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
