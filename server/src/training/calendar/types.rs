//! What clients see of addresses for calendar programmes.

use crate::error::UserError;
use async_graphql::{Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::calendar_feed::Model;

/// The address at which your calendar programme fetches your sessions. The address itself is shown once, when it is made.
pub(super) struct CalendarFeed(pub(super) Model);

/// The address at which your calendar programme fetches your sessions. The address itself is shown once, when it is made.
#[Object]
impl CalendarFeed {
    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// Answer to `renewCalendarFeed`.
#[derive(SimpleObject)]
pub(super) struct RenewCalendarFeedPayload {
    /// The address: a path at this service. It is shown this once. Whoever has it sees when and where your sessions are, so give
    /// it to your own calendar programme only.
    pub(super) path: Option<String>,
    /// When it was made.
    pub(super) feed: Option<CalendarFeed>,
    /// Why it was refused; empty where it was done.
    pub(super) user_errors: Vec<UserError>,
}
