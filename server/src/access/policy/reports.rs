//! Reports and their parts. Drafts are their author's. A submitted report is seen by its author, by the organisation's
//! coordinator, by the Centre's intake and supervision, and by the case worker it is assigned to or who has emergency access
//! to it; never by whoever is barred from it.

use super::openings::{in_emergency, opened};
use super::triage::WORKS;
use super::{Change, Policy, Root, all_if, any_of, everything, exists, nothing, unless_barred};
use crate::access::sealing::{KeyOf, Seal};
use crate::access::{Action, Purpose, Role, Signal, Viewer};
use crate::ids::ObjectType;
use entity::report::State;
use entity::{person, person_identity, report, report_message, ticked_indicator};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

/// Roles that write reports: partners, and the Centre's intake noting down what it is told.
const WRITES: [Role; 3] = [Role::Reporter, Role::Coordinator, Role::IntakeOfficer];

/// States in which the author may still read the identities it wrote.
pub(super) const BEFORE_ACCEPTANCE: [State; 4] =
    [State::Draft, State::Submitted, State::InTriage, State::MoreInformationNeeded];

/// States from which a report can be erased: nobody works on it.
pub(super) const ENDED: [State; 4] = [State::Accepted, State::Joined, State::PassedOn, State::Closed];

fn written_by(viewer: &Viewer) -> Condition {
    if !viewer.has_any(&WRITES) {
        return nothing();
    }
    Condition::all()
        .add(report::Column::AuthorId.eq(viewer.membership_id()))
        .add(report::Column::OrganisationId.eq(viewer.organisation_id()))
}

/// Whether a case worker reaches for a report that is not assigned to it.
fn reaches_beyond(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::BeyondAssignment) && viewer.has_any(&[Role::CaseWorker])
}

fn wrote(viewer: &Viewer, row: &report::Model) -> bool {
    viewer.has_any(&WRITES)
        && (row.author_id, row.organisation_id) == (viewer.membership_id(), viewer.organisation_id())
}

/// Whether the viewer may give work on a report to this member: those who assign to anybody, a case worker to nobody.
pub(super) fn assigns(viewer: &Viewer, to: Option<Uuid>) -> bool {
    let to_nobody = viewer.has_any(&[Role::CaseWorker]) && to.is_none();
    viewer.has_any(&[Role::IntakeOfficer, Role::Supervisor]) || to_nobody
}

impl Policy for report::Entity {
    const TABLE: &'static str = "report";
    const HAS_PARTS: bool = true;
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[
            report::Column::ReporterFunction,
            report::Column::ReporterContact,
            report::Column::OnBehalfOf,
            report::Column::Observations,
            report::Column::Place,
            report::Column::ExploitationPlace,
            report::Column::ActionsTaken,
        ],
        organisation: report::Column::OrganisationId,
        key: KeyOf::Itself(report::Column::SealingKeyId, report::Column::SealingKey, Action::ReportErased),
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        use report::Column;
        let services = [Purpose::Demonstration, Purpose::KeyKeeping, Purpose::AttachmentKeeping];
        if services.into_iter().any(|purpose| viewer.acts_for(purpose)) {
            return everything();
        }
        if viewer.acts_for(Purpose::Expiry) {
            return Condition::all().add(Column::State.eq(State::Draft));
        }
        let submitted = || Condition::all().add(Column::State.ne(State::Draft));
        let of_all = viewer.acts_for(Purpose::Erasure) || viewer.acts_for(Purpose::Notification);
        if of_all || viewer.keeps_time_alone() {
            return submitted();
        }
        let counts = viewer.acts_for(Purpose::Count) && viewer.has_any(&[Role::Analyst]);
        let mut ways = Vec::new();
        if viewer.has_any(&WRITES) {
            ways.push(written_by(viewer));
        }
        if viewer.has_any(&[Role::Coordinator]) {
            ways.push(submitted().add(Column::OrganisationId.eq(viewer.organisation_id())));
        }
        if counts || reaches_beyond(viewer) || viewer.has_any(&[Role::IntakeOfficer, Role::Supervisor]) {
            ways.push(submitted());
        }
        if viewer.in_emergency() && !viewer.acts_for(Purpose::Count) {
            ways.push(submitted().add(in_emergency(viewer)));
        }
        if viewer.has_any(&[Role::CaseWorker]) {
            ways.push(submitted().add(Column::AssigneeId.eq(viewer.membership_id())));
        }
        let visible = unless_barred(viewer, Column::Id, any_of(ways));
        if viewer.has_any(&[Role::Reporter, Role::Coordinator]) {
            // Said once more in front, so that the database finds the organisation's rows by their index.
            return Condition::all().add(Column::OrganisationId.eq(viewer.organisation_id())).add(visible);
        }
        visible
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        if viewer.acts_for(Purpose::Demonstration) {
            return true;
        }
        match change {
            Change::Insert(row) => wrote(viewer, row) && matches!(row.state, State::Draft | State::Submitted),
            Change::Update(_) if viewer.acts_for(Purpose::KeyKeeping) => true,
            Change::Update(row) if viewer.acts_for(Purpose::Erasure) => ENDED.contains(&row.state),
            Change::Update(row) if row.state == State::Draft => wrote(viewer, row),
            Change::Update(row) => {
                let coordinates =
                    viewer.has_any(&[Role::Coordinator]) && row.organisation_id == viewer.organisation_id();
                let works = viewer.has_any(&[Role::CaseWorker]) && row.assignee_id == Some(viewer.membership_id());
                let all = viewer.has_any(&[Role::IntakeOfficer, Role::Supervisor]) || reaches_beyond(viewer);
                wrote(viewer, row) || coordinates || works || all
            }
            Change::Delete(row) => {
                row.state == State::Draft && (wrote(viewer, row) || viewer.acts_for(Purpose::Expiry))
            }
        }
    }

    /// The Centre assigns, and takes away from whoever must not have it. It joins reports, and takes that back.
    fn may_move(viewer: &Viewer, column: report::Column, _: &Self::Model, after: &Self::Model) -> bool {
        match column {
            report::Column::AssigneeId => assigns(viewer, after.assignee_id),
            report::Column::JoinedToId => viewer.has_any(&WORKS),
            report::Column::SealingKeyId => viewer.acts_for(Purpose::KeyKeeping),
            _ => false,
        }
    }

    fn signal(row: &report::Model) -> Option<Signal> {
        Some(Signal::Report { key: row.id, submitted: row.state != State::Draft, assignee: row.assignee_id })
    }
}

impl Root for report::Entity {
    const OBJECT: ObjectType = ObjectType::Report;
}

/// Parts of the reports that the viewer sees and that meet the condition. What removes expired drafts sees no parts: they
/// go with their report. What keeps deadlines sees only those that tell the time, and what tells news none.
pub(super) fn with_report(viewer: &Viewer, report_id: impl ColumnTrait, condition: Condition) -> Condition {
    let of_none = viewer.acts_for(Purpose::Expiry) || viewer.acts_for(Purpose::Notification);
    if of_none || viewer.keeps_time_alone() {
        return nothing();
    }
    seen_report(viewer, report_id, condition)
}

/// Rows that name a report which the viewer sees and which meets the condition.
pub(super) fn seen_report(viewer: &Viewer, report_id: impl ColumnTrait, condition: Condition) -> Condition {
    let reports = report::Entity::find().filter(report::Entity::visible_to(viewer)).filter(condition);
    exists(reports, report::Column::Id, report_id)
}

/// Whether a part of a report of this organisation may be written by the viewer: drafts and their parts by partners and
/// intake, on their own side only. That the report is the viewer's own is known by its having been found.
fn writes_parts(viewer: &Viewer, organisation_id: Uuid) -> bool {
    viewer.acts_for(Purpose::Demonstration) || (viewer.has_any(&WRITES) && organisation_id == viewer.organisation_id())
}

/// Whether a part of a report is emptied, by the service at that work.
pub(super) fn erases<E: EntityTrait>(viewer: &Viewer, change: &Change<'_, E>) -> bool {
    viewer.acts_for(Purpose::Erasure) && matches!(change, Change::Update(_))
}

/// Whether parts of reports may be changed: emptied, and those with a key of their own wrapped anew.
fn updates_parts(viewer: &Viewer, have_keys: bool) -> bool {
    viewer.acts_for(Purpose::Erasure) || (have_keys && viewer.acts_for(Purpose::KeyKeeping))
}

macro_rules! part_of_report {
    (
        $module:ident, of $whole:literal by $column:literal, has parts: $has_parts:literal, sealed: $($sealed:ident)+, $key:expr
        $(, moves: $moves:ident)?
    ) => {
        impl Policy for $module::Entity {
            const TABLE: &'static str = stringify!($module);
            const PART_OF: Option<(&'static str, &'static str)> = Some(($whole, $column));
            const HAS_PARTS: bool = $has_parts;
            const SEAL: Option<Seal<Self>> = Some(Seal {
                columns: &[$($module::Column::$sealed),+],
                organisation: $module::Column::OrganisationId,
                key: $key,
            });

            fn visible_to(viewer: &Viewer) -> Condition {
                with_report(viewer, $module::Column::ReportId, everything())
            }

            fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
                match change {
                    Change::Insert(row) | Change::Delete(row) => writes_parts(viewer, row.organisation_id),
                    Change::Update(_) => updates_parts(viewer, $has_parts),
                }
            }

            $(
                /// Its key is wrapped by another.
                fn may_move(viewer: &Viewer, column: $module::Column, _: &Self::Model, _: &Self::Model) -> bool {
                    matches!(column, $module::Column::$moves) && viewer.acts_for(Purpose::KeyKeeping)
                }
            )?
        }
    };
}

part_of_report!(
    person, of "report" by "report_id", has parts: true,
    sealed: Pseudonym CommunicationNeed Guardian ContactChannel ContactTime ContactCaution,
    KeyOf::Itself(person::Column::SealingKeyId, person::Column::SealingKey, Action::PersonErased), moves: SealingKeyId
);
part_of_report!(
    ticked_indicator, of "person" by "person_id", has parts: false,
    sealed: Remark, KeyOf::Person(ticked_indicator::Column::PersonId)
);

impl Root for person::Entity {
    const OBJECT: ObjectType = ObjectType::Person;
}

impl Policy for person_identity::Entity {
    const TABLE: &'static str = "person_identity";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[
            person_identity::Column::Names,
            person_identity::Column::PersonalNumber,
            person_identity::Column::BirthDate,
            person_identity::Column::Phone,
            person_identity::Column::Address,
        ],
        organisation: person_identity::Column::OrganisationId,
        key: KeyOf::Person(person_identity::Column::PersonId),
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        let report_id = person_identity::Column::ReportId;
        let services = [Purpose::Demonstration, Purpose::KeyKeeping, Purpose::Erasure];
        let exports = viewer.acts_for(Purpose::Export) && viewer.has_any(&[Role::Supervisor]);
        if exports || services.into_iter().any(|purpose| viewer.acts_for(purpose)) {
            return with_report(viewer, report_id, everything());
        }
        let unaccepted = written_by(viewer).add(report::Column::State.is_in(BEFORE_ACCEPTANCE));
        let mut ways = vec![with_report(viewer, report_id, unaccepted)];
        if viewer.has_any(&WORKS) {
            ways.push(with_report(viewer, report_id, everything()).add(opened(viewer)));
        }
        any_of(ways)
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) => writes_parts(viewer, row.organisation_id),
            Change::Delete(row) => writes_parts(viewer, row.organisation_id) || viewer.acts_for(Purpose::Erasure),
            Change::Update(_) => false,
        }
    }
}

impl Policy for report_message::Entity {
    const TABLE: &'static str = "report_message";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[report_message::Column::Text],
        organisation: report_message::Column::OrganisationId,
        key: KeyOf::Report(report_message::Column::ReportId),
    });
    const PART_OF: Option<(&'static str, &'static str)> = Some(("report", "report_id"));

    fn visible_to(viewer: &Viewer) -> Condition {
        with_report(viewer, report_message::Column::ReportId, all_if(!viewer.acts_for(Purpose::Count)))
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let Change::Insert(row) = change else { return erases(viewer, &change) };
        let centre = viewer.has_any(&[Role::IntakeOfficer, Role::CaseWorker, Role::Supervisor]);
        let own =
            row.author_id == viewer.membership_id() && (centre || row.organisation_id == viewer.organisation_id());
        own || viewer.acts_for(Purpose::Demonstration)
    }
}

impl Root for report_message::Entity {
    const OBJECT: ObjectType = ObjectType::ReportMessage;
}
