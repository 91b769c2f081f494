//! Webhooks: addresses at which an organisation's own software learns that its reports have news.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation whose reports it learns of.
    pub organisation_id: Uuid,
    /// Membership that registered it.
    pub registered_by_id: Uuid,
    /// Where it is.
    pub url: String,
    /// The secret that signs: 64 hexadecimal digits.
    #[sea_orm(column_type = "Text")]
    pub secret: String,
    /// The secret before it, which signs as well for a while; empty where there is none.
    #[sea_orm(column_type = "Text")]
    pub previous_secret: String,
    /// Until when it does.
    pub previous_until: Option<DateTimeUtc>,
    /// When it was registered.
    pub created_at: DateTimeUtc,
    /// Since when everything sent there has failed.
    pub failing_since: Option<DateTimeUtc>,
    /// Since when nothing is sent there.
    pub disabled_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
