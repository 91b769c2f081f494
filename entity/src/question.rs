//! Questions of an organisation's bank. One is never changed once it was asked: a change makes a new version of it.

use sea_orm::entity::prelude::*;

/// Kinds of question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// One option is right.
    #[sea_orm(string_value = "one")]
    One,
    /// All right options are to be chosen, and no other.
    #[sea_orm(string_value = "several")]
    Several,
    /// The options are to be put in order.
    #[sea_orm(string_value = "order")]
    Order,
    /// The answer is written freely, and graded by a trainer.
    #[sea_orm(string_value = "free_text")]
    FreeText,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "question")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: whose bank it is in.
    pub organisation_id: Uuid,
    /// What all versions of one question have in common: the key of the first.
    pub lineage_id: Uuid,
    /// Number of the version, from 1.
    pub version: i32,
    /// What kind of question it is.
    pub kind: Kind,
    /// The question.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// The options: a list of texts in JSON; empty for a question that is answered freely.
    #[sea_orm(column_type = "Text")]
    pub options: String,
    /// Positions of the right options, counted from 0, or of all options in their right order: a list in JSON.
    #[sea_orm(column_type = "Text")]
    pub right_options: String,
    /// What a right free answer says, for whoever grades it.
    #[sea_orm(column_type = "Text")]
    pub expected: String,
    /// How many points a right answer gives.
    pub points: i32,
    /// What it is about.
    pub topic: String,
    /// The indicator set it is about: a code.
    pub indicator_set: Option<String>,
    /// Membership that wrote it.
    pub author_id: Uuid,
    /// When it was written.
    pub created_at: DateTimeUtc,
    /// Since when no new test takes it; a new version retires the one before.
    pub retired_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
