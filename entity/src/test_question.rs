//! Questions of a test, as participants are asked: without the right answers.

use crate::question::Kind;
use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "test_question")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organiser.
    pub organisation_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// The test.
    pub test_id: Uuid,
    /// The question in the bank.
    pub question_id: Uuid,
    /// Place in the test, from 0.
    pub position: i32,
    /// What kind of question it is.
    pub kind: Kind,
    /// The question.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// The options: a list of texts in JSON.
    #[sea_orm(column_type = "Text")]
    pub options: String,
    /// How many points a right answer gives.
    pub points: i32,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
