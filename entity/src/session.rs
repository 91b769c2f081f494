//! Server-side sessions of people who signed in with a browser.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of the cookie's secret; the secret itself is not kept.
    pub token_hash: Vec<u8>,
    /// Who signed in.
    pub account_id: Uuid,
    /// The membership it acts in; empty while the person has not chosen one of several.
    pub membership_id: Option<Uuid>,
    /// Whether the issuer vouched for a second factor.
    pub second_factor: bool,
    /// When it began; the absolute limit counts from here.
    pub created_at: DateTimeUtc,
    /// Last use, to the minute; the idle limit counts from here.
    pub last_seen_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
