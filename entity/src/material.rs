//! Materials for participants: versions of what a programme or a session hands to those who have a place. A version never
//! changes; a newer one takes its place.

use sea_orm::entity::prelude::*;

/// What a material is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// Slides.
    #[sea_orm(string_value = "presentation")]
    Presentation,
    /// A sheet that is handed out.
    #[sea_orm(string_value = "handout")]
    Handout,
    /// A text to read.
    #[sea_orm(string_value = "reading")]
    Reading,
    /// An exercise.
    #[sea_orm(string_value = "exercise")]
    Exercise,
    /// A film.
    #[sea_orm(string_value = "video")]
    Video,
    /// Anything else.
    #[sea_orm(string_value = "other")]
    Other,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "material")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that holds the programme or the session.
    pub organisation_id: Uuid,
    /// The programme that it belongs to; it belongs to one or to a session.
    pub programme_id: Option<Uuid>,
    /// The session that it belongs to.
    pub session_id: Option<Uuid>,
    /// Key of its first version, which all its versions have in common.
    pub first_id: Uuid,
    /// Counts its versions, from 1.
    pub version: i32,
    /// What it is.
    pub kind: Kind,
    /// Title.
    pub title: String,
    /// Language: a code of ISO 639-1.
    pub language: String,
    /// What it is about, or the text itself.
    #[sea_orm(column_type = "Text")]
    pub about: String,
    /// Where it is: an https address; empty where the text is all there is.
    pub address: Option<String>,
    /// The day from which on it is what holds.
    pub valid_from: Date,
    /// Membership of the trainer who published it.
    pub published_by_id: Uuid,
    /// When it was published.
    pub published_at: DateTimeUtc,
    /// When a newer version took its place.
    pub replaced_at: Option<DateTimeUtc>,
    /// When it was taken back, so that participants do not see it any more.
    pub withdrawn_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
