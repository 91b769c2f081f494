//! Opening identities, ending that, and reviewing it.

use super::types::{IdentityOpening, OpeningReview};
use super::{Terms, actions};
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::{Fault, Outcome, UserError};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::payload;
use crate::reports::Identity;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::identity_opening::Model;

/// An identity to open.
#[derive(InputObject)]
struct OpenIdentityInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again makes no second opening.
    idempotency_key: String,
    /// The person.
    person_id: ID,
    /// Why, in at least 10 letters and digits and at most 2,000 characters. The protection officer reviews it.
    #[graphql(secret)]
    reason: String,
}

/// A report to open in an emergency.
#[derive(InputObject)]
struct OpenIdentityInEmergencyInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again makes no second opening.
    idempotency_key: String,
    /// The report's reference. Case, hyphens and spaces do not matter; O is read as 0, I and L as 1.
    report_reference: String,
    /// Why, in at least 10 letters and digits and at most 2,000 characters. The supervisor and the protection officer read it.
    #[graphql(secret)]
    reason: String,
}

/// An opening to end early.
#[derive(InputObject)]
struct CloseIdentityInput {
    /// The opening, which is one of your own.
    opening_id: ID,
}

/// A review of an opening.
#[derive(InputObject)]
struct ReviewIdentityOpeningInput {
    /// The opening, which is none of your own.
    opening_id: ID,
    /// What the review found.
    review: OpeningReview,
    /// What there is to say to it, at most 2,000 characters; needed where the reason does not hold.
    #[graphql(default, secret)]
    remark: String,
}

/// Answer to `openIdentity`.
#[derive(SimpleObject)]
struct OpenIdentityPayload {
    /// Who the person is; null where the opening was refused, or has ended since.
    identity: Option<Identity>,
    /// The opening; null where it was refused.
    opening: Option<IdentityOpening>,
    /// Why it was refused; empty where it was done.
    user_errors: Vec<UserError>,
}

payload! {
    /// Answer to a change of an opening.
    IdentityOpeningPayload {
        /// The opening as it is now; null where the change was refused.
        opening: IdentityOpening,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct OpeningMutations;

fn payload(context: &Context<'_>, outcome: Outcome<Model>) -> Result<IdentityOpeningPayload, Fault> {
    Ok(context.answer(outcome.map(IdentityOpening))?.into())
}

#[Object]
impl OpeningMutations {
    /// Opens the identity of a person, for a reason that the protection officer reviews. It stays open for you, and for nobody
    /// else, for as long as the settings say, 30 minutes where they say nothing; `Person.identity` shows it meanwhile.
    #[graphql(directive = guarded::apply(Permission::OpenIdentity))]
    async fn open_identity(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose, and why.")] input: OpenIdentityInput,
    ) -> Result<OpenIdentityPayload, Fault> {
        let answer = context.answer(open(context, &input).await)?;
        let (opening, identity) = answer.object.unzip();
        Ok(OpenIdentityPayload {
            identity: identity.flatten().map(Identity),
            opening: opening.map(IdentityOpening),
            user_errors: answer.user_errors,
        })
    }

    /// Opens a report that is not assigned to you, with the identities of its persons, in an emergency: you read it for as long
    /// as an opened identity, and change nothing. The supervisor and the protection officer see it at once, and it is reviewed.
    /// An attempt with a wrong reference is written down too.
    #[graphql(directive = guarded::apply(Permission::OpenInEmergency))]
    async fn open_identity_in_emergency(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which report, and why.")] input: OpenIdentityInEmergencyInput,
    ) -> Result<IdentityOpeningPayload, Fault> {
        payload(context, open_in_emergency(context, &input).await)
    }

    /// Ends an opening of your own before its time.
    #[graphql(directive = guarded::apply(Permission::OpenIdentity))]
    async fn close_identity(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which opening.")] input: CloseIdentityInput,
    ) -> Result<IdentityOpeningPayload, Fault> {
        let key = ids::decode(ObjectType::IdentityOpening, &input.opening_id);
        payload(context, actions::close(context.scope()?, key).await)
    }

    /// Reviews an opening that somebody else made. A review is final.
    #[graphql(directive = guarded::apply(Permission::ReviewOpenings))]
    async fn review_identity_opening(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which opening, and what the review found.")] input: ReviewIdentityOpeningInput,
    ) -> Result<IdentityOpeningPayload, Fault> {
        let key = ids::decode(ObjectType::IdentityOpening, &input.opening_id);
        payload(context, actions::review(context.scope()?, key, input.review.into(), &input.remark).await)
    }
}

async fn open(context: &Context<'_>, input: &OpenIdentityInput) -> Outcome<actions::Opened> {
    let once = Once::new("openIdentity", &input.idempotency_key, input)?;
    let key = ids::decode(ObjectType::Person, &input.person_id);
    actions::open(context.scope()?, &once, key, &input.reason, *context.data_unchecked::<Terms>()).await
}

async fn open_in_emergency(context: &Context<'_>, input: &OpenIdentityInEmergencyInput) -> Outcome<Model> {
    let once = Once::new("openIdentityInEmergency", &input.idempotency_key, input)?;
    let terms = *context.data_unchecked::<Terms>();
    actions::open_in_emergency(context.scope()?, &once, &input.report_reference, &input.reason, terms).await
}
