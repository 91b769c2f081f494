//! Materials for participants, and printed material that was given out.

use super::super::{Change, Policy, Root, all_if, any_of, exists, nothing};
use super::{is_trainer, supervised, trained};
use crate::access::{Purpose, Role, Viewer};
use crate::ids::ObjectType;
use entity::{material, printed_material, registration, training_session};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Select};

/// The viewer's own places, if it had them before a version was replaced: that version stays for it.
fn places(viewer: &Viewer) -> Select<registration::Entity> {
    use registration::Column;
    let replaced_at = material::Column::ReplacedAt;
    let in_time =
        Condition::any().add(replaced_at.is_null()).add(Column::CreatedAt.into_expr().lt(replaced_at.into_expr()));
    registration::Entity::find()
        .filter(Column::MembershipId.eq(viewer.membership_id()))
        .filter(Column::OrganisationId.eq(viewer.organisation_id()))
        .filter(Column::State.eq(registration::State::Registered))
        .filter(in_time)
}

/// Materials of the sessions in which the viewer has a place, and of their programmes.
fn for_participants(viewer: &Viewer) -> Condition {
    use material::Column;
    if !viewer.has_any(&[Role::Reporter, Role::Coordinator]) {
        return nothing();
    }
    let in_session = exists(places(viewer), registration::Column::SessionId, Column::SessionId);
    let with_place = exists(places(viewer), registration::Column::SessionId, training_session::Column::Id);
    let of_programme = training_session::Entity::find().filter(with_place);
    let in_programme = exists(of_programme, training_session::Column::ProgrammeId, Column::ProgrammeId);
    Condition::all().add(Column::WithdrawnAt.is_null()).add(any_of(vec![in_session, in_programme]))
}

impl Policy for material::Entity {
    const TABLE: &'static str = "material";

    fn visible_to(viewer: &Viewer) -> Condition {
        use material::Column;
        let of_programmes = all_if(is_trainer(viewer))
            .add(Column::SessionId.is_null())
            .add(Column::OrganisationId.eq(viewer.organisation_id()));
        any_of(vec![
            for_participants(viewer),
            trained(viewer, Column::SessionId),
            of_programmes,
            supervised(viewer),
            all_if(viewer.acts_for(Purpose::Demonstration)),
        ])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let holds = |row: &material::Model| {
            is_trainer(viewer) && (row.session_id.is_some() || row.organisation_id == viewer.organisation_id())
        };
        let demonstration = viewer.acts_for(Purpose::Demonstration);
        match change {
            Change::Insert(row) => demonstration || (holds(row) && row.published_by_id == viewer.membership_id()),
            Change::Update(row) => demonstration || holds(row),
            Change::Delete(_) => false,
        }
    }
}

impl Root for material::Entity {
    const OBJECT: ObjectType = ObjectType::Material;
}

impl Policy for printed_material::Entity {
    const TABLE: &'static str = "printed_material";

    fn visible_to(viewer: &Viewer) -> Condition {
        let own = printed_material::Column::OrganisationId.eq(viewer.organisation_id());
        any_of(vec![
            all_if(is_trainer(viewer)).add(own),
            supervised(viewer),
            all_if(viewer.acts_for(Purpose::Demonstration)),
        ])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let own = |row: &printed_material::Model| is_trainer(viewer) && row.organisation_id == viewer.organisation_id();
        match change {
            Change::Insert(row) => {
                viewer.acts_for(Purpose::Demonstration) || (own(row) && row.given_by_id == viewer.membership_id())
            }
            Change::Update(_) => false,
            Change::Delete(row) => own(row),
        }
    }
}

impl Root for printed_material::Entity {
    const OBJECT: ObjectType = ObjectType::PrintedMaterial;
}
