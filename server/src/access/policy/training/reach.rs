//! Whom sessions reached: numbers that the Centre counts and nobody reads one by one.

use super::super::{Change, Policy, all_if};
use super::is_trainer;
use crate::access::{Purpose, Role, Viewer};
use entity::session_reach;
use sea_orm::Condition;

impl Policy for session_reach::Entity {
    const TABLE: &'static str = "session_reach";

    fn visible_to(viewer: &Viewer) -> Condition {
        let counts = viewer.acts_for(Purpose::Count)
            && viewer.is_at_the_centre()
            && viewer.has_any(&[Role::Supervisor, Role::Analyst, Role::Trainer]);
        all_if(counts || viewer.acts_for(Purpose::Demonstration))
    }

    /// Kept once, when attendance has become final, and never changed.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        matches!(change, Change::Insert(_)) && (is_trainer(viewer) || viewer.acts_for(Purpose::Demonstration))
    }
}
