//! The Centre's work on reports: transitions, internal notes, cases. No partner sees any of it.

use super::reports::{assigns, erases, seen_report, with_report};
use super::{Change, Policy, Root, everything, names, nothing, unless_barred};
use crate::access::sealing::{KeyOf, Seal};
use crate::access::{Purpose, Role, Signal, Viewer};
use crate::ids::ObjectType;
use entity::{case, internal_note, report_event};
use sea_orm::{ColumnTrait, Condition};

/// Roles that work on reports, or only on those assigned to them.
pub(super) const WORKS: [Role; 3] = [Role::IntakeOfficer, Role::CaseWorker, Role::Supervisor];

fn works(viewer: &Viewer) -> bool {
    viewer.has_any(&WORKS) || viewer.acts_for(Purpose::Demonstration)
}

/// Parts of reports that the Centre alone sees, and those who keep the keys or erase, to whom everything is sealed.
pub(super) fn internal(viewer: &Viewer, report_id: impl ColumnTrait) -> Condition {
    let reads = works(viewer) || viewer.acts_for(Purpose::KeyKeeping) || viewer.acts_for(Purpose::Erasure);
    if reads { with_report(viewer, report_id, everything()) } else { nothing() }
}

impl Policy for report_event::Entity {
    const TABLE: &'static str = "report_event";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[report_event::Column::Reason],
        organisation: report_event::Column::OrganisationId,
        key: KeyOf::Report(report_event::Column::ReportId),
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        if viewer.acts_for(Purpose::Timekeeping) {
            return seen_report(viewer, report_event::Column::ReportId, everything());
        }
        internal(viewer, report_event::Column::ReportId)
    }

    /// Partners cause two transitions, submitting and answering, and so add rows that they cannot read.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let Change::Insert(row) = change else { return erases(viewer, &change) };
        let here = works(viewer) || row.organisation_id == viewer.organisation_id();
        (row.actor_id == viewer.membership_id() && here) || viewer.acts_for(Purpose::Demonstration)
    }
}

impl Root for report_event::Entity {
    const OBJECT: ObjectType = ObjectType::ReportEvent;
}

impl Policy for internal_note::Entity {
    const TABLE: &'static str = "internal_note";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[internal_note::Column::Text],
        organisation: internal_note::Column::OrganisationId,
        key: KeyOf::Report(internal_note::Column::ReportId),
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        internal(viewer, internal_note::Column::ReportId)
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let Change::Insert(row) = change else { return erases(viewer, &change) };
        works(viewer) && (row.author_id == viewer.membership_id() || viewer.acts_for(Purpose::Demonstration))
    }

    fn signal(row: &internal_note::Model) -> Option<Signal> {
        Some(Signal::work_on(row.report_id))
    }
}

impl Root for internal_note::Entity {
    const OBJECT: ObjectType = ObjectType::InternalNote;
}

impl Policy for case::Entity {
    const TABLE: &'static str = "case";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[case::Column::DecisionReason],
        organisation: case::Column::OrganisationId,
        key: KeyOf::Report(case::Column::ReportId),
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        if viewer.acts_for(Purpose::Count) && viewer.has_any(&[Role::Analyst]) {
            return unless_barred(viewer, case::Column::ReportId, everything());
        }
        internal(viewer, case::Column::ReportId)
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        erases(viewer, &change) || (works(viewer) && !matches!(change, Change::Delete(_)))
    }

    /// It goes with its report, and nobody decides in another's name.
    fn may_move(viewer: &Viewer, column: case::Column, _: &Self::Model, after: &Self::Model) -> bool {
        match column {
            case::Column::CaseWorkerId => assigns(viewer, after.case_worker_id),
            case::Column::DecidedById => viewer.has_any(&WORKS) && names(viewer, after.decided_by_id),
            _ => false,
        }
    }

    fn signal(row: &case::Model) -> Option<Signal> {
        Some(Signal::work_on(row.report_id))
    }
}

impl Root for case::Entity {
    const OBJECT: ObjectType = ObjectType::Case;
}
