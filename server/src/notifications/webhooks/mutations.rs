//! Registering webhooks, new secrets, switching them off and on, trying them.

use super::types::{Webhook, WebhookSecretPayload};
use super::{Allowed, actions};
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::{Fault, Outcome};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object};
use entity::webhook::Model;

/// A webhook to register.
#[derive(InputObject)]
struct RegisterWebhookInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again registers nothing a second time.
    idempotency_key: String,
    /// Where it is: an https address, at most 500 characters, that is not one of a private network.
    url: String,
}

/// A webhook to do something with.
#[derive(InputObject)]
struct WebhookStepInput {
    /// Which one.
    webhook_id: ID,
}

impl WebhookStepInput {
    fn key(&self) -> Option<uuid::Uuid> {
        ids::decode(ObjectType::Webhook, &self.webhook_id)
    }
}

payload! {
    /// Answer to a step of a webhook.
    WebhookPayload {
        /// The webhook as it is now; null where it was refused.
        webhook: Webhook,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct WebhookMutations;

fn with_secret(
    context: &Context<'_>,
    outcome: Outcome<(Model, Option<String>)>,
) -> Result<WebhookSecretPayload, Fault> {
    let answer = context.answer(outcome)?;
    let (webhook, secret) = answer.object.unzip();
    Ok(WebhookSecretPayload {
        webhook: webhook.map(Webhook),
        secret: secret.flatten(),
        user_errors: answer.user_errors,
    })
}

fn payload(context: &Context<'_>, outcome: Outcome<Model>) -> Result<WebhookPayload, Fault> {
    Ok(context.answer(outcome.map(Webhook))?.into())
}

#[Object]
impl WebhookMutations {
    /// Registers an address at which your organisation's own software learns that one of its reports has news. The secret, with
    /// which what is sent is signed, is shown this once.
    #[graphql(directive = guarded::apply(Permission::ManageWebhooks))]
    async fn register_webhook(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where it is.")] input: RegisterWebhookInput,
    ) -> Result<WebhookSecretPayload, Fault> {
        let allowed = *context.data_unchecked::<Allowed>();
        let outcome = match Once::new("registerWebhook", &input.idempotency_key, &input) {
            Ok(once) => actions::register(context.scope()?, &once, &input.url, allowed).await,
            Err(stop) => Err(stop),
        };
        with_secret(context, outcome)
    }

    /// Makes a new secret. The one before it signs as well for another 24 hours, so that your software can change over.
    #[graphql(directive = guarded::apply(Permission::ManageWebhooks))]
    async fn rotate_webhook_secret(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Of which one.")] input: WebhookStepInput,
    ) -> Result<WebhookSecretPayload, Fault> {
        with_secret(context, actions::rotate(context.scope()?, input.key()).await)
    }

    /// Sends nothing to a webhook from now on.
    #[graphql(directive = guarded::apply(Permission::ManageWebhooks))]
    async fn disable_webhook(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one.")] input: WebhookStepInput,
    ) -> Result<WebhookPayload, Fault> {
        payload(context, actions::disable(context.scope()?, input.key()).await)
    }

    /// Takes a disabled webhook into use again.
    #[graphql(directive = guarded::apply(Permission::ManageWebhooks))]
    async fn enable_webhook(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one.")] input: WebhookStepInput,
    ) -> Result<WebhookPayload, Fault> {
        payload(context, actions::enable(context.scope()?, input.key()).await)
    }

    /// Sends a message of the type `webhook.test`.
    #[graphql(directive = guarded::apply(Permission::ManageWebhooks))]
    async fn test_webhook(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where to.")] input: WebhookStepInput,
    ) -> Result<WebhookPayload, Fault> {
        payload(context, actions::test(context.scope()?, input.key()).await)
    }
}
