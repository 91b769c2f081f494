//! Printed material that was given out: what, how many, to whom. Its texts name no person.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "printed_material")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that gave it.
    pub organisation_id: Uuid,
    /// The session at which it was given; empty where that was apart from one.
    pub session_id: Option<Uuid>,
    /// What it is: a leaflet, a poster, a manual, by its title.
    pub item: String,
    /// Language: a code of ISO 639-1.
    pub language: String,
    /// How many pieces.
    pub quantity: i32,
    /// The institution that got it, where it is one of the directory.
    pub recipient_id: Option<Uuid>,
    /// Who got it, where it is none.
    pub recipient: String,
    /// On which day.
    pub given_on: Date,
    /// Membership of the trainer who gave it.
    pub given_by_id: Uuid,
    /// When that was written down.
    pub created_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
