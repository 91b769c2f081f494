//! Attendance: one participant on one day of a session.

use sea_orm::entity::prelude::*;

/// How a participant attended a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Mark {
    /// From the beginning to the end.
    #[sea_orm(string_value = "present")]
    Present,
    /// Came late.
    #[sea_orm(string_value = "late")]
    Late,
    /// Left early.
    #[sea_orm(string_value = "left_early")]
    LeftEarly,
    /// Did not come.
    #[sea_orm(string_value = "absent")]
    Absent,
}

/// How attendance was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Method {
    /// Read off the code in the room with the participant's own phone.
    #[sea_orm(string_value = "code")]
    Code,
    /// Written down by a trainer.
    #[sea_orm(string_value = "trainer")]
    Trainer,
    /// Carried over from a list on paper or from an earlier system.
    #[sea_orm(string_value = "list")]
    List,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the participant's institution.
    pub organisation_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// The registration.
    pub registration_id: Uuid,
    /// The day.
    pub day_id: Uuid,
    /// How it was attended.
    pub mark: Mark,
    /// How that is known.
    pub method: Method,
    /// When the participant came, where that is known.
    pub arrived_at: Option<DateTimeUtc>,
    /// When the participant left, where that was before the end.
    pub left_at: Option<DateTimeUtc>,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
