//! What is seen of openings by those who opened and by those who review.

use super::Terms;
use super::loader::{Loader, OpeningKey};
use crate::access::{Action, Scope};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::loader::RequestLoader;
use crate::organisations::Membership;
use crate::reports::Report;
use crate::text::Text;
use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use entity::identity_opening::{self, Model};
use uuid::Uuid;

/// Outcomes of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "identity_opening::Review")]
pub enum OpeningReview {
    /// The reason holds.
    InOrder,
    /// The reason does not hold.
    NotInOrder,
}

/// An opening: a member of the Centre opened the identity of one person, or in an emergency a whole report, for a reason. It
/// names what was opened and shows nothing of it.
pub struct IdentityOpening(pub(super) Model);

impl IdentityOpening {
    /// An opening that is read, which the audit trail knows of what was opened: whoever is barred from that learns nothing of
    /// its openings either.
    pub(super) fn read(scope: &Scope, opening: Model) -> Self {
        let (object_type, key) = match opening.person_id {
            Some(person) => (ObjectType::Person, person),
            None => (ObjectType::Report, opening.report_id),
        };
        scope.note_read(Action::OpeningRead, object_type, key);
        Self(opening)
    }

    /// The opening with this key, where the viewer sees it.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let found = found(context, key).await?;
        let scope = context.scope()?;
        Ok(found.map(|opening| Self::read(scope, opening)))
    }
}

async fn found(context: &Context<'_>, key: Uuid) -> Result<Option<Model>, Fault> {
    context.data_unchecked::<RequestLoader<Loader>>().load_one(OpeningKey(key)).await
}

/// The report of an opening, where the viewer sees both.
pub async fn opened_report(context: &Context<'_>, opening: Uuid) -> Result<Option<Report>, Fault> {
    match found(context, opening).await? {
        Some(opening) => Report::load(context, opening.report_id).await,
        None => Ok(None),
    }
}

/// An opening: a member of the Centre opened the identity of one person, or in an emergency a whole report, for a reason. It
/// names what was opened and shows nothing of it.
#[Object]
impl IdentityOpening {
    /// Opaque id.
    async fn id(&self) -> ID {
        ids::encode(ObjectType::IdentityOpening, self.0.id).into()
    }

    /// The id of the report, which leads to nothing where you may not see it.
    async fn report_id(&self) -> ID {
        ids::encode(ObjectType::Report, self.0.report_id).into()
    }

    /// The report's reference.
    async fn report_reference(&self) -> &str {
        &self.0.report_reference
    }

    /// The id of the person, which leads to nothing where you may not see it; null for emergency access, which opens all
    /// identities of the report.
    async fn person_id(&self) -> Option<ID> {
        self.0.person_id.map(|key| ids::encode(ObjectType::Person, key).into())
    }

    /// Whether it is emergency access to a report that is not assigned to the member.
    async fn emergency(&self) -> bool {
        self.0.person_id.is_none()
    }

    /// Whether the identity left with everything that is held of the person, for an access request (`exportPerson`). Nothing
    /// stays open then.
    async fn exported(&self) -> bool {
        self.0.exported
    }

    /// The member for whom it is open, and for nobody else.
    async fn member(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        Membership::load(context, self.0.membership_id).await
    }

    /// Why.
    async fn reason(&self) -> Option<Text<'_>> {
        Text::of(&self.0.reason)
    }

    /// When it was opened.
    async fn opened_at(&self) -> DateTime<Utc> {
        self.0.opened_at
    }

    /// When it ends or ended: at this instant it is open no more.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// When it should be reviewed at the latest.
    async fn review_due_at(&self, context: &Context<'_>) -> DateTime<Utc> {
        self.0.opened_at + context.data_unchecked::<Terms>().review
    }

    /// When it was reviewed; null while it was not.
    async fn reviewed_at(&self) -> Option<DateTime<Utc>> {
        self.0.reviewed_at
    }

    /// The member who reviewed it; null while nobody did.
    async fn reviewer(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match self.0.reviewer_id {
            Some(key) => Membership::load(context, key).await,
            None => Ok(None),
        }
    }

    /// What the review found; null while there was none.
    async fn review(&self) -> Option<OpeningReview> {
        self.0.review.map(Into::into)
    }

    /// What the reviewer says to it.
    async fn remark(&self) -> Option<Text<'_>> {
        Text::written(&self.0.review_remark)
    }
}
