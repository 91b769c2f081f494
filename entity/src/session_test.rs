//! Tests of sessions: what participants know before, and after.

use sea_orm::entity::prelude::*;

/// When a test is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Stage {
    /// Before the session.
    #[sea_orm(string_value = "before")]
    Before,
    /// After it.
    #[sea_orm(string_value = "after")]
    After,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_test")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organiser.
    pub organisation_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// Before or after it.
    pub stage: Stage,
    /// How often a participant may take it.
    pub attempts: i32,
    /// Time limit of an attempt, in minutes; empty where only its closing ends it.
    pub minutes: Option<i32>,
    /// How many of its points, in percent, pass it.
    pub pass_percent: i32,
    /// Points of all its questions.
    pub out_of: i32,
    /// From when it can be taken.
    pub opens_at: DateTimeUtc,
    /// Until when it can be taken.
    pub closes_at: DateTimeUtc,
    /// Counts changes. Attempts refer to it, so that the database refuses to change a test that was taken.
    pub revision: i32,
    /// When it was set.
    pub created_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
