//! Openings: for whom, why and until when the identities of a report are open.

use sea_orm::entity::prelude::*;

/// How soon an opening should be looked at by whoever reviews it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attention {
    /// Emergency access that nobody has reviewed.
    Emergency = 0,
    /// Another opening that nobody has reviewed.
    Unreviewed = 1,
    /// Reviewed.
    Reviewed = 2,
}

/// Outcome of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Review {
    /// The reason holds.
    #[sea_orm(string_value = "in_order")]
    InOrder,
    /// The reason does not hold.
    #[sea_orm(string_value = "not_in_order")]
    NotInOrder,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_opening")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that reports.
    pub organisation_id: Uuid,
    /// The report.
    pub report_id: Uuid,
    /// The report's reference, for reviewers, who see no report.
    pub report_reference: String,
    /// The person whose identity is open; nothing for emergency access, which opens the whole report.
    pub person_id: Option<Uuid>,
    /// Membership of the Centre for which it is open.
    pub membership_id: Uuid,
    /// Why.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// When it was opened.
    pub opened_at: DateTimeUtc,
    /// The first instant at which it is open no more.
    pub expires_at: DateTimeUtc,
    /// [`Attention`] as a number: the order in which reviewers read.
    pub attention: i16,
    /// When it was reviewed.
    pub reviewed_at: Option<DateTimeUtc>,
    /// Membership that reviewed it.
    pub reviewer_id: Option<Uuid>,
    /// What the review found.
    pub review: Option<Review>,
    /// What the reviewer says to it.
    #[sea_orm(column_type = "Text")]
    pub review_remark: String,
    /// Whether the identity left with an export, and nothing stayed open.
    pub exported: bool,
    /// When it was seen that nobody had reviewed it in time, and that was told.
    pub overdue_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
