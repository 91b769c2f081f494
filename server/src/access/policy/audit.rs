//! The audit trail: the protection officer reads all of it, a coordinator what its own organisation did. Its rows are
//! written by the access layer alone. The chain over it is the service's own.

use super::{Change, Policy, Root, all_if, everything, unless_barred};
use crate::access::sealing::{KeyOf, Seal};
use crate::access::{Purpose, Role, Viewer};
use crate::ids::ObjectType;
use entity::{audit_checkpoint, audit_event, audit_link};
use sea_orm::{ColumnTrait, Condition};

impl Policy for audit_event::Entity {
    const TABLE: &'static str = "audit_event";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[audit_event::Column::Reason],
        organisation: audit_event::Column::OrganisationId,
        key: KeyOf::OrganisationOnce,
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        let service = viewer.acts_for(Purpose::KeyKeeping) || viewer.acts_for(Purpose::AuditLinking);
        let rows = if viewer.has_any(&[Role::ProtectionOfficer]) || service {
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
}

impl Policy for audit_link::Entity {
    const TABLE: &'static str = "audit_link";

    fn visible_to(viewer: &Viewer) -> Condition {
        all_if(viewer.acts_for(Purpose::AuditLinking))
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        viewer.acts_for(Purpose::AuditLinking) && matches!(change, Change::Insert(_))
    }
}

impl Policy for audit_checkpoint::Entity {
    const TABLE: &'static str = "audit_checkpoint";

    fn visible_to(viewer: &Viewer) -> Condition {
        all_if(viewer.acts_for(Purpose::AuditLinking))
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        viewer.acts_for(Purpose::AuditLinking) && matches!(change, Change::Insert(_))
    }
}
