//! The one place that asks the system's clock.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The time.
#[expect(clippy::disallowed_methods, reason = "this program has no other clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A new time-ordered key (UUIDv7).
#[expect(clippy::disallowed_methods, reason = "this program has no other clock")]
pub fn new_key() -> Uuid {
    Uuid::now_v7()
}
