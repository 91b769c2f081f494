//! Writing down what was given out.

use super::actions::{self, Given};
use super::types::PrintedMaterial;
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::{Fault, Outcome};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object};
use entity::printed_material::Model;

/// Printed material that was given out.
#[derive(InputObject)]
struct GivePrintedMaterialInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again writes nothing more down.
    idempotency_key: String,
    /// What it is: a leaflet, a poster, a manual, by its title. Write it the same each time, and the totals add up.
    item: String,
    /// Language: a code of ISO 639-1.
    #[graphql(default_with = "\"sr\".to_owned()")]
    language: String,
    /// How many pieces, 1 to 1,000,000.
    quantity: i32,
    /// The institution that got it. Name this, or say who got it in words.
    recipient_id: Option<ID>,
    /// Who got it, where it is none of the directory: a library, visitors of a fair. Name no person.
    recipient_name: Option<String>,
    /// On which day; today where it is left out.
    given_on: Option<Date>,
    /// The session at which it was given, which you train and your organisation holds; left out where that was apart from one.
    session_id: Option<ID>,
}

/// An entry to remove.
#[derive(InputObject)]
struct RemovePrintedMaterialInput {
    /// The entry, of your organisation.
    printed_material_id: ID,
    /// Why.
    reason: String,
}

payload! {
    /// Answer to `givePrintedMaterial`.
    GivePrintedMaterialPayload {
        /// What was written down; null where it was refused.
        printed_material: PrintedMaterial,
    }
}

payload! {
    /// Answer to `removePrintedMaterial`.
    RemovePrintedMaterialPayload {
        /// The id of the entry that is gone; null where it was refused.
        removed_id: ID,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct PrintedMutations;

#[Object]
impl PrintedMutations {
    /// Writes down that printed material was given out.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn give_printed_material(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What, how many, and to whom.")] input: GivePrintedMaterialInput,
    ) -> Result<GivePrintedMaterialPayload, Fault> {
        Ok(context.answer(give(context, &input).await.map(PrintedMaterial))?.into())
    }

    /// Removes an entry that was written by mistake. The audit trail says that it was, and why.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn remove_printed_material(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: RemovePrintedMaterialInput,
    ) -> Result<RemovePrintedMaterialPayload, Fault> {
        let key = ids::decode(ObjectType::PrintedMaterial, &input.printed_material_id);
        let outcome = actions::remove(context.scope()?, key, &input.reason).await;
        Ok(context.answer(outcome.map(|key| ids::encode(ObjectType::PrintedMaterial, key).into()))?.into())
    }
}

async fn give(context: &Context<'_>, input: &GivePrintedMaterialInput) -> Outcome<Model> {
    let once = Once::new("givePrintedMaterial", &input.idempotency_key, input)?;
    let institution = input.recipient_id.as_ref().map(|id| ids::decode(ObjectType::Organisation, id));
    let given = Given {
        item: input.item.clone(),
        language: input.language.clone(),
        quantity: input.quantity,
        institution,
        recipient: input.recipient_name.clone(),
        on: input.given_on.map(|day| day.0),
        session: input.session_id.as_ref().map(|id| ids::decode(ObjectType::TrainingSession, id)),
    };
    actions::give(context.scope()?, &once, given).await
}
