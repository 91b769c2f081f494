//! Addresses for calendar programmes: the member's own. The programme itself sees none.

use super::super::{Change, Policy, Root, all_if, any_of};
use crate::access::{Purpose, Viewer};
use crate::ids::ObjectType;
use entity::calendar_feed::{Column, Entity};
use sea_orm::{ColumnTrait, Condition};

/// Whether a member acts, rather than its calendar programme.
fn is_member(viewer: &Viewer) -> bool {
    viewer.membership().is_some() && !viewer.acts_for(Purpose::Calendar)
}

impl Policy for Entity {
    const TABLE: &'static str = "calendar_feed";

    fn visible_to(viewer: &Viewer) -> Condition {
        let own = all_if(is_member(viewer))
            .add(Column::MembershipId.eq(viewer.membership_id()))
            .add(Column::OrganisationId.eq(viewer.organisation_id()));
        any_of(vec![own, all_if(viewer.acts_for(Purpose::SignIn))])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let (Change::Insert(row) | Change::Update(row) | Change::Delete(row)) = change;
        let own = (row.membership_id, row.organisation_id) == (viewer.membership_id(), viewer.organisation_id());
        is_member(viewer) && own
    }
}

impl Root for Entity {
    const OBJECT: ObjectType = ObjectType::CalendarFeed;
}
