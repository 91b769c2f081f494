//! Programmes, sessions and who takes part. A trainer sees the sessions that it trains, with everybody in them; a partner sees
//! sessions that are for it, and of who takes part its own: a coordinator the institution's staff, a reporter itself. No policy
//! of this folder leads to a report.

mod calendar;
mod certificates;
mod learning;
mod materials;
mod participants;
mod reach;
mod reminders;
mod sessions;

use super::{all_if, exists, nothing};
use crate::access::{Purpose, Role, Viewer};
use entity::session_trainer;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

/// Roles that meet sessions at all.
const TAKES_PART: [Role; 4] = [Role::Reporter, Role::Coordinator, Role::Trainer, Role::Supervisor];

/// Whether the viewer trains sessions; which ones, the rows say.
fn is_trainer(viewer: &Viewer) -> bool {
    viewer.has_any(&[Role::Trainer])
}

/// Whether it counts what it may not read.
fn counts(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::Count) && viewer.has_any(&[Role::Analyst, Role::Supervisor, Role::Trainer])
}

/// Whether the service alone gives out places.
fn places_alone(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::Placement) && viewer.membership().is_none()
}

/// Rows whose session, named by this column, the viewer trains.
fn trained(viewer: &Viewer, session_id: impl ColumnTrait) -> Condition {
    if is_trainer(viewer) { taught(viewer, session_id) } else { nothing() }
}

/// Rows whose session, named by this column, names the viewer among those who train it.
fn taught(viewer: &Viewer, session_id: impl ColumnTrait) -> Condition {
    let own = session_trainer::Entity::find().filter(session_trainer::Column::MembershipId.eq(viewer.membership_id()));
    exists(own, session_trainer::Column::SessionId, session_id)
}

/// Every row where the viewer supervises.
fn supervised(viewer: &Viewer) -> Condition {
    all_if(viewer.has_any(&[Role::Supervisor]))
}
