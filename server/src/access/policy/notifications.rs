//! Notifications: each member sees its own, and whoever acts adds to the outbox and reads nothing of it. The service that
//! tells sees all of it, without a word of what it is about.

use super::{Change, Policy, Root, all_if, any_of, unless_barred};
use crate::access::sealing::{KeyOf, Seal};
use crate::access::{Purpose, Role, Signal, Viewer};
use crate::ids::ObjectType;
use entity::{delivery, identity_opening, notification, notification_preference, outbox, possible_duplicate, webhook};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

/// Roles that manage the webhooks of their own organisation.
const MANAGES_WEBHOOKS: [Role; 2] = [Role::Coordinator, Role::Administrator];

fn tells(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::Notification)
}

/// Whether a member acts, rather than one of its programmes, or the service asking in its name.
fn is_member(viewer: &Viewer) -> bool {
    let others = [Purpose::Calendar, Purpose::Recipient];
    viewer.membership().is_some() && !others.into_iter().any(|purpose| viewer.acts_for(purpose))
}

fn is_own(viewer: &Viewer, membership_id: Uuid, organisation_id: Uuid) -> bool {
    is_member(viewer) && (membership_id, organisation_id) == (viewer.membership_id(), viewer.organisation_id())
}

fn own(viewer: &Viewer, membership_id: impl ColumnTrait, organisation_id: impl ColumnTrait) -> Condition {
    own_where(is_member(viewer), viewer, membership_id, organisation_id)
}

fn own_where(
    holds: bool,
    viewer: &Viewer,
    membership_id: impl ColumnTrait,
    organisation_id: impl ColumnTrait,
) -> Condition {
    all_if(holds).add(membership_id.eq(viewer.membership_id())).add(organisation_id.eq(viewer.organisation_id()))
}

/// Of these notifications, those that lead to nothing that the viewer is barred from: what it was told before it was barred shows
/// that there is a report.
fn about_what_exists(viewer: &Viewer, rows: Condition) -> Condition {
    use notification::Column;
    if viewer.barred().is_empty() {
        return rows;
    }
    // By what is left to the viewer: under row level security nobody sees what it is barred from, not even to leave it out.
    let barred = || viewer.barred().iter().copied();
    let openings = identity_opening::Entity::find()
        .select_only()
        .column(identity_opening::Column::Id)
        .filter(identity_opening::Column::ReportId.is_not_in(barred()));
    let duplicates = possible_duplicate::Entity::find()
        .select_only()
        .column(possible_duplicate::Column::Id)
        .filter(possible_duplicate::Column::ReportId.is_not_in(barred()))
        .filter(possible_duplicate::Column::OtherReportId.is_not_in(barred()));
    let through = [ObjectType::IdentityOpening, ObjectType::PossibleDuplicate].map(ObjectType::as_str);
    let leads = Condition::any()
        .add(Column::ObjectType.is_not_in(through))
        .add(Column::ObjectId.in_subquery(openings.into_query()))
        .add(Column::ObjectId.in_subquery(duplicates.into_query()));
    Condition::all().add(unless_barred(viewer, Column::ObjectId, rows)).add(leads)
}

impl Policy for outbox::Entity {
    const TABLE: &'static str = "outbox";

    fn visible_to(viewer: &Viewer) -> Condition {
        all_if(tells(viewer))
    }

    /// Nobody says in another's name that something happened; the service alone says so in nobody's.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let Change::Insert(row) = change else { return tells(viewer) };
        if viewer.acts_for(Purpose::Demonstration) {
            return true;
        }
        match (viewer.membership(), row.actor_id, row.organisation_id) {
            (Some(acting), Some(actor), Some(organisation)) => {
                (actor, organisation) == (acting.id, acting.organisation_id)
            }
            (None, None, None) => {
                let services = [
                    Purpose::Notification,
                    Purpose::Placement,
                    Purpose::Timekeeping,
                    Purpose::Webhook,
                    Purpose::Matching,
                ];
                services.into_iter().any(|purpose| viewer.acts_for(purpose))
            }
            _ => false,
        }
    }
}

impl Policy for notification::Entity {
    const TABLE: &'static str = "notification";

    fn visible_to(viewer: &Viewer) -> Condition {
        use notification::Column;
        let services = tells(viewer) || viewer.acts_for(Purpose::Expiry);
        // The service counts in a member's name what is unread, for its summary.
        let reads = is_member(viewer) || viewer.acts_for(Purpose::Recipient);
        let own = own_where(reads, viewer, Column::MembershipId, Column::OrganisationId);
        any_of(vec![about_what_exists(viewer, own), all_if(services)])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(_) => tells(viewer),
            Change::Update(row) => is_own(viewer, row.membership_id, row.organisation_id),
            Change::Delete(_) => viewer.acts_for(Purpose::Expiry),
        }
    }

    fn signal(row: &notification::Model) -> Option<Signal> {
        Some(Signal::Notification { key: row.id, member: row.membership_id })
    }
}

impl Policy for notification_preference::Entity {
    const TABLE: &'static str = "notification_preference";

    fn visible_to(viewer: &Viewer) -> Condition {
        use notification_preference::Column;
        any_of(vec![own(viewer, Column::MembershipId, Column::OrganisationId), all_if(tells(viewer))])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) | Change::Update(row) => is_own(viewer, row.membership_id, row.organisation_id),
            Change::Delete(_) => false,
        }
    }
}

/// What a member says of how it is told is about its membership.
impl Root for notification_preference::Entity {
    const OBJECT: ObjectType = ObjectType::Membership;
}

impl Policy for webhook::Entity {
    const TABLE: &'static str = "webhook";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[webhook::Column::Secret, webhook::Column::PreviousSecret],
        organisation: webhook::Column::OrganisationId,
        key: KeyOf::Organisation,
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        let own = webhook::Column::OrganisationId.eq(viewer.organisation_id());
        let services = [Purpose::Webhook, Purpose::Notification, Purpose::KeyKeeping];
        let serves = services.into_iter().any(|purpose| viewer.acts_for(purpose));
        any_of(vec![all_if(viewer.has_any(&MANAGES_WEBHOOKS)).add(own), all_if(serves)])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let own =
            |row: &webhook::Model| viewer.has_any(&MANAGES_WEBHOOKS) && row.organisation_id == viewer.organisation_id();
        match change {
            Change::Insert(row) => own(row) && row.registered_by_id == viewer.membership_id(),
            Change::Update(row) => {
                own(row) || viewer.acts_for(Purpose::Webhook) || viewer.acts_for(Purpose::KeyKeeping)
            }
            Change::Delete(_) => false,
        }
    }
}

impl Root for webhook::Entity {
    const OBJECT: ObjectType = ObjectType::Webhook;
}

impl Policy for delivery::Entity {
    const TABLE: &'static str = "delivery";

    fn visible_to(viewer: &Viewer) -> Condition {
        all_if(tells(viewer) || viewer.acts_for(Purpose::Expiry))
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(_) | Change::Update(_) => tells(viewer),
            Change::Delete(_) => viewer.acts_for(Purpose::Expiry),
        }
    }
}
