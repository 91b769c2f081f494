//! Whom a session is for: those to whom one of its rows applies. A row applies where everything applies that it says.

use crate::organisation::Kind;
use sea_orm::entity::prelude::*;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_audience")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organiser.
    pub organisation_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// Only institutions of this kind; empty: of every kind.
    pub kind: Option<Kind>,
    /// Only institutions with their seat in this district: a code of the district list; empty: in every district.
    pub district_code: Option<String>,
    /// Only this institution, by its name or by an invitation; empty: every institution.
    pub invited_id: Option<Uuid>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
