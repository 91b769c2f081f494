//! Sends one message to a webhook: signed, without following redirects, without reading what comes back.

use super::addresses::{Public, may_ask};
use super::{Allowed, signing};
use crate::access::{Database, News, Purpose, Result, Scope, Viewer};
use crate::clock::Clock;
use crate::config;
use crate::ids::{self, ObjectType};
use crate::notifications::service;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use entity::{delivery, report, webhook};
use reqwest::header::CONTENT_TYPE;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Sends to webhooks.
#[derive(Clone)]
pub struct Sender {
    database: Database,
    clock: Clock,
    client: reqwest::Client,
    allowed: Allowed,
    time_limit: Duration,
    /// For how long everything may fail before nothing is sent any more.
    patience: TimeDelta,
}

/// What became of an attempt.
pub enum Sent {
    /// The receiver has taken it.
    Taken,
    /// There is nobody to send it to, or nothing to say.
    Withheld,
    /// It failed, for this reason.
    Failed(String),
}

impl Sender {
    /// A sender by these settings.
    ///
    /// # Errors
    /// There is no client for HTTP on this machine.
    pub fn new(
        database: Database,
        clock: Clock,
        settings: &config::Webhooks,
    ) -> std::result::Result<Self, config::Error> {
        let allowed = Allowed::from(settings);
        let time_limit = Duration::from_secs(settings.time_limit_seconds.get().into());
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(Public(allowed)))
            .no_proxy()
            .timeout(time_limit)
            .user_agent("oslonac")
            .build()
            .map_err(|error| config::Error::of_key("notifications.webhooks", &error.to_string()))?;
        let patience = TimeDelta::hours(settings.disable_after_hours.get().into());
        Ok(Self { database, clock, client, allowed, time_limit, patience })
    }

    /// How long sending one may take at the most.
    pub fn longest(&self) -> TimeDelta {
        TimeDelta::from_std(self.time_limit).unwrap_or(TimeDelta::MAX)
    }

    /// Tries one. A webhook at which everything fails for too long is disabled, and those whom that concerns are told.
    ///
    /// # Errors
    /// The database is away.
    pub async fn send(&self, delivery: &delivery::Model) -> Result<Sent> {
        let key = delivery.webhook_id.unwrap_or_default();
        let webhook = self.scope().find::<webhook::Entity>().by_key(key).one().await?;
        let Some(webhook) = webhook.filter(|webhook| webhook.disabled_at.is_none()) else { return Ok(Sent::Withheld) };
        let Some(body) = self.body(delivery).await? else { return Ok(Sent::Withheld) };
        let failure = self.post(&webhook, delivery, body).await.err();
        self.note(&webhook, failure.is_some()).await?;
        Ok(failure.map_or(Sent::Taken, Sent::Failed))
    }

    /// A scope that opens secrets of webhooks, and sees nothing else.
    fn scope(&self) -> Scope {
        let viewer = Viewer::service(Purpose::Webhook);
        Scope::new(self.database.clone(), viewer, self.clock, ids::new_key(self.clock.now()))
    }

    /// What is sent: which report has news, and since when; nothing where it is not there.
    async fn body(&self, delivery: &delivery::Model) -> Result<Option<String>> {
        let at = delivery.created_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        if News::from_name(&delivery.news) == Some(News::WebhookTested) {
            return Ok(Some(json!({ "type": "webhook.test", "timestamp": at, "data": {} }).to_string()));
        }
        let scope = service(&self.database, self.clock);
        let report = scope.find::<report::Entity>().by_key(delivery.object_id).one().await?;
        Ok(report.map(|report| {
            let data = json!({ "id": ids::encode(ObjectType::Report, report.id), "reference": report.reference });
            json!({ "type": "report.changed", "timestamp": at, "data": data }).to_string()
        }))
    }

    async fn post(
        &self,
        webhook: &webhook::Model,
        delivery: &delivery::Model,
        body: String,
    ) -> std::result::Result<(), String> {
        let now = self.clock.now();
        let url: url::Url = webhook.url.parse().map_err(|_| "it has no address".to_owned())?;
        if !may_ask(&url, self.allowed) {
            return Err("its address is not public".to_owned());
        }
        let id = format!("msg_{}", delivery.id.simple());
        let signatures = signing::signatures(webhook, &id, now, &body).ok_or("its secret does not open")?;
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", now.timestamp().to_string())
            .header("webhook-signature", signatures)
            .body(body);
        // The body of the answer is never read: dropping it ends the connection.
        match request.send().await {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(format!("it answers {}", response.status().as_u16())),
            Err(error) if error.is_timeout() => Err("it does not answer in time".to_owned()),
            Err(_) => Err("it cannot be reached, or its address is not public".to_owned()),
        }
    }

    /// Notes whether a webhook fails. After too long nothing is sent there any more.
    async fn note(&self, webhook: &webhook::Model, failed: bool) -> Result<()> {
        if !failed && webhook.failing_since.is_none() {
            return Ok(());
        }
        let now = self.clock.now();
        let write = self.scope().begin().await?;
        let find = write.find::<webhook::Entity>().by_key(webhook.id).locked();
        let Some(before) = find.one().await?.filter(|before| before.disabled_at.is_none()) else { return Ok(()) };
        let after = after(&before, failed, now, self.patience);
        if after == before {
            return Ok(());
        }
        write.update_part::<webhook::Entity>(&before, after.clone()).await?;
        if after.disabled_at.is_some() {
            tracing::warn!(webhook = %webhook.id, "everything sent to a webhook failed for too long, and it is disabled");
            write.tell::<webhook::Entity>(News::WebhookDisabled, webhook.id).await?;
        }
        write.commit_notifications().await
    }
}

/// A webhook after an attempt.
fn after(before: &webhook::Model, failed: bool, now: DateTime<Utc>, patience: TimeDelta) -> webhook::Model {
    let failing_since = failed.then(|| before.failing_since.unwrap_or(now));
    let too_long = failing_since.is_some_and(|since| now - since >= patience);
    webhook::Model { failing_since, disabled_at: too_long.then_some(now), ..before.clone() }
}
