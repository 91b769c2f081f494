//! Openings: the Centre's staff opens an identity for a while and for a reason, or a whole report in an emergency, and the
//! protection officer reviews each.

mod actions;
pub mod job;
mod loader;
mod mutations;
mod queries;
pub mod rules;
mod types;

pub use actions::opened_by_export;
pub use loader::Loader;
pub use mutations::OpeningMutations;
pub use queries::OpeningQueries;
pub use types::{IdentityOpening, opened_report};

use crate::config;
use chrono::TimeDelta;

/// How long an identity stays open, and how long a review may take.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    open: TimeDelta,
    review: TimeDelta,
}

impl Default for Terms {
    fn default() -> Self {
        Self { open: TimeDelta::minutes(30), review: TimeDelta::days(7) }
    }
}

impl From<&config::Identity> for Terms {
    fn from(settings: &config::Identity) -> Self {
        Self {
            open: TimeDelta::minutes(settings.open_minutes.get().into()),
            review: TimeDelta::days(settings.review_days.get().into()),
        }
    }
}
