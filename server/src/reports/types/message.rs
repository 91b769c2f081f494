//! What the two sides say to each other about a report.

use super::reading::{MessageReading, shown};
use super::{MessageKind, Report};
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::loader::RequestLoader;
use crate::organisations::Membership;
use crate::reports::loader::{Loader, MessageKey, ReadingsOf};
use crate::reports::note_read;
use crate::text::Text;
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::report_message;
use uuid::Uuid;

/// A message on a report, between the organisation that reported and the Centre.
pub struct Message(pub report_message::Model);

/// A message on a report, between the organisation that reported and the Centre.
#[Object]
impl Message {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::ReportMessage, self.0.id).into()
    }

    /// What it is, and so which side wrote it.
    async fn kind(&self) -> MessageKind {
        self.0.kind.into()
    }

    /// The text.
    async fn text(&self) -> Option<Text<'_>> {
        Text::of(&self.0.text)
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// The member who wrote it; null where you see no members of that organisation.
    async fn author(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        Membership::load(context, self.0.author_id).await
    }

    /// Who has read it, the first first. The organisation that reported sees its own members and, once, that the Centre has.
    async fn read_by(&self, context: &Context<'_>) -> Result<Vec<MessageReading>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let rows = loader.load_one(ReadingsOf(self.0.report_id)).await?.unwrap_or_default();
        shown(context, rows, self.0.id)
    }

    /// The request that it answers; null where it is no answer.
    async fn in_reply_to(&self, context: &Context<'_>) -> Result<Option<Message>, Fault> {
        match self.0.in_reply_to_id {
            Some(key) => Message::load(context, key).await,
            None => Ok(None),
        }
    }

    /// The report.
    async fn report(&self, context: &Context<'_>) -> Result<Option<Report>, Fault> {
        Report::load(context, self.0.report_id).await
    }
}

impl Message {
    /// The message with this key, where the viewer may see it. That its report was read is noted.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let found = context.data_unchecked::<RequestLoader<Loader>>().load_one(MessageKey(key)).await?;
        if let Some(row) = &found {
            note_read(context, row.report_id)?;
        }
        Ok(found.map(Self))
    }
}
