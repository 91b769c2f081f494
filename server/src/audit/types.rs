//! What clients see of the audit trail.

use crate::access::Action;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::organisations::{Membership, Organisation};
use crate::text::Text;
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::audit_event;

/// What something was done to.
#[derive(SimpleObject)]
pub struct AuditObject {
    /// Its type.
    r#type: ObjectType,
    /// Its id, which leads to nothing where you may not see it; null where the action was about none in particular.
    id: Option<ID>,
}

/// One line of the audit trail: who did what to which object, for which organisation, in which request, and why. Lines
/// are never changed or removed.
pub struct AuditEvent(pub(super) audit_event::Model);

/// One line of the audit trail: who did what to which object, for which organisation, in which request, and why. Lines
/// are never changed or removed.
#[Object]
impl AuditEvent {
    /// Opaque id.
    async fn id(&self) -> ID {
        ids::encode(ObjectType::AuditEvent, self.0.id).into()
    }

    /// When.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }

    /// What was done.
    async fn action(&self) -> Result<Action, Fault> {
        Action::from_name(&self.0.action).ok_or_else(|| unknown("action", &self.0.action))
    }

    /// What it was done to.
    async fn object(&self) -> Result<AuditObject, Fault> {
        let name = &self.0.object_type;
        let object_type = ObjectType::from_prefix(name).ok_or_else(|| unknown("type of object", name))?;
        let id = self.0.object_id.map(|key| ids::encode(object_type, key).into());
        Ok(AuditObject { r#type: object_type, id })
    }

    /// The organisation the actor acted for; null before anybody was signed in, and for the service itself.
    async fn organisation(&self, context: &Context<'_>) -> Result<Option<Organisation>, Fault> {
        match self.0.organisation_id {
            Some(key) => Organisation::load(context, key).await,
            None => Ok(None),
        }
    }

    /// The membership the actor acted in; null before anybody was signed in, and for the service itself.
    async fn member(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match self.0.membership_id {
            Some(key) => Membership::load(context, key).await,
            None => Ok(None),
        }
    }

    /// The reason, where one was required or given.
    async fn reason(&self) -> Option<Text<'_>> {
        self.0.reason.as_deref().and_then(Text::of)
    }

    /// The request in which it was done, as in the response's header `X-Request-Id`.
    async fn request_id(&self) -> String {
        self.0.request_id.to_string()
    }
}

/// A name in the database that this version does not know: a newer one wrote it.
fn unknown(what: &str, name: &str) -> Fault {
    tracing::error!(name, "the audit trail holds an unknown {what}");
    Fault::Internal
}
