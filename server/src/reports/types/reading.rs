//! Who has read a message.

use crate::context::RequestContext;
use crate::error::Fault;
use crate::organisations::Membership;
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::message_reading;

/// That a message was read: by a member of the organisation, or by the Centre.
pub struct MessageReading(pub message_reading::Model);

/// That a message was read: by a member of the organisation, or by the Centre.
#[Object]
impl MessageReading {
    /// Whether the Centre read it, and not the organisation that reported.
    async fn by_centre(&self) -> bool {
        self.0.reader_organisation_id != self.0.organisation_id || self.0.membership_id.is_none()
    }

    /// The member who read it. Who of the Centre did, the Centre alone sees; null for others.
    async fn reader(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match self.0.membership_id {
            Some(key) => Membership::load(context, key).await,
            None => Ok(None),
        }
    }

    /// When it was marked as read for the first time.
    async fn read_at(&self) -> DateTime<Utc> {
        self.0.read_at
    }
}

/// Which of these readings of one message a viewer is shown: the Centre sees its members, the organisation that reported sees the
/// Centre as one.
pub fn shown(
    context: &Context<'_>,
    rows: Vec<message_reading::Model>,
    message: uuid::Uuid,
) -> Result<Vec<MessageReading>, Fault> {
    let at_the_centre = context.scope()?.viewer().is_at_the_centre();
    let shown =
        |row: &message_reading::Model| row.message_id == message && (row.membership_id.is_some() || !at_the_centre);
    Ok(rows.into_iter().filter(shown).map(MessageReading).collect())
}
