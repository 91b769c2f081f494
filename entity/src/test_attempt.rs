//! Attempts: a participant takes a test.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "test_attempt")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the participant's institution.
    pub organisation_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// The test.
    pub test_id: Uuid,
    /// Revision of the test, which stays what it is while there are attempts.
    pub test_revision: i32,
    /// The registration.
    pub registration_id: Uuid,
    /// Which attempt of the participant it is, from 1.
    pub number: i32,
    /// Whether a trainer entered the result of a test on paper.
    pub on_paper: bool,
    /// In which order the options of each question are shown: lists of positions in JSON.
    #[sea_orm(column_type = "Text")]
    pub option_order: String,
    /// What was answered: JSON.
    #[sea_orm(column_type = "Text")]
    pub answers: String,
    /// Points that each answer got; null while it waits for a trainer: a list in JSON.
    #[sea_orm(column_type = "Text")]
    pub scores: String,
    /// How many free answers wait for a trainer.
    pub ungraded: i32,
    /// Points so far.
    pub points: i32,
    /// Points there are.
    pub out_of: i32,
    /// Whether the points pass the test.
    pub passed: bool,
    /// When it was begun, or entered.
    pub started_at: DateTimeUtc,
    /// When its time is over.
    pub ends_at: DateTimeUtc,
    /// When it was submitted, or its time was over.
    pub submitted_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
