//! Signed statements of how long the chain over the audit trail was at an instant, and where it had led.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_checkpoint")]
pub struct Model {
    /// Position of the newest link.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// Its hash.
    pub hash: Vec<u8>,
    /// When.
    pub signed_at: DateTimeUtc,
    /// Names the key that signed.
    pub key_id: String,
    /// Ed25519 signature of all of these.
    pub signature: Vec<u8>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
