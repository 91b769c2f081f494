//! Addresses at which calendar programmes fetch the sessions of a member, who cannot sign in there.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_feed")]
pub struct Model {
    /// Random key (UUIDv4): the part of the address by which it is found.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the member's organisation.
    pub organisation_id: Uuid,
    /// Whose sessions it shows; a member has one address.
    pub membership_id: Uuid,
    /// SHA-256 of the secret part of the address; the secret itself is not kept.
    pub secret_hash: Vec<u8>,
    /// The language of its entries: a BCP 47 tag.
    pub language: String,
    /// When this address was made.
    pub created_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
