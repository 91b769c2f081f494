//! What the service does without being asked.

pub mod expiry;
#[cfg(test)]
mod tests;

use crate::access::{Database, Purpose, Scope, Viewer};
use crate::clock::Clock;
use crate::config::Config;
use crate::ids;
use expiry::Retention;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// Starts the work in the background, at once and then again and again. Abort the handle to end it.
pub fn start(database: Database, clock: Clock, settings: &Config) -> JoinHandle<()> {
    let retention = Retention::of(settings);
    let mut turns = interval(Duration::from_secs(settings.jobs.expiry_every_seconds.max(1)));
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::spawn(async move {
        loop {
            turns.tick().await;
            let viewer = Viewer::service(Purpose::Expiry);
            let scope = Scope::new(database.clone(), viewer, clock, ids::new_key(clock.now()));
            match expiry::run(&scope, &retention, clock.now()).await {
                Ok(removed) => tracing::info!(?removed, "removed what had expired"),
                Err(error) => tracing::error!(%error, "what has expired could not be removed; trying again later"),
            }
        }
    })
}
