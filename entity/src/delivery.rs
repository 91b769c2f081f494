//! Deliveries: what has to leave the service, and how far that has come.

use sea_orm::entity::prelude::*;

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// It has yet to be sent, or sent again.
    #[sea_orm(string_value = "waiting")]
    Waiting,
    /// The receiver has taken it.
    #[sea_orm(string_value = "sent")]
    Sent,
    /// It was given up.
    #[sea_orm(string_value = "failed")]
    Failed,
    /// It was not sent, because it does not concern its recipient any more.
    #[sea_orm(string_value = "withheld")]
    Withheld,
}

/// A row of the table. It holds no text, and no address: both are made when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery")]
pub struct Model {
    /// Time-ordered key (UUIDv7), by which a receiver knows a delivery that comes twice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation of whoever is told.
    pub organisation_id: Uuid,
    /// Membership that is told by e-mail; nothing where a webhook is.
    pub membership_id: Option<Uuid>,
    /// Webhook that is told.
    pub webhook_id: Option<Uuid>,
    /// What happened: a name of `access::News`; empty for the daily summary.
    pub news: String,
    /// Type of the object that it happened to; empty for the daily summary.
    pub object_type: String,
    /// That object; the nil UUID for the daily summary.
    pub object_id: Uuid,
    /// When it was decided to send it.
    pub created_at: DateTimeUtc,
    /// The earliest instant to send it; nothing for at once.
    pub due_at: Option<DateTimeUtc>,
    /// How often that was tried.
    pub attempts: i32,
    /// Until when one server is at work on it.
    pub leased_until: Option<DateTimeUtc>,
    /// How far it has come.
    pub state: State,
    /// When it came to its end.
    pub ended_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
