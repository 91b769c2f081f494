//! Results: the best that a participant reached in a test, without what was answered.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "test_result")]
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
    /// The registration.
    pub registration_id: Uuid,
    /// The attempt.
    pub attempt_id: Uuid,
    /// Points.
    pub points: i32,
    /// Points there are.
    pub out_of: i32,
    /// Whether the points pass the test.
    pub passed: bool,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
