//! What those who take part were reminded of: the service's alone.

use super::super::{Change, Policy, all_if};
use super::places_alone;
use crate::access::Viewer;
use entity::session_reminder::Entity;
use sea_orm::Condition;

impl Policy for Entity {
    const TABLE: &'static str = "session_reminder";

    fn visible_to(viewer: &Viewer) -> Condition {
        all_if(places_alone(viewer))
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        places_alone(viewer) && matches!(change, Change::Insert(_))
    }
}
