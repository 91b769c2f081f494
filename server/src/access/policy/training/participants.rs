//! Registrations, what participants need, and attendance.

use super::super::{Change, Policy, Root, all_if, any_of, everything, exists, names, nothing};
use super::{counts, is_trainer, supervised, trained};
use crate::access::sealing::{KeyOf, Seal};
use crate::access::{Purpose, Role, Viewer};
use crate::ids::ObjectType;
use entity::attendance::Method;
use entity::{attendance, participant_needs, registration};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

/// Registrations of the viewer itself, and of the staff that it coordinates.
pub(super) fn own(viewer: &Viewer) -> Condition {
    use registration::Column;
    let institution = Condition::all().add(Column::OrganisationId.eq(viewer.organisation_id()));
    if viewer.has_any(&[Role::Coordinator]) {
        return institution;
    }
    if viewer.has_any(&[Role::Reporter]) {
        return institution.add(Column::MembershipId.eq(viewer.membership_id()));
    }
    nothing()
}

/// Registrations of the member whose calendar programme asks.
fn in_calendar(viewer: &Viewer) -> Condition {
    use registration::Column;
    all_if(viewer.acts_for(Purpose::Calendar))
        .add(Column::MembershipId.eq(viewer.membership_id()))
        .add(Column::OrganisationId.eq(viewer.organisation_id()))
}

/// Sessions, named by this column, for which the member whose calendar programme asks is registered.
pub(super) fn in_calendar_for(viewer: &Viewer, session_id: impl ColumnTrait) -> Condition {
    exists(registration::Entity::find().filter(in_calendar(viewer)), registration::Column::SessionId, session_id)
}

fn is_own(viewer: &Viewer, row: &registration::Model) -> bool {
    let itself = row.membership_id == Some(viewer.membership_id());
    row.organisation_id == viewer.organisation_id()
        && (viewer.has_any(&[Role::Coordinator]) || (viewer.has_any(&[Role::Reporter]) && itself))
}

/// Sessions, named by this column, for which the viewer or staff that it coordinates is registered.
pub(super) fn takes_part_in(viewer: &Viewer, session_id: impl ColumnTrait) -> Condition {
    exists(registration::Entity::find().filter(own(viewer)), registration::Column::SessionId, session_id)
}

impl Policy for registration::Entity {
    const TABLE: &'static str = "registration";
    const HAS_PARTS: bool = true;

    fn visible_to(viewer: &Viewer) -> Condition {
        let services = [Purpose::Placement, Purpose::Demonstration, Purpose::Notification];
        if services.into_iter().any(|purpose| viewer.acts_for(purpose)) || counts(viewer) {
            return everything();
        }
        if viewer.acts_for(Purpose::Calendar) {
            return in_calendar(viewer);
        }
        any_of(vec![own(viewer), trained(viewer, registration::Column::SessionId), supervised(viewer)])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        if viewer.acts_for(Purpose::Demonstration) {
            return !matches!(change, Change::Delete(_));
        }
        match change {
            Change::Insert(row) => {
                row.registered_by_id == viewer.membership_id() && (is_own(viewer, row) || is_trainer(viewer))
            }
            Change::Update(row) => is_own(viewer, row) || is_trainer(viewer) || viewer.acts_for(Purpose::Placement),
            Change::Delete(_) => false,
        }
    }

    /// Whoever was added by name takes the registration over, for itself alone.
    fn may_move(viewer: &Viewer, column: registration::Column, before: &Self::Model, after: &Self::Model) -> bool {
        let by_name = matches!(column, registration::Column::MembershipId) && before.membership_id.is_none();
        by_name && before.organisation_id == viewer.organisation_id() && names(viewer, after.membership_id)
    }
}

impl Root for registration::Entity {
    const OBJECT: ObjectType = ObjectType::Registration;
}

impl Policy for participant_needs::Entity {
    const TABLE: &'static str = "participant_needs";
    /// Trainers read it, who have no key of the institution's records.
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[participant_needs::Column::Dietary, participant_needs::Column::Access],
        organisation: participant_needs::Column::OrganisationId,
        key: KeyOf::Organisation,
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        let services = [Purpose::Expiry, Purpose::KeyKeeping, Purpose::Demonstration];
        if services.into_iter().any(|purpose| viewer.acts_for(purpose)) {
            return everything();
        }
        if viewer.acts_for(Purpose::Count) {
            return nothing();
        }
        let concerned = any_of(vec![own(viewer), trained(viewer, registration::Column::SessionId)]);
        exists(
            registration::Entity::find().filter(concerned),
            registration::Column::Id,
            participant_needs::Column::RegistrationId,
        )
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let concerned = |row: &participant_needs::Model| {
            is_trainer(viewer)
                || (viewer.has_any(&[Role::Reporter, Role::Coordinator])
                    && row.organisation_id == viewer.organisation_id())
                || viewer.acts_for(Purpose::Demonstration)
        };
        match change {
            Change::Insert(row) => concerned(row),
            Change::Update(row) => viewer.acts_for(Purpose::KeyKeeping) || concerned(row),
            Change::Delete(row) => viewer.acts_for(Purpose::Expiry) || concerned(row),
        }
    }
}

impl Policy for attendance::Entity {
    const TABLE: &'static str = "attendance";
    const PART_OF: Option<(&'static str, &'static str)> = Some(("registration", "registration_id"));

    fn visible_to(viewer: &Viewer) -> Condition {
        if viewer.acts_for(Purpose::Calendar) || viewer.acts_for(Purpose::Notification) {
            return nothing();
        }
        let visible = registration::Entity::find().filter(registration::Entity::visible_to(viewer));
        let seen = exists(visible, registration::Column::Id, attendance::Column::RegistrationId);
        any_of(vec![seen, all_if(viewer.acts_for(Purpose::Demonstration))])
    }

    /// Participants write their own by the code in the room, and nothing else.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) | Change::Update(row) => {
                let by_code = row.method == Method::Code
                    && row.organisation_id == viewer.organisation_id()
                    && viewer.has_any(&[Role::Reporter, Role::Coordinator]);
                is_trainer(viewer) || by_code || viewer.acts_for(Purpose::Demonstration)
            }
            Change::Delete(_) => false,
        }
    }
}
