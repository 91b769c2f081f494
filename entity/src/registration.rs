//! Registrations: somebody of an institution, for a session.

use crate::organisation::Kind;
use sea_orm::entity::prelude::*;

/// States of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// Waits for a trainer's approval; holds no place.
    #[sea_orm(string_value = "requested")]
    Requested,
    /// On the waiting list.
    #[sea_orm(string_value = "waiting")]
    Waiting,
    /// A place became free and is kept until the offer ends.
    #[sea_orm(string_value = "offered")]
    Offered,
    /// Has a place.
    #[sea_orm(string_value = "registered")]
    Registered,
    /// A trainer declined it.
    #[sea_orm(string_value = "declined")]
    Declined,
    /// Given up by the participant or its institution.
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
    /// The offer ended without an answer.
    #[sea_orm(string_value = "lapsed")]
    Lapsed,
    /// The place went to a colleague.
    #[sea_orm(string_value = "transferred")]
    Transferred,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "registration")]
pub struct Model {
    /// Time-ordered key (UUIDv7): the order of the waiting list.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the participant's institution.
    pub organisation_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// The session's organiser.
    pub organiser_id: Uuid,
    /// The participant's membership; empty for somebody without one.
    pub membership_id: Option<Uuid>,
    /// The participant's name.
    pub name: String,
    /// The participant's function in the institution.
    pub function: String,
    /// What kind of institution it is, as of the registration.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// Until when an offered place is kept.
    pub offered_until: Option<DateTimeUtc>,
    /// Whether the participant came without having registered.
    pub walk_in: bool,
    /// Membership that registered the participant.
    pub registered_by_id: Uuid,
    /// Counts changes; a stale change is refused.
    pub revision: i32,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When its state last changed.
    pub changed_at: DateTimeUtc,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
