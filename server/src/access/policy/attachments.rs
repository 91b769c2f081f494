//! Files of reports. They are seen with their report; those that the Centre adds, by the Centre alone.

use super::reports::with_report;
use super::{Change, Policy, all_if, any_of, everything};
use crate::access::sealing::{KeyOf, Seal};
use crate::access::{Purpose, Role, Signal, Viewer};
use entity::attachment::{self, Column, Model, State};
use sea_orm::{ColumnTrait, Condition};

/// Roles of the Centre that meet reports.
const CENTRE: [Role; 3] = [Role::IntakeOfficer, Role::CaseWorker, Role::Supervisor];

/// Whether it sees what the Centre adds.
fn sees_the_centres(viewer: &Viewer) -> bool {
    let services = [Purpose::KeyKeeping, Purpose::Erasure, Purpose::Demonstration];
    viewer.has_any(&CENTRE) || services.into_iter().any(|purpose| viewer.acts_for(purpose))
}

/// Whether the viewer announced it, for its own side.
fn announced(viewer: &Viewer, row: &Model) -> bool {
    let writes = viewer.has_any(&CENTRE) || viewer.has_any(&[Role::Reporter, Role::Coordinator]);
    writes && row.author_id == viewer.membership_id() && row.of_centre == viewer.has_any(&CENTRE)
}

impl Policy for attachment::Entity {
    const TABLE: &'static str = "attachment";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[Column::Secret],
        organisation: Column::OrganisationId,
        key: KeyOf::Report(Column::ReportId),
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        if viewer.acts_for(Purpose::AttachmentKeeping) {
            return everything();
        }
        let seen = with_report(viewer, Column::ReportId, all_if(!viewer.acts_for(Purpose::Count)));
        let side = any_of(vec![Condition::all().add(Column::OfCentre.eq(false)), all_if(sees_the_centres(viewer))]);
        Condition::all().add(seen).add(side)
    }

    /// Whoever announced a file fills it, once. What was handed in changes no more but by what the scanner says.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let (keeps, erases) = (viewer.acts_for(Purpose::AttachmentKeeping), viewer.acts_for(Purpose::Erasure));
        match change {
            Change::Insert(row) => {
                let own = announced(viewer, row) && row.state == State::Expected;
                own || viewer.acts_for(Purpose::Demonstration)
            }
            Change::Update(row) if keeps => matches!(row.state, State::Waiting | State::NotScanned),
            Change::Update(row) => row.state == State::Expected && announced(viewer, row),
            Change::Delete(row) => erases || announced(viewer, row) || (keeps && row.state == State::Expected),
        }
    }

    /// What has not come yet is there for whoever announced it alone.
    fn signal(row: &Model) -> Option<Signal> {
        (row.state != State::Expected).then(|| Signal::work_on(row.report_id))
    }
}
