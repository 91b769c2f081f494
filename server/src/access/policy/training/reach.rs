//! Whom sessions reached: numbers that the Centre counts, kept by those who train.

use super::super::{Change, Policy, all_if, any_of};
use super::{is_trainer, trained};
use crate::access::{Purpose, Role, Viewer};
use entity::session_reach;
use sea_orm::Condition;

impl Policy for session_reach::Entity {
    const TABLE: &'static str = "session_reach";

    fn visible_to(viewer: &Viewer) -> Condition {
        let counts = viewer.acts_for(Purpose::Count)
            && viewer.is_at_the_centre()
            && viewer.has_any(&[Role::Supervisor, Role::Analyst, Role::Trainer]);
        let all = all_if(counts || viewer.acts_for(Purpose::Demonstration));
        any_of(vec![all, trained(viewer, session_reach::Column::SessionId)])
    }

    /// Kept when attendance has become final, and kept anew when a list adds to it.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(_) => is_trainer(viewer) || viewer.acts_for(Purpose::Demonstration),
            Change::Delete(_) => is_trainer(viewer),
            Change::Update(_) => false,
        }
    }
}
