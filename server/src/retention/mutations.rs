//! Asking for erasures, holding and releasing them; gathering what is held of a person.

use super::actions::{self, Decision, Request};
use super::export;
use super::types::Erasure;
use crate::access::{Permission, Scope, guarded};
use crate::context::RequestContext;
use crate::error::{Fault, Outcome};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::indicators::Catalogues;
use crate::openings::Terms;
use crate::payload;
use async_graphql::{Context, ID, InputObject, Json, Object};
use entity::erasure;

/// Somebody to erase.
#[derive(InputObject)]
struct RequestErasureInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again asks for nothing more.
    idempotency_key: String,
    /// The persons of concern who are this somebody: 1 to 20. Where reports were joined, it may stand in each of them.
    person_ids: Vec<ID>,
    /// Why, at most 2,000 characters.
    #[graphql(secret)]
    reason: String,
    /// True: you made sure that it stands in none of the other reports that were joined.
    #[graphql(default)]
    stands_nowhere_else: bool,
}

/// An erasure to hold back.
#[derive(InputObject)]
struct HoldErasureInput {
    /// The erasure.
    erasure_id: ID,
    /// Why, at most 2,000 characters.
    #[graphql(secret)]
    reason: String,
}

/// An erasure to let go.
#[derive(InputObject)]
struct ReleaseErasureInput {
    /// The erasure.
    erasure_id: ID,
    /// Why, at most 2,000 characters.
    #[graphql(secret)]
    reason: String,
}

/// Somebody who wants to know what is held.
#[derive(InputObject)]
struct ExportPersonInput {
    /// The person.
    person_id: ID,
    /// Why, in at least 10 letters and digits and at most 2,000 characters. The protection officer reads it.
    #[graphql(secret)]
    reason: String,
}

payload! {
    /// Answer to a change of erasures.
    ErasurePayload {
        /// The erasures as they are now, all that are done together; null where the change was refused.
        erasures: Vec<Erasure>,
    }
}

payload! {
    /// Answer to an access request.
    ExportPersonPayload {
        /// What is held of the person. Look through it before you hand it over: texts can speak of others as well. `files` names
        /// the files of the report by their numbers: fetch each by `Report.attachments`. `unreadable` names what is held and
        /// cannot be opened, because it was damaged. Who reported, who wrote what, who was barred and who read is not in it.
        export: Json<serde_json::Value>,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct RetentionMutations;

#[Object]
impl RetentionMutations {
    /// Asks for the erasure of somebody. It is done when the review window is over, unless somebody holds it back. While
    /// there is work on a report, or on one that it was joined to, nobody is erased.
    #[graphql(directive = guarded::apply(Permission::Erase))]
    async fn request_erasure(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose, and why.")] input: RequestErasureInput,
    ) -> Result<ErasurePayload, Fault> {
        payload(context, request(context.scope()?, input).await)
    }

    /// Holds an erasure back, with all that would be done together with it, until somebody releases it.
    #[graphql(directive = guarded::apply(Permission::Erase))]
    async fn hold_erasure(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: HoldErasureInput,
    ) -> Result<ErasurePayload, Fault> {
        let key = ids::decode(ObjectType::Erasure, &input.erasure_id);
        payload(context, actions::decide(context.scope()?, key, Decision::Hold, &input.reason).await)
    }

    /// Lets an erasure go that was held back, with all that is done together with it. Its review window begins anew.
    #[graphql(directive = guarded::apply(Permission::Erase))]
    async fn release_erasure(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: ReleaseErasureInput,
    ) -> Result<ErasurePayload, Fault> {
        let key = ids::decode(ObjectType::Erasure, &input.erasure_id);
        payload(context, actions::decide(context.scope()?, key, Decision::Release, &input.reason).await)
    }

    /// Gathers everything that is held of a person, for somebody who asked for access to its own data. It is no query,
    /// because the reason and the reading are written down first. Where who the person is stands in it, the protection officer
    /// reviews that like any opened identity.
    #[graphql(directive = guarded::apply(Permission::Erase))]
    async fn export_person(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose data, and why.")] input: ExportPersonInput,
    ) -> Result<ExportPersonPayload, Fault> {
        let key = ids::decode(ObjectType::Person, &input.person_id);
        let catalogues = context.data_unchecked::<Catalogues>();
        let terms = *context.data_unchecked::<Terms>();
        let outcome = export::person(context.scope()?, catalogues, terms, key, &input.reason).await;
        Ok(context.answer(outcome.map(Json))?.into())
    }
}

async fn request(scope: &Scope, input: RequestErasureInput) -> Outcome<Vec<erasure::Model>> {
    let once = Once::new("requestErasure", &input.idempotency_key, &input)?;
    let persons = input.person_ids.iter().map(|id| ids::decode(ObjectType::Person, id)).collect();
    let (reason, stands_nowhere_else) = (input.reason, input.stands_nowhere_else);
    actions::request(scope, &once, Request { persons, reason, stands_nowhere_else }).await
}

fn payload(context: &Context<'_>, outcome: Outcome<Vec<erasure::Model>>) -> Result<ErasurePayload, Fault> {
    let erasures = outcome.map(|rows| rows.into_iter().map(Erasure).collect());
    Ok(context.answer(erasures)?.into())
}
