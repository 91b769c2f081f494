//! Accounts and sessions: what an account sees of itself, and what signing in needs.

use super::{Change, Policy, Root, all_if, any_of};
use crate::access::sealing::{KeyOf, Seal};
use crate::access::{Purpose, Viewer};
use crate::ids::ObjectType;
use entity::{account, idempotency_key, session, sign_in_attempt};
use sea_orm::{ColumnTrait, Condition};

impl Policy for account::Entity {
    const TABLE: &'static str = "account";
    /// Whom an issuer vouched for.
    const KEPT: &'static [account::Column] = &[account::Column::Issuer, account::Column::Subject];

    fn visible_to(viewer: &Viewer) -> Condition {
        let own = viewer.account_id().map(|id| Condition::all().add(account::Column::Id.eq(id)));
        let signing_in = viewer.acts_for(Purpose::SignIn) || viewer.acts_for(Purpose::Demonstration);
        any_of(own.into_iter().chain([all_if(signing_in)]).collect())
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let signing_in = viewer.acts_for(Purpose::SignIn) || viewer.acts_for(Purpose::Demonstration);
        signing_in && !matches!(change, Change::Delete(_))
    }

    /// The issuer of a demonstration is at the address where that was started.
    fn may_move(viewer: &Viewer, column: account::Column, _: &Self::Model, _: &Self::Model) -> bool {
        matches!(column, account::Column::Issuer) && viewer.acts_for(Purpose::Demonstration)
    }
}

impl Root for account::Entity {
    const OBJECT: ObjectType = ObjectType::Account;
}

/// What signing in writes, and what goes when it has expired.
fn in_sign_in(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::SignIn) || viewer.acts_for(Purpose::Expiry)
}

impl Policy for session::Entity {
    const TABLE: &'static str = "session";
    /// Whoever has the cookie has the session.
    const KEPT: &'static [session::Column] = &[session::Column::TokenHash];

    fn visible_to(viewer: &Viewer) -> Condition {
        let own = viewer.account_id().map(|id| Condition::all().add(session::Column::AccountId.eq(id)));
        any_of(own.into_iter().chain([all_if(in_sign_in(viewer))]).collect())
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(_) => viewer.acts_for(Purpose::SignIn),
            Change::Update(row) | Change::Delete(row) => {
                in_sign_in(viewer) || viewer.account_id() == Some(row.account_id)
            }
        }
    }

    /// Whoever has several memberships chooses one. That it is its own, PostgreSQL asks, and the gate with each request.
    fn may_move(viewer: &Viewer, column: session::Column, before: &Self::Model, _: &Self::Model) -> bool {
        matches!(column, session::Column::MembershipId) && viewer.account_id() == Some(before.account_id)
    }
}

impl Root for session::Entity {
    const OBJECT: ObjectType = ObjectType::Session;
}

impl Policy for sign_in_attempt::Entity {
    const TABLE: &'static str = "sign_in_attempt";

    fn visible_to(viewer: &Viewer) -> Condition {
        all_if(in_sign_in(viewer))
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(_) => viewer.acts_for(Purpose::SignIn),
            Change::Update(_) => false,
            Change::Delete(_) => in_sign_in(viewer),
        }
    }
}

impl Policy for idempotency_key::Entity {
    const TABLE: &'static str = "idempotency_key";
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[idempotency_key::Column::InputDigest],
        organisation: idempotency_key::Column::OrganisationId,
        key: KeyOf::OrganisationOnce,
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        use idempotency_key::Column;
        let own = Condition::all()
            .add(Column::MembershipId.eq(viewer.membership_id()))
            .add(Column::OrganisationId.eq(viewer.organisation_id()));
        any_of(vec![own, all_if(viewer.acts_for(Purpose::Expiry) || viewer.acts_for(Purpose::KeyKeeping))])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) => {
                !row.membership_id.is_nil()
                    && (row.membership_id, row.organisation_id) == (viewer.membership_id(), viewer.organisation_id())
            }
            Change::Update(_) => false,
            Change::Delete(_) => viewer.acts_for(Purpose::Expiry),
        }
    }
}
