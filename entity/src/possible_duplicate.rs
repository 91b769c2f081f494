//! Persons of two reports who may be the same. Only the Centre learns of them.

use sea_orm::entity::prelude::*;

/// How much speaks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Strength {
    /// Enough to look.
    #[sea_orm(string_value = "moderate")]
    Moderate,
    /// Much.
    #[sea_orm(string_value = "strong")]
    Strong,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// Nobody has decided.
    #[sea_orm(string_value = "open")]
    Open,
    /// They are not the same.
    #[sea_orm(string_value = "dismissed")]
    Dismissed,
    /// The reports were joined.
    #[sea_orm(string_value = "joined")]
    Joined,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "possible_duplicate")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant of the report that was submitted later.
    pub organisation_id: Uuid,
    /// That report.
    pub report_id: Uuid,
    /// The person in it.
    pub person_id: Uuid,
    /// The tenant of the other report.
    pub other_organisation_id: Uuid,
    /// That report.
    pub other_report_id: Uuid,
    /// The person in it.
    pub other_person_id: Uuid,
    /// What they agree in: names of `duplicates::rules::Reason`, as a JSON array.
    pub reasons: String,
    /// How much speaks for it.
    pub strength: Strength,
    /// When it was proposed.
    pub proposed_at: DateTimeUtc,
    /// What became of it.
    pub state: State,
    /// When that was decided; nothing while it is open.
    pub resolved_at: Option<DateTimeUtc>,
    /// Membership of the Centre that decided it.
    pub resolved_by_id: Option<Uuid>,
    /// Why it was dismissed.
    #[sea_orm(column_type = "Text")]
    pub resolve_reason: String,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
