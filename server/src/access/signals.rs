//! Who waits for changes hears of them: on PostgreSQL from every server (`NOTIFY`, in the transaction of the change), on SQLite
//! from this one. A signal holds keys alone: whoever hears it asks a scope what there is to see.

use super::{Database, Result};
use crate::access::database::Pool;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgListener;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::sleep;
use uuid::Uuid;

/// The channel of PostgreSQL's notifications.
const CHANNEL: &str = "oslonac_signals";
/// PostgreSQL takes less than 8,000 bytes at once. Whoever tells more only says that there is something.
const LONGEST: usize = 7_900;
/// How many signals wait for whoever listens. Whoever falls behind by more is told that it missed some.
const KEPT: usize = 256;
/// How long to wait before the database is asked again for signals, when it is away.
const AGAIN: Duration = Duration::from_millis(500);

/// Something changed that somebody may wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Signal {
    /// A report, or the Centre's work on it.
    #[serde(rename = "r")]
    Report {
        /// Its key.
        #[serde(rename = "k")]
        key: Uuid,
        /// Whether it is beyond a draft.
        #[serde(rename = "s")]
        submitted: bool,
        /// The membership that it was assigned to until then.
        #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
        assignee: Option<Uuid>,
    },
    /// A member was notified of something.
    #[serde(rename = "n")]
    Notification {
        /// The notification's key.
        #[serde(rename = "k")]
        key: Uuid,
        /// The membership.
        #[serde(rename = "m")]
        member: Uuid,
    },
}

impl Signal {
    /// The key of what it is about.
    fn key(&self) -> Uuid {
        match self {
            Self::Report { key, .. } | Self::Notification { key, .. } => *key,
        }
    }
}

/// Signals by what they are about: however often one thing changes before anybody is told, it is told once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signals(BTreeMap<Uuid, Signal>);

impl Signals {
    /// Adds what was learned later.
    pub fn add(&mut self, later: Signal) {
        let known = self.0.entry(later.key()).or_insert(later);
        if let (Signal::Report { submitted, .. }, Signal::Report { submitted: now, .. }) = (known, later) {
            *submitted |= now;
        }
    }

    /// Takes one out.
    pub fn take(&mut self) -> Option<Signal> {
        self.0.pop_first().map(|(_, signal)| signal)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Signal> {
        self.0.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a listener hears.
#[derive(Clone, Debug)]
pub enum Heard {
    /// What one transaction changed.
    Signals(Arc<Signals>),
    /// Some signals were lost: whoever waits asks anew.
    Missed,
}

/// Where signals go to those who listen in this server.
#[derive(Clone)]
pub(super) struct SignalDesk(broadcast::Sender<Heard>);

impl Default for SignalDesk {
    fn default() -> Self {
        Self(broadcast::Sender::new(KEPT))
    }
}

impl SignalDesk {
    pub(super) fn listen(&self) -> broadcast::Receiver<Heard> {
        self.0.subscribe()
    }

    /// Nobody needs to be listening.
    pub(super) fn tell(&self, heard: Heard) {
        let _ = self.0.send(heard);
    }
}

/// The statement that tells other servers once the transaction is committed. It holds no text but keys and numbers.
pub(super) fn notification(signals: &Signals) -> String {
    let written = serde_json::to_string(signals).unwrap_or_default();
    let payload = if (..=LONGEST).contains(&written.len()) { written.as_str() } else { "" };
    format!("SELECT pg_notify('{CHANNEL}', '{payload}')")
}

/// What another server told.
fn heard(payload: &str) -> Heard {
    serde_json::from_str(payload).map_or(Heard::Missed, |signals| Heard::Signals(Arc::new(signals)))
}

impl Database {
    /// What changes from now on.
    pub fn signals(&self) -> broadcast::Receiver<Heard> {
        self.signal_desk.listen()
    }

    /// Passes on what all servers of this database tell, for as long as it is polled. Where there is but one server, it tells
    /// its listeners itself.
    pub async fn follow_signals(self) {
        let Pool::Postgres { signals, .. } = &self.pool else { return };
        loop {
            if let Err(error) = self.pass_on(signals).await {
                tracing::warn!(%error, "no signals of the database at the moment; trying again");
            }
            sleep(AGAIN).await;
        }
    }

    async fn pass_on(&self, pool: &sqlx::PgPool) -> Result<()> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        loop {
            // What changed while nobody listened is lost.
            self.signal_desk.tell(Heard::Missed);
            while let Some(notification) = listener.try_recv().await? {
                self.signal_desk.tell(heard(notification.payload()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(signals: impl IntoIterator<Item = (Uuid, bool, Option<Uuid>)>) -> Signals {
        let mut all = Signals::default();
        signals.into_iter().for_each(|(key, submitted, assignee)| all.add(Signal::Report { key, submitted, assignee }));
        all
    }

    #[test]
    fn news_arrive_as_they_were_told() {
        let (report, before, after) = (Uuid::from_u128(7), Uuid::from_u128(8), Uuid::from_u128(9));
        let signals = all([(report, false, Some(before)), (report, true, Some(after)), (after, false, None)]);
        assert_eq!(signals.len(), 2);
        assert!(
            signals
                .iter()
                .any(|signals| *signals == Signal::Report { key: report, submitted: true, assignee: Some(before) })
        );
        let statement = notification(&signals);
        let payload = statement.split('\'').nth(3).expect("a payload");
        assert!(matches!(heard(payload), Heard::Signals(told) if *told == signals), "{statement}");
    }

    #[test]
    fn each_is_taken_once() {
        let mut signals = all([(Uuid::from_u128(7), true, None), (Uuid::from_u128(8), true, None)]);
        let mut taken: Vec<Uuid> = std::iter::from_fn(|| signals.take().map(|signal| signal.key())).take(9).collect();
        taken.sort_unstable();
        assert_eq!(taken, [Uuid::from_u128(7), Uuid::from_u128(8)]);
        assert!(signals.is_empty());
    }

    #[test]
    fn too_many_at_once_are_told_as_missed() {
        let statement = notification(&all((0..200).map(|key| (Uuid::from_u128(key), true, None))));
        assert!(statement.len() < 100);
        assert!(matches!(heard(statement.split('\'').nth(3).expect("a payload")), Heard::Missed));
    }
}
