//! Indicator sets are published: everybody reads them, an import writes them.

use super::{Change, Policy, Root, everything};
use crate::access::{Purpose, Viewer};
use crate::ids::ObjectType;
use entity::{indicator, indicator_set_version};
use sea_orm::Condition;

impl Policy for indicator_set_version::Entity {
    const TABLE: &'static str = "indicator_set_version";

    fn visible_to(_: &Viewer) -> Condition {
        everything()
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        viewer.acts_for(Purpose::Import) && !matches!(change, Change::Delete(_))
    }
}

impl Root for indicator_set_version::Entity {
    const OBJECT: ObjectType = ObjectType::IndicatorSet;
}

impl Policy for indicator::Entity {
    const TABLE: &'static str = "indicator";

    fn visible_to(_: &Viewer) -> Condition {
        everything()
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        viewer.acts_for(Purpose::Import) && matches!(change, Change::Insert(_))
    }
}
