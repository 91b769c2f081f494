//! Making addresses for calendar programmes, and taking them back.

use super::actions;
use super::types::{CalendarFeed, RenewCalendarFeedPayload};
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::payload;
use async_graphql::{Context, Object};

payload! {
    /// Answer to `revokeCalendarFeed`.
    RevokeCalendarFeedPayload {
        /// Whether there was an address; null where it was refused.
        revoked: bool,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct CalendarMutations;

#[Object]
impl CalendarMutations {
    /// Makes the address at which your calendar programme fetches your sessions: those in which you have a place or are offered
    /// one, and those that you train. An earlier address leads nowhere from now on. It ends with your membership.
    #[graphql(directive = guarded::apply(Permission::ReadTraining))]
    async fn renew_calendar_feed(&self, context: &Context<'_>) -> Result<RenewCalendarFeedPayload, Fault> {
        let answer = context.answer(actions::renew(context.scope()?, context.language()).await)?;
        let (path, feed) = answer.object.map(|(key, feed)| (key.path(), CalendarFeed(feed))).unzip();
        Ok(RenewCalendarFeedPayload { path, feed, user_errors: answer.user_errors })
    }

    /// Takes the address for your calendar programme back: it leads nowhere from now on.
    #[graphql(directive = guarded::apply(Permission::ReadTraining))]
    async fn revoke_calendar_feed(&self, context: &Context<'_>) -> Result<RevokeCalendarFeedPayload, Fault> {
        Ok(context.answer(actions::revoke(context.scope()?).await)?.into())
    }
}
