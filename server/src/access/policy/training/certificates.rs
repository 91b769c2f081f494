//! Certificates, and what stands on them.

use super::super::{Change, Policy, Root, any_of, everything, exists, nothing};
use super::participants::own;
use super::{is_trainer, supervised, trained};
use crate::access::{Purpose, Viewer};
use crate::ids::ObjectType;
use entity::{certificate, certificate_content, registration};
use sea_orm::{Condition, EntityTrait, QueryFilter};

impl Policy for certificate::Entity {
    const TABLE: &'static str = "certificate";
    const PART_OF: Option<(&'static str, &'static str)> = Some(("registration", "registration_id"));
    const HAS_PARTS: bool = true;

    fn visible_to(viewer: &Viewer) -> Condition {
        if viewer.acts_for(Purpose::Demonstration) || viewer.acts_for(Purpose::Verification) {
            return everything();
        }
        let ways = vec![own(viewer), trained(viewer, registration::Column::SessionId), supervised(viewer)];
        let concerned = registration::Entity::find().filter(any_of(ways));
        exists(concerned, registration::Column::Id, certificate::Column::RegistrationId)
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let demonstration = viewer.acts_for(Purpose::Demonstration);
        match change {
            Change::Insert(row) => demonstration || (is_trainer(viewer) && row.issued_by_id == viewer.membership_id()),
            Change::Update(_) => demonstration || is_trainer(viewer),
            Change::Delete(_) => false,
        }
    }
}

impl Root for certificate::Entity {
    const OBJECT: ObjectType = ObjectType::Certificate;
}

impl Policy for certificate_content::Entity {
    const TABLE: &'static str = "certificate_content";
    const PART_OF: Option<(&'static str, &'static str)> = Some(("certificate", "certificate_id"));

    fn visible_to(viewer: &Viewer) -> Condition {
        if viewer.acts_for(Purpose::Verification) {
            return nothing();
        }
        let certificates = certificate::Entity::find().filter(certificate::Entity::visible_to(viewer));
        exists(certificates, certificate::Column::Id, certificate_content::Column::CertificateId)
    }

    /// What stands on a certificate never changes.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        matches!(change, Change::Insert(_)) && (is_trainer(viewer) || viewer.acts_for(Purpose::Demonstration))
    }
}
