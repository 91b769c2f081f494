//! How a member wants to be told of news.

use sea_orm::entity::prelude::*;

/// When news go to a member by e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Email {
    /// Each at once.
    #[sea_orm(string_value = "at_once")]
    AtOnce,
    /// Once a day, that there are some.
    #[sea_orm(string_value = "daily")]
    Daily,
    /// Not at all.
    #[sea_orm(string_value = "none")]
    None,
}

/// A row of the table. Who has none is told at once, in Serbian.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification_preference")]
pub struct Model {
    /// Whose it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub membership_id: Uuid,
    /// The tenant: the member's organisation.
    pub organisation_id: Uuid,
    /// The language of e-mails: a BCP 47 tag.
    pub language: String,
    /// When there are e-mails.
    pub email: Email,
    /// When it was changed last.
    pub updated_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
