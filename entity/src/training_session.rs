//! Sessions: one training, information day, consultation, round table or workshop, of one day or several.

use sea_orm::entity::prelude::*;

/// Kinds of session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// A training.
    #[sea_orm(string_value = "training")]
    Training,
    /// An information day.
    #[sea_orm(string_value = "information_day")]
    InformationDay,
    /// A day of consultation and supervision.
    #[sea_orm(string_value = "consultation_day")]
    ConsultationDay,
    /// A round table.
    #[sea_orm(string_value = "round_table")]
    RoundTable,
    /// A workshop.
    #[sea_orm(string_value = "workshop")]
    Workshop,
    /// External supervision for the organiser's own staff.
    #[sea_orm(string_value = "external_supervision")]
    ExternalSupervision,
}

/// States of a session as they are kept. That it is full follows from its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// Being planned; nobody but its trainers sees it.
    #[sea_orm(string_value = "draft")]
    Draft,
    /// Published: one can register within the window.
    #[sea_orm(string_value = "open")]
    Open,
    /// Registration was ended by a trainer.
    #[sea_orm(string_value = "closed")]
    Closed,
    /// It took place.
    #[sea_orm(string_value = "held")]
    Held,
    /// Attendance and results are final.
    #[sea_orm(string_value = "completed")]
    Completed,
    /// It was called off.
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
}

/// How a session is attended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Mode {
    /// At a venue.
    #[sea_orm(string_value = "on_site")]
    OnSite,
    /// Over the network.
    #[sea_orm(string_value = "online")]
    Online,
    /// Either way.
    #[sea_orm(string_value = "mixed")]
    Mixed,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_session")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that organises it.
    pub organisation_id: Uuid,
    /// The accredited programme that it follows.
    pub programme_id: Option<Uuid>,
    /// What sessions of one series have in common.
    pub series_id: Option<Uuid>,
    /// What kind of session it is.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// Title, as on the invitation.
    pub title: String,
    /// What it is about.
    #[sea_orm(column_type = "Text")]
    pub topic: String,
    /// Length in hours of teaching.
    pub hours: i32,
    /// How it is attended.
    pub mode: Mode,
    /// Municipality of the venue: a code of the municipality list; empty online.
    pub municipality_code: Option<String>,
    /// Name and address of the venue; empty online.
    pub venue: String,
    /// Where to go online: for those who have a place.
    pub online_address: String,
    /// Language it is held in: a code of ISO 639-1.
    pub language: String,
    /// Organisations that help to hold it, in words.
    pub partners: String,
    /// Who pays for it, in words.
    pub donor: String,
    /// Name of the organiser, which partners find in no directory.
    pub organiser: String,
    /// Names of its trainers, as on the invitation.
    pub trainer_names: String,
    /// Codes of the indicator sets it teaches, comma-separated.
    pub indicator_sets: String,
    /// How many places there are.
    pub capacity: i32,
    /// How many places are given out or offered.
    pub taken: i32,
    /// Whether those who find no place may wait for one.
    pub waiting_list: bool,
    /// Whether a trainer approves each registration.
    pub approval: bool,
    /// For how many hours a place that became free is kept for whoever waits first; 0 where it is given at once.
    pub offer_hours: i32,
    /// From when one can register.
    pub registration_opens_at: DateTimeUtc,
    /// Until when one can register.
    pub registration_closes_at: DateTimeUtc,
    /// When its first day begins.
    pub starts_at: DateTimeUtc,
    /// When its last day ends.
    pub ends_at: DateTimeUtc,
    /// How much of it, in percent of its days, one attends for a certificate.
    pub attendance_percent: i32,
    /// Whether a certificate takes a passed test.
    pub certificate_needs_test: bool,
    /// For how many months a certificate is valid; empty where it has no end.
    pub certificate_months: Option<i32>,
    /// Counts changes; a stale change is refused.
    pub revision: i32,
    /// When it was planned.
    pub created_at: DateTimeUtc,
    /// Membership that planned it, and says who trains.
    pub planner_id: Uuid,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
