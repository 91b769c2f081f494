//! What partner and Centre say to each other about a report.

use sea_orm::entity::prelude::*;

/// Kinds of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// The partner adds what it learned.
    #[sea_orm(string_value = "information")]
    Information,
    /// The Centre asks for what is missing.
    #[sea_orm(string_value = "request")]
    Request,
    /// The partner answers a request.
    #[sea_orm(string_value = "answer")]
    Answer,
    /// The partner asks to withdraw the report.
    #[sea_orm(string_value = "withdrawal_request")]
    WithdrawalRequest,
    /// The Centre tells the partner something beside the status.
    #[sea_orm(string_value = "notice")]
    Notice,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_message")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that reports.
    pub organisation_id: Uuid,
    /// The report.
    pub report_id: Uuid,
    /// Membership that wrote it.
    pub author_id: Uuid,
    /// What it is.
    pub kind: Kind,
    /// The request that an answer answers.
    pub in_reply_to_id: Option<Uuid>,
    /// The text.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// When it was written.
    pub created_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
