//! Ends attempts at tests whose time is over, with what was saved.

use super::actions;
use crate::access::{Result, Scope};
use chrono::{DateTime, Utc};

/// Ends what was over by `now`. The scope's viewer is the service at this work. Answers how many attempts it ended.
pub async fn run(scope: &Scope, now: DateTime<Utc>) -> Result<u64> {
    actions::end_overdue(scope, now).await
}
