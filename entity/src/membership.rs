//! Memberships: one account acting for one organisation in one or more roles.

use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation it acts for.
    pub organisation_id: Uuid,
    /// The account; empty until the invited one signs in for the first time.
    pub account_id: Option<Uuid>,
    /// Address the invitation went to, in lower case; empty for software.
    pub email: Option<String>,
    /// OAuth client of the organisation's own software; empty for persons.
    pub client_id: Option<String>,
    /// Name under which colleagues know the member.
    pub name: String,
    /// Function in the organisation: school counsellor, nurse, inspector.
    pub function: String,
    /// Roles, comma-separated, in the order of the access matrix.
    pub roles: String,
    /// Counts changes; a stale change is refused.
    pub revision: i32,
    /// When it was invited.
    pub created_at: DateTimeUtc,
    /// Since when it gives no access any more.
    pub ended_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
