//! The audit trail: the protection officer reads all of it, a coordinator what its own organisation did. Its rows are
//! written by the access layer alone.

use super::{Change, Policy, Root, all_if, everything};
use crate::access::{Role, Viewer};
use crate::ids::ObjectType;
use entity::audit_event;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

impl Policy for audit_event::Entity {
    const TABLE: &'static str = "audit_event";

    fn visible_to(viewer: &Viewer) -> Condition {
        if viewer.has_any(&[Role::ProtectionOfficer]) {
            return everything();
        }
        all_if(viewer.has_any(&[Role::Coordinator]))
            .add(audit_event::Column::OrganisationId.eq(viewer.organisation_id()))
    }

    fn may_write(_: &Viewer, _: Change<'_, Self>) -> bool {
        false
    }
}

impl Root for audit_event::Entity {
    const OBJECT: ObjectType = ObjectType::AuditEvent;

    fn key(row: &audit_event::Model) -> Uuid {
        row.id
    }
}
