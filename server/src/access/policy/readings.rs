//! Who has read which message. The reporting organisation sees its own readers, and that the Centre has read a message.

use super::reports::with_report;
use super::triage::WORKS;
use super::{Change, Policy, all_if};
use crate::access::{Purpose, Viewer};
use entity::message_reading::{self, Column};
use sea_orm::{ColumnTrait, Condition};

impl Policy for message_reading::Entity {
    const TABLE: &'static str = "message_reading";

    fn visible_to(viewer: &Viewer) -> Condition {
        let seen = with_report(viewer, Column::ReportId, all_if(!viewer.acts_for(Purpose::Count)));
        if viewer.has_any(&WORKS) || viewer.acts_for(Purpose::Demonstration) {
            return seen;
        }
        let own = Column::ReaderOrganisationId.eq(viewer.organisation_id());
        Condition::all().add(seen).add(Condition::any().add(own).add(Column::MembershipId.is_null()))
    }

    /// Nobody marks in another's name; whoever works for the Centre marks in the Centre's.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let Change::Insert(row) = change else { return false };
        let named = row.membership_id == Some(viewer.membership_id());
        let in_name = named || (row.membership_id.is_none() && viewer.has_any(&WORKS));
        viewer.acts_for(Purpose::Demonstration) || (in_name && row.reader_organisation_id == viewer.organisation_id())
    }
}
