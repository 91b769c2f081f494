//! Whether there is an address for one's calendar programme.

use super::types::CalendarFeed;
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use async_graphql::{Context, Object};
use entity::calendar_feed;

/// Root fields of the room.
#[derive(Default)]
pub struct CalendarQueries;

#[Object]
impl CalendarQueries {
    /// The address for your calendar programme, as far as it is known: not the address itself, of which only a digest is kept;
    /// null while there is none.
    #[graphql(directive = guarded::apply(Permission::ReadTraining))]
    async fn calendar_feed(&self, context: &Context<'_>) -> Result<Option<CalendarFeed>, Fault> {
        Ok(context.scope()?.find::<calendar_feed::Entity>().one().await?.map(CalendarFeed))
    }
}
