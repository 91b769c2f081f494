//! What clients see of webhooks.

use crate::error::UserError;
use crate::ids::{self, ObjectType};
use async_graphql::{ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::webhook::Model;

/// An address at which your organisation's own software learns that a report has news.
pub struct Webhook(pub(super) Model);

/// An address at which your organisation's own software learns that a report has news. What is sent follows Standard Webhooks:
/// `{"type":"report.changed","timestamp":…,"data":{"id":…,"reference":…}}`, and nothing of what stands in the report.
#[Object]
impl Webhook {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::Webhook, self.0.id).into()
    }

    /// Where it is.
    async fn url(&self) -> &str {
        &self.0.url
    }

    /// When it was registered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Until when the secret before the present one signs as well; null where there is none.
    async fn previous_secret_until(&self) -> Option<DateTime<Utc>> {
        self.0.previous_until
    }

    /// Since when everything sent there has failed; null while it does not.
    async fn failing_since(&self) -> Option<DateTime<Utc>> {
        self.0.failing_since
    }

    /// Since when nothing is sent there; null while it is in use.
    async fn disabled_at(&self) -> Option<DateTime<Utc>> {
        self.0.disabled_at
    }
}

/// Answer to a mutation that makes a secret.
#[derive(SimpleObject)]
pub(super) struct WebhookSecretPayload {
    /// The webhook; null where it was refused.
    pub(super) webhook: Option<Webhook>,
    /// The secret, `whsec_…`: it is shown this once. Null where it was refused, and where the same request was done before.
    pub(super) secret: Option<String>,
    /// Why it was refused; empty where it was done.
    pub(super) user_errors: Vec<UserError>,
}
