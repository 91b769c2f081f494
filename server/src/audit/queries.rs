//! Reading the audit trail.

use super::types::AuditEvent;
use crate::access::{Action, Order, PageArguments, Permission, guarded};
use crate::clock;
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::audit_event::{self, Column};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Which lines of the audit trail to list. What is left out does not narrow the list.
#[derive(Default, InputObject)]
struct AuditFilter {
    /// In which this was done.
    action: Option<Action>,
    /// About the object with this id.
    object_id: Option<ID>,
    /// Of actors of this organisation.
    organisation_id: Option<ID>,
    /// Of an actor in this membership.
    membership_id: Option<ID>,
    /// From this instant on.
    from: Option<DateTime<Utc>>,
    /// Before this instant.
    until: Option<DateTime<Utc>>,
}

impl AuditFilter {
    fn condition(&self) -> Condition {
        let key = |object_type, id: &Option<ID>| id.as_ref().map(|id| key_or_none(ids::decode(object_type, id)));
        let (object, object_type) = match self.object_id.as_ref().map(|id| ids::decode_any(id)) {
            Some(Some((object_type, key))) => (Some(key), Some(object_type)),
            Some(None) => (Some(Uuid::nil()), None),
            None => (None, None),
        };
        Condition::all()
            .add_option(self.action.map(|action| Column::Action.eq(action.as_str())))
            .add_option(object.map(|key| Column::ObjectId.eq(key)))
            .add_option(object_type.map(|object_type| Column::ObjectType.eq(object_type.as_str())))
            .add_option(key(ObjectType::Organisation, &self.organisation_id).map(|key| Column::OrganisationId.eq(key)))
            .add_option(key(ObjectType::Membership, &self.membership_id).map(|key| Column::MembershipId.eq(key)))
            .add_option(self.from.map(|instant| Column::OccurredAt.gte(clock::storable(instant))))
            .add_option(self.until.map(|instant| Column::OccurredAt.lt(clock::storable(instant))))
    }
}

/// The key of an id that leads somewhere; otherwise the nil UUID, which no line is about.
fn key_or_none(key: Option<Uuid>) -> Uuid {
    key.unwrap_or_default()
}

/// Root fields of the room.
#[derive(Default)]
pub struct AuditQueries;

#[Object]
impl AuditQueries {
    /// The audit trail, newest first: all of it for the protection officer, what one's own organisation did for a
    /// coordinator. Reading it leaves a line of its own, one a request.
    #[graphql(
        directive = guarded::apply(Permission::ReadAudit),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn audit_events(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which lines.")] filter: Option<AuditFilter>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<AuditEvent>, Fault> {
        let scope = context.scope()?;
        scope.note_read(Action::AuditTrailRead, ObjectType::AuditEvent, Uuid::nil());
        let condition = filter.unwrap_or_default().condition();
        let find = || scope.find::<audit_event::Entity>().filter(condition.clone());
        let order = [Order::descending(Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, AuditEvent).await
    }
}
