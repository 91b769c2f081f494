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
use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often sign-ins that nobody finished are removed.
const EACH_MINUTE: Duration = Duration::from_secs(60);

/// Starts the work in the background, at once and then again and again. Abort the handle to end it.
pub fn start(database: Database, clock: Clock, settings: &Config) -> JoinHandle<()> {
    let expiry = expire(database.clone(), clock, settings.clone());
    let attempts = remove_attempts(database, clock, settings.sign_in.open_attempts);
    tokio::spawn(async move {
        tokio::join!(expiry, attempts);
    })
}

async fn expire(database: Database, clock: Clock, settings: Config) {
    let retention = Retention::of(&settings);
    let mut turns = turns(Duration::from_secs(settings.jobs.expiry_every_seconds.max(1)));
    loop {
        turns.tick().await;
        match expiry::run(&scope(&database, clock), &retention, clock.now()).await {
            Ok(removed) => tracing::info!(?removed, "removed what had expired"),
            Err(error) => tracing::error!(%error, "what has expired could not be removed; trying again later"),
        }
    }
}

async fn remove_attempts(database: Database, clock: Clock, most: u64) {
    let mut turns = turns(EACH_MINUTE);
    loop {
        turns.tick().await;
        match expiry::remove_attempts(&scope(&database, clock), most, clock.now()).await {
            Ok(removed) => tracing::debug!(removed, "sign-ins that nobody finished"),
            Err(error) => tracing::error!(%error, "unfinished sign-ins could not be removed; trying again later"),
        }
    }
}

fn turns(period: Duration) -> Interval {
    let mut turns = interval(period);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    turns
}

fn scope(database: &Database, clock: Clock) -> Scope {
    Scope::new(database.clone(), Viewer::service(Purpose::Expiry), clock, ids::new_key(clock.now()))
}
