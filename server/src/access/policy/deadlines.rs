//! Deadlines of the Centre. No partner reads one; a step of a partner that moves a clock is written down by the service, in the
//! partner's transaction, for a purpose of its own.

use super::reports::seen_report;
use super::triage::WORKS;
use super::{Change, Policy, everything, nothing};
use crate::access::{Purpose, Role, Signal, Viewer};
use entity::report_deadline;
use sea_orm::Condition;

fn keeps(viewer: &Viewer) -> bool {
    let purposes = [Purpose::Timekeeping, Purpose::Demonstration];
    viewer.has_any(&WORKS) || purposes.into_iter().any(|purpose| viewer.acts_for(purpose))
}

impl Policy for report_deadline::Entity {
    const TABLE: &'static str = "report_deadline";
    const PART_OF: Option<(&'static str, &'static str)> = Some(("report", "report_id"));

    fn visible_to(viewer: &Viewer) -> Condition {
        let counts = viewer.acts_for(Purpose::Count) && viewer.has_any(&[Role::Analyst]);
        if keeps(viewer) || counts {
            return seen_report(viewer, report_deadline::Column::ReportId, everything());
        }
        nothing()
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        keeps(viewer) && !matches!(change, Change::Delete(_))
    }

    fn signal(row: &report_deadline::Model) -> Option<Signal> {
        Some(Signal::work_on(row.report_id))
    }
}
