//! Programmes, and sessions with their days, trainers, audience and places.

use super::super::{Change, Policy, Root, all_if, any_of, everything, exists, nothing};
use super::participants::{in_calendar_for, takes_part_in};
use super::{TAKES_PART, counts, is_trainer, places_alone, supervised, taught, trained};
use crate::access::{Purpose, Role, Viewer};
use crate::ids::ObjectType;
use entity::training_session::State;
use entity::{programme, session_audience, session_places, session_trainer, training_day, training_session};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveEnum, ColumnTrait, Condition, EntityTrait, QueryFilter};

impl Policy for programme::Entity {
    const TABLE: &'static str = "programme";

    fn visible_to(viewer: &Viewer) -> Condition {
        let services = viewer.acts_for(Purpose::Demonstration) || viewer.acts_for(Purpose::Verification);
        all_if(viewer.has_any(&TAKES_PART) || counts(viewer) || services)
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) | Change::Update(row) => {
                viewer.acts_for(Purpose::Demonstration)
                    || (is_trainer(viewer) && row.organisation_id == viewer.organisation_id())
            }
            Change::Delete(_) => false,
        }
    }
}

impl Root for programme::Entity {
    const OBJECT: ObjectType = ObjectType::Programme;
}

/// Sessions that are for the viewer's institution.
fn is_for(viewer: &Viewer) -> Condition {
    let audience = session_audience::Entity::find().filter(addressed(viewer));
    exists(audience, session_audience::Column::SessionId, training_session::Column::Id)
}

/// Rows of an audience that apply to the viewer's institution.
fn addressed(viewer: &Viewer) -> Condition {
    use session_audience::Column;
    let Some(acting) = viewer.membership().filter(|_| viewer.has_any(&[Role::Reporter, Role::Coordinator])) else {
        return nothing();
    };
    let unless_other = |column: Column, own: Expr| Condition::any().add(column.is_null()).add(own);
    Condition::all()
        .add(unless_other(Column::Kind, Column::Kind.eq(acting.organisation_kind.to_value())))
        .add(unless_other(Column::DistrictCode, Column::DistrictCode.eq(acting.district.unwrap_or_default())))
        .add(unless_other(Column::InvitedId, Column::InvitedId.eq(acting.organisation_id)))
}

impl Policy for training_session::Entity {
    const TABLE: &'static str = "training_session";
    const HAS_PARTS: bool = true;

    fn visible_to(viewer: &Viewer) -> Condition {
        use training_session::Column;
        if viewer.acts_for(Purpose::Demonstration) || counts(viewer) {
            return everything();
        }
        let published = || Condition::all().add(Column::State.ne(State::Draft));
        if viewer.acts_for(Purpose::Calendar) {
            let takes_part = published().add(in_calendar_for(viewer, Column::Id));
            return any_of(vec![takes_part, taught(viewer, Column::Id)]);
        }
        if places_alone(viewer) || viewer.acts_for(Purpose::Expiry) {
            return published();
        }
        let mut ways = vec![supervised(viewer), trained(viewer, Column::Id)];
        if is_trainer(viewer) {
            ways.push(Condition::all().add(Column::PlannerId.eq(viewer.membership_id())));
        }
        if viewer.has_any(&[Role::Reporter, Role::Coordinator]) {
            ways.push(published().add(any_of(vec![is_for(viewer), takes_part_in(viewer, Column::Id)])));
        }
        any_of(ways)
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        if viewer.acts_for(Purpose::Demonstration) {
            return !matches!(change, Change::Delete(_));
        }
        match change {
            Change::Insert(row) => {
                let own = (row.organisation_id, row.planner_id) == (viewer.organisation_id(), viewer.membership_id());
                is_trainer(viewer) && own
            }
            Change::Update(row) => {
                let before_it = matches!(row.state, State::Open | State::Closed);
                is_trainer(viewer) || (viewer.acts_for(Purpose::Placement) && before_it)
            }
            Change::Delete(_) => false,
        }
    }

    /// Trainers choose another programme of its organisation, and its copies make it the first of a series.
    fn may_move(viewer: &Viewer, column: training_session::Column, before: &Self::Model, _: &Self::Model) -> bool {
        match column {
            training_session::Column::ProgrammeId => is_trainer(viewer),
            training_session::Column::SeriesId => is_trainer(viewer) && before.series_id.is_none(),
            _ => false,
        }
    }
}

impl Root for training_session::Entity {
    const OBJECT: ObjectType = ObjectType::TrainingSession;
}

impl Policy for session_trainer::Entity {
    const TABLE: &'static str = "session_trainer";

    /// Sessions ask this table, so that it asks none: it says which membership trains, and nothing of the session.
    fn visible_to(viewer: &Viewer) -> Condition {
        let by_calendar = all_if(viewer.acts_for(Purpose::Calendar));
        any_of(vec![
            all_if(viewer.has_any(&TAKES_PART) || viewer.acts_for(Purpose::Demonstration) || places_alone(viewer)),
            by_calendar.add(session_trainer::Column::MembershipId.eq(viewer.membership_id())),
        ])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) | Change::Delete(row) => {
                let own = (row.organisation_id, row.planner_id) == (viewer.organisation_id(), viewer.membership_id());
                viewer.acts_for(Purpose::Demonstration) || (is_trainer(viewer) && own)
            }
            Change::Update(_) => false,
        }
    }
}

impl Policy for session_audience::Entity {
    const TABLE: &'static str = "session_audience";

    fn visible_to(viewer: &Viewer) -> Condition {
        any_of(vec![
            addressed(viewer),
            trained(viewer, session_audience::Column::SessionId),
            supervised(viewer),
            all_if(viewer.acts_for(Purpose::Demonstration)),
        ])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        !matches!(change, Change::Update(_)) && (is_trainer(viewer) || viewer.acts_for(Purpose::Demonstration))
    }
}

/// Parts of the sessions that the viewer sees.
pub(super) fn with_session(viewer: &Viewer, session_id: impl ColumnTrait) -> Condition {
    let sessions = training_session::Entity::find().filter(training_session::Entity::visible_to(viewer));
    exists(sessions, training_session::Column::Id, session_id)
}

macro_rules! part_of_session {
    ($module:ident) => {
        impl Policy for $module::Entity {
            const TABLE: &'static str = stringify!($module);
            const PART_OF: Option<(&'static str, &'static str)> = Some(("training_session", "session_id"));

            fn visible_to(viewer: &Viewer) -> Condition {
                with_session(viewer, $module::Column::SessionId)
            }

            fn may_write(viewer: &Viewer, _: Change<'_, Self>) -> bool {
                is_trainer(viewer) || viewer.acts_for(Purpose::Demonstration)
            }
        }
    };
}

part_of_session!(training_day);
part_of_session!(session_places);
