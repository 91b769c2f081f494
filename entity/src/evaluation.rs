//! Evaluations of sessions. Nothing in a row leads to whoever gave it, nor says when: not its key, and no other column.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evaluation")]
pub struct Model {
    /// Random key (UUIDv4), which tells no order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organiser, never the participant's institution.
    pub organisation_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// Marks by code of the question: an object in JSON.
    #[sea_orm(column_type = "Text")]
    pub marks: String,
    /// Free comment.
    #[sea_orm(column_type = "Text")]
    pub comment: String,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
