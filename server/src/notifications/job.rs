//! Telling and sending, again and again: at once when something happened on this server, otherwise when it is time to look.

use super::Teller;
use super::courier::{Courier, Patience};
use super::email::Mailer;
use super::webhooks::Sender;
use crate::access::{Database, Result};
use crate::clock::Clock;
use crate::config::{self, Notifications};
use chrono::TimeDelta;
use metrics::{counter, gauge};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval};
use url::Url;

/// The two jobs of one server.
pub struct Job {
    telling: JoinHandle<()>,
    sending: JoinHandle<()>,
}

impl Job {
    /// Starts them. `address` is where people sign in.
    ///
    /// # Errors
    /// The settings of e-mail are wrong.
    pub fn start(
        database: &Database,
        clock: Clock,
        settings: &Notifications,
        address: Url,
    ) -> std::result::Result<Self, config::Error> {
        let mailer = Mailer::of(&settings.email, address)?;
        let summary_hour = mailer.is_some().then_some(settings.summary_hour);
        let every = Duration::from_secs(settings.look_every_seconds.get().into());
        let letters = Arc::new(Notify::new());
        let teller = Teller::new(database.clone(), clock, summary_hour);
        let sender = Sender::new(database.clone(), clock, &settings.webhooks)?;
        let patience = Patience {
            email: TimeDelta::hours(settings.email.give_up_hours.get().into()),
            webhook: TimeDelta::hours(settings.webhooks.give_up_hours.get().into()),
        };
        let courier = Courier::new(database.clone(), clock, mailer, sender, patience);
        let sending = tokio::spawn(send(courier, letters.clone(), every));
        Ok(Self { telling: tokio::spawn(tell(teller, database.clone(), letters, every)), sending })
    }

    /// Ends them. What is under way is done again by the next start, or by another server.
    pub fn end(self) {
        self.telling.abort();
        self.sending.abort();
    }
}

async fn tell(teller: Teller, database: Database, letters: Arc<Notify>, every: Duration) {
    let mut turns = turns(every);
    loop {
        tokio::select! {
            _ = turns.tick() => {}
            () = database.outbox().notified() => {}
        }
        while went_on("tell", teller.turn().await) {
            letters.notify_one();
        }
    }
}

async fn send(courier: Courier, letters: Arc<Notify>, every: Duration) {
    let mut turns = turns(every);
    loop {
        tokio::select! {
            _ = turns.tick() => {}
            () = letters.notified() => {}
        }
        while went_on("send", courier.turn().await) {}
        for (channel, waiting) in courier.waiting().await.into_iter().flatten() {
            #[expect(clippy::cast_precision_loss, reason = "beyond 2^52 nobody counts e-mails")]
            gauge!("oslonac_deliveries_waiting", "channel" => channel).set(waiting as f64);
        }
    }
}

/// When to look although nobody has woken us.
fn turns(every: Duration) -> Interval {
    let mut turns = interval(every);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    turns
}

/// Whether a turn did something, so that there may be more to do. One that failed is logged, and left to the next time.
fn went_on(job: &'static str, turn: Result<usize>) -> bool {
    let outcome = match &turn {
        Ok(0) => return false,
        Ok(_) => "done",
        Err(error) => {
            tracing::error!(%error, job, "news could not be told or sent; trying again later");
            "failed"
        }
    };
    counter!("oslonac_job_runs_total", "job" => job, "outcome" => outcome).increment(1);
    turn.is_ok()
}
