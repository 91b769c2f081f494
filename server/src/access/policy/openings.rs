//! Opened identities and bars. Whoever opened sees its own openings, the supervisor and the protection officer all of them; the
//! Centre sees who is barred from a report, but for those who are.

use super::triage::{WORKS, internal};
use super::{Change, Policy, Root, all_if, any_of, names, nothing, unless_barred};
use crate::access::sealing::{KeyOf, Seal};
use crate::access::{Purpose, Role, Signal, Viewer};
use crate::ids::ObjectType;
use chrono::{DateTime, TimeDelta, Utc};
use entity::identity_opening::{self, Column};
use entity::{person_identity, report, report_bar};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

/// By how much the clocks of two servers may differ.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(1);

/// Openings that have begun and have not ended. One from a time to come counts no more than one that has ended: the clock was
/// set back.
pub fn open_at(now: DateTime<Utc>) -> Condition {
    Condition::all().add(Column::ExpiresAt.gt(now)).add(Column::OpenedAt.lte(now + CLOCKS_DIFFER))
}

/// Openings of the viewer that are open.
fn open(viewer: &Viewer) -> Select<identity_opening::Entity> {
    let now = viewer.at().map_or_else(nothing, open_at);
    identity_opening::Entity::find().filter(Column::MembershipId.eq(viewer.membership_id())).filter(now)
}

/// Reports to which the viewer has emergency access.
pub(super) fn in_emergency(viewer: &Viewer) -> Condition {
    let reports = open(viewer).filter(Column::PersonId.is_null()).select_only().column(Column::ReportId);
    Condition::all().add(report::Column::Id.in_subquery(reports.into_query()))
}

/// Identities that are open for the viewer: one by one, or all of a report in an emergency.
pub(super) fn opened(viewer: &Viewer) -> Condition {
    use person_identity::Column as Identity;
    let mut openings = open(viewer).into_query();
    openings
        .clear_selects()
        .expr(Expr::val(1))
        .and_where(Column::ReportId.into_expr().eq(Identity::ReportId.into_expr()))
        .cond_where(
            Condition::any()
                .add(Column::PersonId.into_expr().eq(Identity::PersonId.into_expr()))
                .add(Column::PersonId.is_null()),
        );
    Condition::all().add(Expr::exists(openings))
}

/// Whether it is an opening of the viewer, in a role that opens identities.
fn own(viewer: &Viewer, row: &identity_opening::Model) -> bool {
    viewer.has_any(&WORKS) && row.membership_id == viewer.membership_id()
}

/// Whether the viewer may say what its review finds.
fn reviews(viewer: &Viewer, row: &identity_opening::Model) -> bool {
    viewer.has_any(&[Role::ProtectionOfficer]) && row.reviewed_at.is_none()
}

impl Policy for identity_opening::Entity {
    const TABLE: &'static str = "identity_opening";
    /// Reviewers read it, who have no key of the report.
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[Column::Reason, Column::ReviewRemark],
        organisation: Column::OrganisationId,
        key: KeyOf::Organisation,
    });
    /// What was opened, when and why stays what the review is about.
    const KEPT: &'static [Column] = &[
        Column::ReportReference,
        Column::Reason,
        Column::OpenedAt,
        Column::ExpiresAt,
        Column::Attention,
        Column::ReviewedAt,
        Column::Review,
        Column::ReviewRemark,
        Column::Exported,
        Column::OverdueAt,
    ];

    fn visible_to(viewer: &Viewer) -> Condition {
        let service = viewer.acts_for(Purpose::SignIn) || viewer.acts_for(Purpose::KeyKeeping);
        let reads_all = service || viewer.has_any(&[Role::Supervisor, Role::ProtectionOfficer]);
        let own = all_if(viewer.has_any(&WORKS)).add(Column::MembershipId.eq(viewer.membership_id()));
        let awaits = all_if(viewer.keeps_time_alone()).add(Column::ReviewedAt.is_null());
        unless_barred(viewer, Column::ReportId, any_of(vec![all_if(reads_all), own, awaits]))
    }

    /// Whoever opened may end it early; whoever reviews, and did not open it, may say what it finds; the service says that nobody
    /// has in time.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) => {
                let beyond = viewer.acts_for(Purpose::BeyondAssignment) && viewer.has_any(&[Role::CaseWorker]);
                own(viewer, row) && row.reviewed_at.is_none() && (row.person_id.is_some() || beyond)
            }
            Change::Update(_) if viewer.acts_for(Purpose::KeyKeeping) => true,
            // Who keeps time marks what nobody reviewed in time.
            Change::Update(row) => {
                own(viewer, row) || reviews(viewer, row) || (viewer.keeps_time_alone() && row.reviewed_at.is_none())
            }
            Change::Delete(_) => false,
        }
    }

    /// It ends earlier, and is reviewed once, by whoever says so in its own name. Who keeps time marks it once.
    fn may_move(viewer: &Viewer, column: Column, before: &Self::Model, after: &Self::Model) -> bool {
        match column {
            Column::Reason | Column::ReviewRemark if viewer.acts_for(Purpose::KeyKeeping) => true,
            Column::ExpiresAt => own(viewer, before) && after.expires_at <= before.expires_at,
            Column::ReviewerId => reviews(viewer, before) && names(viewer, after.reviewer_id),
            Column::Attention | Column::ReviewedAt | Column::Review | Column::ReviewRemark => reviews(viewer, before),
            Column::OverdueAt => viewer.keeps_time_alone() && before.overdue_at.is_none(),
            _ => false,
        }
    }
}

impl Root for identity_opening::Entity {
    const OBJECT: ObjectType = ObjectType::IdentityOpening;
}

impl Policy for report_bar::Entity {
    const TABLE: &'static str = "report_bar";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[report_bar::Column::Reason, report_bar::Column::LiftReason],
        organisation: report_bar::Column::OrganisationId,
        key: KeyOf::Report(report_bar::Column::ReportId),
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        any_of(vec![all_if(viewer.acts_for(Purpose::SignIn)), internal(viewer, report_bar::Column::ReportId)])
    }

    /// A supervisor bars others; whoever works on reports bars itself, and hides a case that it opens from those barred. What
    /// erases empties the reasons, and the bar holds on.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) => {
                let declares = viewer.has_any(&WORKS) && row.membership_id == viewer.membership_id();
                let own = row.barred_by_id == viewer.membership_id() && row.lifted_at.is_none();
                own && (declares || viewer.has_any(&[Role::Supervisor]))
            }
            Change::Update(row) => {
                viewer.acts_for(Purpose::Erasure) || (viewer.has_any(&WORKS) && row.lifted_at.is_none())
            }
            Change::Delete(_) => false,
        }
    }

    /// Nobody lifts one in another's name.
    fn may_move(viewer: &Viewer, column: report_bar::Column, before: &Self::Model, after: &Self::Model) -> bool {
        let lifted = matches!(column, report_bar::Column::LiftedById) && before.lifted_by_id.is_none();
        lifted && viewer.has_any(&WORKS) && names(viewer, after.lifted_by_id)
    }

    /// Whoever waits for the report and is barred is told so at once, and not by the report's next change.
    fn signal(row: &Self::Model) -> Option<Signal> {
        Some(Signal::work_on(row.report_id))
    }
}

impl Root for report_bar::Entity {
    const OBJECT: ObjectType = ObjectType::ReportBar;
}
