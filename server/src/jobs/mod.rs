//! What the service does without being asked.

pub mod expiry;
pub mod linking;
#[cfg(test)]
mod tests;

use crate::access::{Database, Purpose, Scope, Viewer};
use crate::attachments::{self, Files};
use crate::audit::signing::SigningKey;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::deadlines::{self, Deadlines};
use crate::duplicates;
use crate::ids;
use crate::notifications;
use crate::openings::{self, Terms};
use crate::retention::job;
use crate::training::{learning, registrations, reminders};
use chrono::TimeDelta;
use expiry::Retention;
use linking::Linker;
use metrics::counter;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use url::Url;

/// How often sign-ins that nobody finished are removed, and places pass on whose offer has ended, say, in seconds.
const EACH_MINUTE: u64 = 60;
/// How long linking may take when the service stops.
const LAST_TURN: Duration = Duration::from_secs(10);

/// The work in the background.
pub struct Jobs {
    /// What may end wherever it is.
    at_work: Vec<JoinHandle<()>>,
    linking: JoinHandle<()>,
    stop_linking: oneshot::Sender<()>,
    notifications: notifications::job::Job,
}

impl Jobs {
    /// Starts the work, at once and then again and again.
    ///
    /// # Errors
    /// The settings of e-mail are wrong.
    pub fn start(
        database: &Database,
        clock: Clock,
        settings: &Config,
        files: Files,
        key: Option<SigningKey>,
        public_url: Url,
    ) -> Result<Self, config::Error> {
        let (stop_linking, stopped) = oneshot::channel();
        let linker = Linker::new(database.clone(), clock, &settings.audit, key);
        let notifications = notifications::job::Job::start(database, clock, &settings.notifications, public_url)?;
        let files_turns = every(settings.attachments.keep_every_seconds);
        let ahead = TimeDelta::hours(settings.notifications.remind_hours.into());
        Ok(Self {
            at_work: vec![
                tokio::spawn(expire(database.clone(), clock, settings.clone())),
                tokio::spawn(remove_attempts(database.clone(), clock, settings.sign_in.open_attempts)),
                tokio::spawn(retain(database.clone(), clock, settings.clone())),
                tokio::spawn(settle_erasures(database.clone(), clock)),
                tokio::spawn(keep_deadlines(database.clone(), clock, Deadlines::of(&settings.deadlines))),
                tokio::spawn(tell_of_reviews(database.clone(), clock, Terms::from(&settings.identity))),
                tokio::spawn(duplicates::job::run(database.clone(), clock)),
                tokio::spawn(give_out_places(database.clone(), clock)),
                tokio::spawn(remind(database.clone(), clock, ahead)),
                tokio::spawn(end_tests(database.clone(), clock)),
                tokio::spawn(keep_files(database.clone(), clock, files, files_turns)),
            ],
            linking: tokio::spawn(link(linker, every(settings.audit.link_every_seconds), stopped)),
            stop_linking,
            notifications,
        })
    }

    /// Ends the work. What the last requests wrote to the audit trail is linked before.
    pub async fn end(mut self) {
        self.at_work.iter().for_each(JoinHandle::abort);
        self.notifications.end();
        // A linker that has ended by itself needs no word.
        let _ = self.stop_linking.send(());
        if timeout(LAST_TURN, &mut self.linking).await.is_err() {
            self.linking.abort();
            tracing::warn!("the last rows of the audit trail are not linked; the next start does it");
        }
    }
}

/// The outcome of a run, which the metrics count.
pub(crate) fn counted<T, E>(job: &'static str, run: Result<T, E>) -> Result<T, E> {
    let outcome = if run.is_ok() { "done" } else { "failed" };
    counter!("oslonac_job_runs_total", "job" => job, "outcome" => outcome).increment(1);
    run
}

fn every(seconds: u64) -> Interval {
    let mut turns = interval(Duration::from_secs(seconds.max(1)));
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    turns
}

async fn expire(database: Database, clock: Clock, settings: Config) {
    let retention = Retention::of(&settings);
    let mut turns = every(settings.jobs.expiry_every_seconds);
    loop {
        turns.tick().await;
        match counted("expire", expiry::run(&scope(&database, clock, Purpose::Expiry), &retention, clock.now()).await) {
            Ok(removed) => tracing::info!(?removed, "removed what had expired"),
            Err(error) => tracing::error!(%error, "what has expired could not be removed; trying again later"),
        }
    }
}

async fn remove_attempts(database: Database, clock: Clock, most: u64) {
    let mut turns = every(EACH_MINUTE);
    loop {
        turns.tick().await;
        match counted(
            "remove_attempts",
            expiry::remove_attempts(&scope(&database, clock, Purpose::Expiry), most, clock.now()).await,
        ) {
            Ok(removed) => tracing::debug!(removed, "sign-ins that nobody finished"),
            Err(error) => tracing::error!(%error, "unfinished sign-ins could not be removed; trying again later"),
        }
    }
}

async fn retain(database: Database, clock: Clock, settings: Config) {
    let retention = job::Retention::of(&settings.retention);
    let mut turns = every(3600 * u64::from(settings.retention.every_hours.get()));
    loop {
        turns.tick().await;
        let scope = scope(&database, clock, Purpose::Erasure);
        match counted("retain", job::run(&scope, &retention, clock.now()).await) {
            Ok(done) => tracing::info!(?done, "proposed and did erasures"),
            Err(error) => tracing::error!(%error, "erasures could not be done; trying again later"),
        }
    }
}

/// Once more for what was erased, here or by a command, while somebody read.
async fn settle_erasures(database: Database, clock: Clock) {
    let mut turns = every(EACH_MINUTE);
    loop {
        turns.tick().await;
        let scope = scope(&database, clock, Purpose::Erasure);
        if let Err(error) = counted("settle_erasures", scope.settle_erasures().await) {
            tracing::error!(%error, "what was erased may still stand in the database's log; trying again in a minute");
        }
    }
}

async fn keep_deadlines(database: Database, clock: Clock, rules: Deadlines) {
    let scope = || scope(&database, clock, Purpose::Timekeeping);
    let mut turns = every(EACH_MINUTE);
    let mut renewed = false;
    loop {
        turns.tick().await;
        if !renewed {
            match counted("renew_deadlines", deadlines::job::renew(&scope(), &rules).await) {
                Ok(reports) => {
                    renewed = true;
                    tracing::info!(reports, "kept deadlines by the rules in force");
                }
                Err(error) => tracing::error!(%error, "deadlines could not be kept anew; trying again later"),
            }
        }
        match counted("keep_deadlines", deadlines::job::run(&scope(), clock.now()).await) {
            Ok(done) if done == deadlines::job::Done::default() => {}
            Ok(done) => tracing::info!(?done, "deadlines that nobody kept"),
            Err(error) => tracing::error!(%error, "deadlines could not be looked at; trying again later"),
        }
    }
}

async fn tell_of_reviews(database: Database, clock: Clock, terms: Terms) {
    let mut turns = every(EACH_MINUTE);
    loop {
        turns.tick().await;
        let scope = scope(&database, clock, Purpose::Timekeeping);
        match counted("tell_of_reviews", openings::job::run(&scope, terms, clock.now()).await) {
            Ok(0) => {}
            Ok(told) => tracing::info!(told, "opened identities that nobody reviewed in time"),
            Err(error) => tracing::error!(%error, "reviews could not be looked at; trying again later"),
        }
    }
}

async fn give_out_places(database: Database, clock: Clock) {
    let mut turns = every(EACH_MINUTE);
    loop {
        turns.tick().await;
        let scope = scope(&database, clock, Purpose::Placement);
        match counted("give_out_places", registrations::give_out_places(&scope).await) {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "offered places that nobody took"),
            Err(_) => tracing::error!("free places could not be given out; trying again later"),
        }
    }
}

async fn remind(database: Database, clock: Clock, ahead: TimeDelta) {
    let mut turns = every(EACH_MINUTE);
    loop {
        turns.tick().await;
        let scope = scope(&database, clock, Purpose::Placement);
        match counted("remind", reminders::run(&scope, ahead).await) {
            Ok(0) => {}
            Ok(given) => tracing::info!(given, "reminded those who take part in sessions"),
            Err(error) => tracing::error!(%error, "reminders could not be given; trying again later"),
        }
    }
}

async fn end_tests(database: Database, clock: Clock) {
    let mut turns = every(EACH_MINUTE);
    loop {
        turns.tick().await;
        let scope = scope(&database, clock, Purpose::Grading);
        match counted("end_tests", learning::job::run(&scope, clock.now()).await) {
            Ok(ended) => tracing::debug!(ended, "tests whose time was over"),
            Err(error) => tracing::error!(%error, "tests could not be ended; trying again later"),
        }
    }
}

async fn keep_files(database: Database, clock: Clock, files: Files, mut turns: Interval) {
    loop {
        turns.tick().await;
        let scope = scope(&database, clock, Purpose::AttachmentKeeping);
        match counted("keep_files", attachments::keep(&files, &scope, clock.now()).await) {
            Ok(kept) if kept == attachments::Kept::default() => {}
            Ok(kept) => tracing::info!(?kept, "looked after files"),
            Err(error) => tracing::error!(%error, "files could not be looked after; trying again later"),
        }
    }
}

async fn link(mut linker: Linker, mut turns: Interval, mut stopped: oneshot::Receiver<()>) {
    loop {
        tokio::select! {
            _ = turns.tick() => counted("link", linker.turn().await).unwrap_or_default(),
            _ = &mut stopped => return linker.turn().await.unwrap_or_default(),
        }
    }
}

fn scope(database: &Database, clock: Clock, purpose: Purpose) -> Scope {
    Scope::new(database.clone(), Viewer::service(purpose), clock, ids::new_key(clock.now()))
}
