//! The chain over the audit trail: each link names a row, holds the row's digest, and follows from the link before it.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_link")]
pub struct Model {
    /// Place in the chain, from 1 on without a gap. The order of linking, not that of time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// The row of the audit trail. No foreign key: a link is evidence of a row, and stays when the row is gone.
    #[sea_orm(unique)]
    pub event_id: Uuid,
    /// SHA-256 of the row.
    pub digest: Vec<u8>,
    /// SHA-256 of the hash of the link before this one, and the digest.
    pub hash: Vec<u8>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
