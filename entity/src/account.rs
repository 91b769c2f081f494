//! Accounts: who signs in. What an account may do stands in its memberships.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Issuer of the tokens that prove this account (OpenID Connect `iss`).
    pub issuer: String,
    /// The issuer's name for it (`sub`); unique with the issuer.
    pub subject: String,
    /// E-mail address the issuer verified; empty for software.
    pub email: Option<String>,
    /// First sign-in.
    pub created_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
