//! Erasures: the service proposes and does them, supervisors ask for them, hold and release them.

use super::reports::with_report;
use super::{Change, Policy, everything, names, nothing};
use crate::access::sealing::{KeyOf, Seal};
use crate::access::{Purpose, Role, Viewer};
use entity::erasure;
use sea_orm::Condition;

impl Policy for erasure::Entity {
    const TABLE: &'static str = "erasure";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[erasure::Column::Reason, erasure::Column::HoldReason],
        organisation: erasure::Column::OrganisationId,
        key: KeyOf::Person(erasure::Column::PersonId),
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        let services = [Purpose::Erasure, Purpose::KeyKeeping];
        let sees = viewer.has_any(&[Role::Supervisor]) || services.into_iter().any(|purpose| viewer.acts_for(purpose));
        if sees { with_report(viewer, erasure::Column::ReportId, everything()) } else { nothing() }
    }

    /// Supervisors change what is under review; only the service ends one.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let (erases, supervises) = (viewer.acts_for(Purpose::Erasure), viewer.has_any(&[Role::Supervisor]));
        match change {
            Change::Insert(row) => {
                let asks = supervises && row.proposed_by_id == Some(viewer.membership_id());
                asks || (erases && row.proposed_by_id.is_none())
            }
            Change::Update(row) => erases || (supervises && row.dropped_at.is_none() && row.executed_at.is_none()),
            Change::Delete(_) => false,
        }
    }

    /// Nobody holds one back in another's name, and whoever releases it, in nobody's.
    fn may_move(viewer: &Viewer, column: erasure::Column, _: &Self::Model, after: &Self::Model) -> bool {
        let by = after.held_by_id;
        matches!(column, erasure::Column::HeldById)
            && viewer.has_any(&[Role::Supervisor])
            && (by.is_none() || names(viewer, by))
    }
}
