//! The audit trail: the protection officer reads all of it, a coordinator what its own organisation did. Its rows are
//! written by the access layer alone.

use super::{Change, Policy, Root, all_if, everything, unless_barred};
use crate::access::sealing::{KeyOf, Seal};
use crate::access::{Purpose, Role, Viewer};
use crate::ids::ObjectType;
use entity::audit_event;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

impl Policy for audit_event::Entity {
    const TABLE: &'static str = "audit_event";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[audit_event::Column::Reason],
        organisation: audit_event::Column::OrganisationId,
        key: KeyOf::Organisation,
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        let rows = if viewer.has_any(&[Role::ProtectionOfficer]) || viewer.acts_for(Purpose::KeyKeeping) {
            everything()
        } else {
            all_if(viewer.has_any(&[Role::Coordinator]))
                .add(audit_event::Column::OrganisationId.eq(viewer.organisation_id()))
        };
        unless_barred(viewer, audit_event::Column::ObjectId, rows)
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
