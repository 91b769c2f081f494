//! Publishing materials for participants.

use super::actions::{self, Content};
use super::types::{Material, MaterialKind};
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::{Fault, Outcome};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object};
use entity::material::Model;

/// What a version of a material says.
#[derive(InputObject)]
struct MaterialInput {
    /// What it is.
    kind: MaterialKind,
    /// Title.
    title: String,
    /// Language: a code of ISO 639-1.
    #[graphql(default_with = "\"sr\".to_owned()")]
    language: String,
    /// What it is about, or the text itself, at most 10,000 characters.
    #[graphql(default)]
    about: String,
    /// Where it is: an address that begins with https://, at most 500 characters.
    #[graphql(default)]
    address: String,
    /// The day from which on it is what holds; today where it is left out.
    valid_from: Option<Date>,
}

/// A material to publish: of a session that you train, or of a programme of your organisation.
#[derive(InputObject)]
struct PublishMaterialInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again publishes no second one.
    idempotency_key: String,
    /// The session. Name this or the programme.
    session_id: Option<ID>,
    /// The programme.
    programme_id: Option<ID>,
    /// What it says.
    material: MaterialInput,
}

/// A newer version of a material.
#[derive(InputObject)]
struct ReplaceMaterialInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again publishes no second one.
    idempotency_key: String,
    /// The newest version.
    material_id: ID,
    /// What the newer one says.
    material: MaterialInput,
}

/// A version of a material to take back.
#[derive(InputObject)]
struct WithdrawMaterialInput {
    /// The version.
    material_id: ID,
    /// Why.
    reason: String,
}

payload! {
    /// Answer to a change of a material.
    MaterialPayload {
        /// The version that was published or taken back; null where the change was refused.
        material: Material,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct MaterialMutations;

#[Object]
impl MaterialMutations {
    /// Publishes a material for those who have a place in a session that you train, or in any session of a programme of your
    /// organisation.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn publish_material(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What, and for whom.")] input: PublishMaterialInput,
    ) -> Result<MaterialPayload, Fault> {
        Ok(context.answer(publish(context, &input).await.map(Material))?.into())
    }

    /// Publishes a newer version of a material. The older one leaves the lists, and stays for those who had a place before.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn replace_material(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and what the newer one says.")] input: ReplaceMaterialInput,
    ) -> Result<MaterialPayload, Fault> {
        Ok(context.answer(replace(context, &input).await.map(Material))?.into())
    }

    /// Takes a version of a material back: participants do not see it any more.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn withdraw_material(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: WithdrawMaterialInput,
    ) -> Result<MaterialPayload, Fault> {
        let key = ids::decode(ObjectType::Material, &input.material_id);
        let outcome = actions::withdraw(context.scope()?, key, &input.reason).await;
        Ok(context.answer(outcome.map(Material))?.into())
    }
}

impl From<&MaterialInput> for Content {
    fn from(input: &MaterialInput) -> Self {
        Self {
            kind: input.kind.into(),
            title: input.title.clone(),
            language: input.language.clone(),
            about: input.about.clone(),
            address: input.address.clone(),
            valid_from: input.valid_from.map(|day| day.0),
        }
    }
}

async fn publish(context: &Context<'_>, input: &PublishMaterialInput) -> Outcome<Model> {
    let once = Once::new("publishMaterial", &input.idempotency_key, input)?;
    let session = input.session_id.as_ref().map(|id| ids::decode(ObjectType::TrainingSession, id));
    let programme = input.programme_id.as_ref().map(|id| ids::decode(ObjectType::Programme, id));
    actions::publish(context.scope()?, &once, (session, programme), &(&input.material).into()).await
}

async fn replace(context: &Context<'_>, input: &ReplaceMaterialInput) -> Outcome<Model> {
    let once = Once::new("replaceMaterial", &input.idempotency_key, input)?;
    let key = ids::decode(ObjectType::Material, &input.material_id);
    actions::replace(context.scope()?, &once, key, &(&input.material).into()).await
}
