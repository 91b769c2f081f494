//! Sends what is to leave the service: claimed by one server at a time, tried again when it fails, given up in the end.

use super::email::{Failure, Mailer};
use super::letter;
use super::rules::{self, again};
use super::webhooks::{Sender, Sent};
use super::{SKEW, free, service};
use crate::access::{Database, Order, Result};
use crate::clock::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use entity::delivery::{Column, Entity, Model, State};
use futures_util::StreamExt;
use metrics::counter;
use sea_orm::{ColumnTrait, Condition};
use std::sync::Arc;

/// How many are claimed at once, and how many of them are under way at the same time.
const AT_ONCE: u64 = 20;
const SIDE_BY_SIDE: usize = 4;

/// For how long a claimed one is one server's. Afterwards it is sent again, by whichever is there.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// Rows whose time has come. A pause that would end later than any after so many attempts is one of a clock that was set back.
fn is_due(now: DateTime<Utc>) -> Condition {
    let come = Condition::any().add(Column::DueAt.is_null()).add(Column::DueAt.lte(now));
    (1..=rules::PAUSES).fold(come, |any, attempts| {
        let so_many =
            if attempts == rules::PAUSES { Column::Attempts.gte(attempts) } else { Column::Attempts.eq(attempts) };
        any.add(Condition::all().add(so_many).add(Column::DueAt.gt(now + rules::pause(attempts) + SKEW)))
    })
}

/// Sends e-mails, and to webhooks.
#[derive(Clone)]
pub struct Courier {
    database: Database,
    clock: Clock,
    /// Nothing where no e-mail leaves.
    mailer: Option<Arc<Mailer>>,
    sender: Sender,
    patience: Patience,
}

/// For how long something is tried before it is given up.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// An e-mail.
    pub email: TimeDelta,
    /// A message to a webhook.
    pub webhook: TimeDelta,
}

/// What became of an attempt.
enum Outcome {
    Sent,
    Withheld,
    Failed(Failure),
}

impl Courier {
    /// A courier that gives up what could not be sent for so long.
    pub fn new(database: Database, clock: Clock, mailer: Option<Mailer>, sender: Sender, patience: Patience) -> Self {
        Self { database, clock, mailer: mailer.map(Arc::new), sender, patience }
    }

    /// Sends what is due, a part of it at a time. Answers how many were tried.
    ///
    /// # Errors
    /// The database is away, or refuses.
    pub async fn turn(&self) -> Result<usize> {
        let claimed = self.claim().await?;
        let number = claimed.len();
        let deliveries = futures_util::stream::iter(claimed);
        deliveries.for_each_concurrent(SIDE_BY_SIDE, |delivery| self.deliver(delivery)).await;
        Ok(number)
    }

    /// How many e-mails and how many messages to webhooks wait, those among them that are not due yet.
    ///
    /// # Errors
    /// The database is away.
    pub async fn waiting(&self) -> Result<[(&'static str, u64); 2]> {
        let scope = service(&self.database, self.clock);
        let waiting = || scope.find::<Entity>().filter(Column::State.eq(State::Waiting));
        let email = waiting().filter(Column::WebhookId.is_null()).count().await?;
        let webhook = waiting().filter(Column::WebhookId.is_not_null()).count().await?;
        Ok([("email", email), ("webhook", webhook)])
    }

    /// Claims what is due and nobody's. What was never tried comes first: one that hangs does not keep the others back.
    async fn claim(&self) -> Result<Vec<Model>> {
        let now = self.clock.now();
        let due = Condition::all()
            .add(Column::State.eq(State::Waiting))
            .add(is_due(now))
            .add(free(Column::LeasedUntil, now, LEASE))
            .add_option(self.mailer.is_none().then(|| Column::WebhookId.is_not_null()));
        let scope = service(&self.database, self.clock);
        if scope.find::<Entity>().filter(due.clone()).at_most(1).await?.is_empty() {
            return Ok(Vec::new());
        }
        let write = scope.begin().await?;
        let order = [Order::ascending(Column::Attempts), Order::ascending(Column::Id)];
        let mut claimed = Vec::new();
        for before in write.find::<Entity>().filter(due).order(&order).locked_unless_taken().at_most(AT_ONCE).await? {
            let after = Model { leased_until: Some(now + LEASE), attempts: before.attempts + 1, ..before.clone() };
            write.update_part::<Entity>(&before, after.clone()).await?;
            claimed.push(after);
        }
        write.commit_notifications().await?;
        Ok(claimed)
    }

    /// Tries one, and writes down what became of it. What cannot be written down is sent again when its lease has ended.
    async fn deliver(&self, delivery: Model) {
        let left = delivery.leased_until.unwrap_or_default() - self.clock.now();
        let mail = self.mailer.as_ref().map(|mailer| mailer.longest()).unwrap_or_default();
        if left < mail.max(self.sender.longest()) {
            return;
        }
        let written = match self.attempt(&delivery).await {
            Ok(outcome) => self.conclude(&delivery, outcome).await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::error!(%error, delivery = %delivery.id, "a delivery could not be concluded; it is tried again later");
        }
    }

    async fn attempt(&self, delivery: &Model) -> Result<Outcome> {
        if delivery.webhook_id.is_some() {
            let other = |why| Outcome::Failed(Failure { kind: rules::Failure::Other, why });
            return Ok(match self.sender.send(delivery).await? {
                Sent::Taken => Outcome::Sent,
                Sent::Withheld => Outcome::Withheld,
                Sent::Failed(why) => other(why),
            });
        }
        let Some(mailer) = &self.mailer else { return Ok(Outcome::Withheld) };
        let Some(letter) = letter::write(&self.database, self.clock, mailer.address(), delivery).await? else {
            return Ok(Outcome::Withheld);
        };
        Ok(match mailer.send(letter).await {
            Ok(()) => Outcome::Sent,
            Err(failure) => Outcome::Failed(failure),
        })
    }

    async fn conclude(&self, claimed: &Model, outcome: Outcome) -> Result<()> {
        let now = self.clock.now();
        let write = service(&self.database, self.clock).begin().await?;
        let own = Column::LeasedUntil.eq(claimed.leased_until);
        let Some(before) = write.find::<Entity>().by_key(claimed.id).filter(own).locked().one().await? else {
            tracing::warn!(delivery = %claimed.id, "a delivery took longer than its lease, and may have been sent twice");
            return Ok(());
        };
        let ended = |state| Model { state, ended_at: Some(now), leased_until: None, ..before.clone() };
        let after = match &outcome {
            Outcome::Sent => ended(State::Sent),
            Outcome::Withheld => ended(State::Withheld),
            Outcome::Failed(failure) => {
                // A summary waits for its hour, which is no failure.
                let since = before.due_at.filter(|_| before.attempts == 1).unwrap_or(before.created_at);
                let patience = self.patience;
                let longest = if before.webhook_id.is_some() { patience.webhook } else { patience.email };
                match again(failure.kind, before.attempts, since, now, longest) {
                    Some(next) => Model { due_at: Some(next), leased_until: None, ..before.clone() },
                    None => ended(State::Failed),
                }
            }
        };
        note(&after, &outcome);
        write.update_part::<Entity>(&before, after).await?;
        write.commit_notifications().await
    }
}

/// Says in the metrics and, where something failed, in the log what became of an attempt.
fn note(after: &Model, outcome: &Outcome) {
    let result = match (outcome, after.state) {
        (Outcome::Sent, _) => "sent",
        (Outcome::Withheld, _) => "withheld",
        (_, State::Failed) => "failed",
        _ => "put_off",
    };
    let channel = if after.webhook_id.is_some() { "webhook" } else { "email" };
    counter!("oslonac_deliveries_total", "channel" => channel, "outcome" => result).increment(1);
    let Outcome::Failed(failure) = outcome else { return };
    let (delivery, attempts, why) = (after.id, after.attempts, &failure.why);
    match after.due_at.filter(|_| after.state == State::Waiting) {
        Some(next) => tracing::warn!(channel, %delivery, attempts, why, %next, "it could not be sent; trying again"),
        None => tracing::error!(channel, %delivery, attempts, why, "it could not be sent, and was given up"),
    }
}
