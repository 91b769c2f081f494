//! Possible duplicates. Whoever submits a report adds blind indexes and reads none; the service compares them; of what it
//! proposes, a member of the Centre sees what is about two reports that it sees.

use super::reports::seen_report;
use super::triage::WORKS;
use super::{Change, Policy, Root, all_if, everything, names, nothing};
use crate::access::sealing::{KeyOf, Seal};
use crate::access::{Purpose, Role, Signal, Viewer};
use crate::ids::ObjectType;
use entity::possible_duplicate::State;
use entity::{index_key, match_key, match_subject, possible_duplicate};
use sea_orm::Condition;
use uuid::Uuid;

/// Roles that submit reports, and so add to the indexes.
const SUBMITS: [Role; 3] = [Role::Reporter, Role::Coordinator, Role::IntakeOfficer];

fn matches(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::Matching)
}

fn demonstrates(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::Demonstration)
}

fn adds(viewer: &Viewer, organisation_id: Uuid) -> bool {
    demonstrates(viewer) || (viewer.has_any(&SUBMITS) && organisation_id == viewer.organisation_id())
}

/// Wrapped by the master key it says nothing.
impl Policy for index_key::Entity {
    const TABLE: &'static str = "index_key";

    fn visible_to(viewer: &Viewer) -> Condition {
        all_if(viewer.has_any(&SUBMITS) || demonstrates(viewer) || viewer.acts_for(Purpose::KeyKeeping))
    }

    /// Whoever submits first makes it.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let keeps = viewer.acts_for(Purpose::KeyKeeping);
        match change {
            Change::Insert(_) => viewer.has_any(&SUBMITS) || demonstrates(viewer) || keeps,
            Change::Update(_) => keeps,
            Change::Delete(_) => false,
        }
    }
}

impl Policy for match_subject::Entity {
    const TABLE: &'static str = "match_subject";

    fn visible_to(viewer: &Viewer) -> Condition {
        all_if(matches(viewer) || demonstrates(viewer) || viewer.acts_for(Purpose::Erasure))
    }

    /// Keys and proposals go with what they are about.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) => {
                demonstrates(viewer) || (adds(viewer, row.organisation_id) && row.compared_at.is_none())
            }
            Change::Update(_) => matches(viewer),
            Change::Delete(_) => viewer.acts_for(Purpose::Erasure),
        }
    }
}

impl Policy for match_key::Entity {
    const TABLE: &'static str = "match_key";

    fn visible_to(viewer: &Viewer) -> Condition {
        all_if(matches(viewer) || demonstrates(viewer))
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        matches!(change, Change::Insert(row) if adds(viewer, row.organisation_id))
    }
}

/// Whether a member works for the Centre, itself, or the service asks in its name what it sees.
fn works(viewer: &Viewer) -> bool {
    let others = [Purpose::Count, Purpose::Export];
    viewer.has_any(&WORKS) && !others.into_iter().any(|purpose| viewer.acts_for(purpose))
}

/// Whether it sees what is about two reports that it sees: at work, and for an access request.
fn sees(viewer: &Viewer) -> bool {
    viewer.has_any(&WORKS) && !viewer.acts_for(Purpose::Count)
}

impl Policy for possible_duplicate::Entity {
    const TABLE: &'static str = "possible_duplicate";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[possible_duplicate::Column::ResolveReason],
        organisation: possible_duplicate::Column::OrganisationId,
        key: KeyOf::Report(possible_duplicate::Column::ReportId),
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        use possible_duplicate::Column;
        let services = [Purpose::Notification, Purpose::KeyKeeping];
        if matches(viewer) || demonstrates(viewer) || services.into_iter().any(|purpose| viewer.acts_for(purpose)) {
            return everything();
        }
        if !sees(viewer) {
            return nothing();
        }
        let of = |column| seen_report(viewer, column, everything());
        Condition::all().add(of(Column::ReportId)).add(of(Column::OtherReportId))
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) => demonstrates(viewer) || (matches(viewer) && row.state == State::Open),
            Change::Update(_) => works(viewer),
            Change::Delete(_) => false,
        }
    }

    /// Nobody dismisses one in another's name, and whoever opens it anew, in nobody's.
    fn may_move(viewer: &Viewer, column: possible_duplicate::Column, _: &Self::Model, after: &Self::Model) -> bool {
        let by = after.resolved_by_id;
        matches!(column, possible_duplicate::Column::ResolvedById)
            && works(viewer)
            && (by.is_none() || names(viewer, by))
    }

    fn signal(row: &possible_duplicate::Model) -> Option<Signal> {
        Some(Signal::Report { key: row.report_id, submitted: true, assignee: None })
    }
}

impl Root for possible_duplicate::Entity {
    const OBJECT: ObjectType = ObjectType::PossibleDuplicate;
}
