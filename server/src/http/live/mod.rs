//! What stays open: WebSockets (`graphql-transport-ws`) and server-sent events, for subscriptions.

mod messages;
#[cfg(any(test, fuzzing))]
pub(crate) mod parsers;
mod sse;
mod subscription;
mod websocket;

pub(super) use sse::answer as answer_events;
pub(super) use websocket::open as open_websockets;

use super::authentication::Authentication;
use crate::access::Database;
use crate::clock::Clock;
use crate::config;
use crate::schema::Api;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

/// How long those who listen get to say goodbye when the service stops.
const FAREWELL: Duration = Duration::from_secs(2);

/// What all open connections of a server share.
#[derive(Clone)]
pub struct Live {
    api: Arc<Api>,
    database: Database,
    clock: Clock,
    authentication: Authentication,
    settings: config::Live,
    /// How many each account holds open.
    open: Arc<Mutex<HashMap<Uuid, usize>>>,
    /// Everything open holds a receiver: it learns of the end there, and the end waits until none is left.
    ending: watch::Sender<bool>,
}

impl Live {
    /// With these settings.
    pub fn new(
        api: Arc<Api>,
        database: Database,
        clock: Clock,
        authentication: Authentication,
        settings: config::Live,
    ) -> Self {
        let (open, ending) = (Arc::default(), watch::Sender::new(false));
        Self { api, database, clock, authentication, settings, open, ending }
    }

    /// Ends all that is open.
    pub async fn end(&self) {
        self.ending.send_replace(true);
        if timeout(FAREWELL, self.ending.closed()).await.is_err() {
            tracing::debug!("somebody who listens does not let go");
        }
    }

    /// A place for one more open connection of an account, where it holds not too many.
    fn admit(&self, account: Uuid) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(account).or_default();
        if *count >= self.settings.connections_per_account {
            tracing::warn!(%account, "holds too many connections open");
            return None;
        }
        *count += 1;
        Some(Place { open: self.open.clone(), account })
    }
}

/// The place of one open connection, given back when it ends.
struct Place {
    open: Arc<Mutex<HashMap<Uuid, usize>>>,
    account: Uuid,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.account);
            }
        }
    }
}
