//! Organisations and memberships: a partner sees its own, the Centre's staff reads all, administrators manage all.

use super::{Change, Policy, Root, any_of, everything};
use crate::access::{Purpose, Role, Viewer};
use crate::ids::ObjectType;
use entity::{membership, organisation};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

/// Roles of the Centre that read every organisation and membership.
const READS_ALL: [Role; 5] =
    [Role::IntakeOfficer, Role::CaseWorker, Role::Supervisor, Role::ProtectionOfficer, Role::Administrator];

/// The service at work on organisations.
fn set_up(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::Administration) || viewer.acts_for(Purpose::Demonstration)
}

impl Policy for organisation::Entity {
    const TABLE: &'static str = "organisation";
    /// Which roles its members can have follows from it.
    const KEPT: &'static [organisation::Column] = &[organisation::Column::Kind];

    fn visible_to(viewer: &Viewer) -> Condition {
        let directory = viewer.has_any(&READS_ALL) || viewer.has_any(&[Role::Trainer]);
        if directory || set_up(viewer) || viewer.acts_for(Purpose::SignIn) || viewer.acts_for(Purpose::Count) {
            return everything();
        }
        let mut ways = vec![Condition::all().add(organisation::Column::Id.eq(viewer.organisation_id()))];
        if let Some(account) = viewer.account_id() {
            // Whoever has several memberships must be able to tell them apart.
            let own = membership::Entity::find().select_only().column(membership::Column::OrganisationId);
            let own =
                own.filter(membership::Column::AccountId.eq(account)).filter(membership::Column::EndedAt.is_null());
            ways.push(Condition::all().add(organisation::Column::Id.in_subquery(own.into_query())));
        }
        any_of(ways)
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        !matches!(change, Change::Delete(_)) && (set_up(viewer) || viewer.has_any(&[Role::Administrator]))
    }
}

impl Root for organisation::Entity {
    const OBJECT: ObjectType = ObjectType::Organisation;
}

impl Policy for membership::Entity {
    const TABLE: &'static str = "membership";
    /// Whom the invitation went to.
    const KEPT: &'static [membership::Column] = &[membership::Column::Email, membership::Column::ClientId];

    fn visible_to(viewer: &Viewer) -> Condition {
        use membership::Column;
        let services = [Purpose::SignIn, Purpose::Notification];
        let serves = services.into_iter().any(|purpose| viewer.acts_for(purpose));
        if viewer.has_any(&READS_ALL) || set_up(viewer) || serves {
            return everything();
        }
        let mut ways = Vec::new();
        if let Some(account) = viewer.account_id() {
            ways.push(Condition::all().add(Column::AccountId.eq(account)));
        }
        if viewer.has_any(&[Role::Reporter, Role::Coordinator]) {
            ways.push(Condition::all().add(Column::OrganisationId.eq(viewer.organisation_id())));
        }
        if viewer.has_any(&[Role::Trainer]) {
            // Trainers find one another, to hold sessions together. No other role has this word in its name.
            ways.push(Condition::all().add(Column::Roles.contains(Role::Trainer.as_str())));
        }
        any_of(ways)
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let row = match change {
            Change::Insert(row) | Change::Update(row) => row,
            Change::Delete(_) => return false,
        };
        let signing_in = viewer.acts_for(Purpose::SignIn) && matches!(change, Change::Update(_));
        let own = viewer.has_any(&[Role::Coordinator]) && row.organisation_id == viewer.organisation_id();
        own || signing_in || set_up(viewer) || viewer.has_any(&[Role::Administrator])
    }

    /// Whoever was invited takes it up by signing in, once.
    fn may_move(viewer: &Viewer, column: membership::Column, before: &Self::Model, _: &Self::Model) -> bool {
        let taken_up = matches!(column, membership::Column::AccountId) && before.account_id.is_none();
        taken_up && viewer.acts_for(Purpose::SignIn)
    }
}

impl Root for membership::Entity {
    const OBJECT: ObjectType = ObjectType::Membership;
}
