//! Keys of organisations. Wrapped by the master key they say nothing; those who read or write an organisation's texts need
//! them.

use super::{Change, Policy, all_if, any_of, everything};
use crate::access::{Purpose, Role, Viewer};
use entity::organisation_key;
use sea_orm::{ColumnTrait, Condition};

/// Roles that read texts of every organisation: the Centre's, and trainers, for what participants need.
const READS: [Role; 5] =
    [Role::IntakeOfficer, Role::CaseWorker, Role::Supervisor, Role::Trainer, Role::ProtectionOfficer];

fn keeps(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::KeyKeeping) || viewer.acts_for(Purpose::Demonstration)
}

/// Whether a member evaluates a session: what it writes is sealed with the organiser's key.
fn evaluates(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::Evaluation) && viewer.has_any(&[Role::Reporter, Role::Coordinator])
}

impl Policy for organisation_key::Entity {
    const TABLE: &'static str = "organisation_key";

    fn visible_to(viewer: &Viewer) -> Condition {
        let opens = [Purpose::AttachmentKeeping, Purpose::Webhook].into_iter().any(|purpose| viewer.acts_for(purpose));
        if keeps(viewer) || opens || viewer.has_any(&READS) || evaluates(viewer) {
            return everything();
        }
        let own = organisation_key::Column::OrganisationId.eq(viewer.organisation_id());
        any_of(vec![all_if(viewer.membership().is_some()).add(own)])
    }

    /// Whoever first writes for an organisation makes its key. Of a destroyed one the row stays.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) => {
                let own = viewer.membership().is_some() && row.organisation_id == viewer.organisation_id();
                own || keeps(viewer) || evaluates(viewer)
            }
            Change::Update(_) => viewer.acts_for(Purpose::KeyKeeping),
            Change::Delete(_) => false,
        }
    }
}
