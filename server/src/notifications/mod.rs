//! Notifications: members are told that something happened which concerns them, in the application and by e-mail.
//!
//! 1. Whoever acts leaves a row in the outbox, in the transaction of the change (`access::News`). It holds no text and names no
//!    recipient: a partner that submits knows nothing of the Centre's members.
//! 2. [`Teller`] finds out whom it concerns, and asks in each one's name whether it may see what it is about.
//! 3. [`Courier`] sends what is to leave the service, and makes its words only then.
//!
//! Work that several servers share is leased: a row is one server's for a while, and another's when that has died meanwhile.
//! Telling is exactly once, because it ends in one transaction. What leaves the service is sent at least once: a server that dies
//! between sending and writing that down leaves it to be sent again, under the same id.

mod actions;
mod concerns;
mod courier;
pub mod email;
mod expansion;
pub mod job;
mod letter;
mod mutations;
mod queries;
pub mod rules;
mod sight;
mod subscriptions;
#[cfg(test)]
mod tests;
mod types;
pub mod webhooks;

pub use courier::{Courier, Patience};
pub use expansion::Teller;
pub use mutations::NotificationMutations;
pub use queries::NotificationQueries;
pub use subscriptions::NotificationSubscriptions;
pub use types::Notification;

use crate::access::{Database, Purpose, Scope, Viewer};
use crate::clock::Clock;
use crate::ids;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, Condition};

/// A scope of the service at this work.
fn service(database: &Database, clock: Clock) -> Scope {
    Scope::new(database.clone(), Viewer::service(Purpose::Notification), clock, ids::new_key(clock.now()))
}

/// By how much the clocks of servers may differ: what looks later than it can be by no more than this was written by another one.
const SKEW: TimeDelta = TimeDelta::minutes(1);

/// Rows that no server is at work on. A lease that ends later than any can is one of a clock that was set back since.
fn free(leased_until: impl ColumnTrait, now: DateTime<Utc>, lease: TimeDelta) -> Condition {
    Condition::any().add(leased_until.is_null()).add(leased_until.lte(now)).add(leased_until.gt(now + lease + SKEW))
}
