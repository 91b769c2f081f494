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
use tokio::task::JoinHandle;
use tokio::time::sleep;
use uuid::Uuid;

/// The channel of PostgreSQL's notifications.
const CHANNEL: &str = "oslonac_signals";
/// How many signals go into one of PostgreSQL's notifications, which takes less than 8,000 bytes.
const AT_ONCE: usize = 50;
/// How many signals a transaction tells. Of more it only says that there is something.
const MOST: usize = 1_000;
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
    /// Work on a report that was submitted, which leaves the report's own row as it is.
    pub fn work_on(report: Uuid) -> Self {
        Self::Report { key: report, submitted: true, assignee: None }
    }

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
    let all: Vec<(&Uuid, &Signal)> = signals.0.iter().take(MOST + 1).collect();
    let payload = |some: &[(&Uuid, &Signal)]| {
        let some: BTreeMap<&Uuid, &Signal> = some.iter().copied().collect();
        serde_json::to_string(&some).unwrap_or_default()
    };
    let payloads = if all.len() > MOST { vec![String::new()] } else { all.chunks(AT_ONCE).map(payload).collect() };
    let tell = |payload: &String| format!("pg_notify('{CHANNEL}', '{payload}')");
    format!("SELECT {}", payloads.iter().map(tell).collect::<Vec<_>>().join(", "))
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

    /// Begins to pass on what all servers of this database tell, and does so until the task is aborted. From when this returns,
    /// nothing is missed by those who listen; unless the database is away, and then it is tried again and again. Where there is
    /// but one server, it tells its listeners itself.
    pub async fn follow_signals(&self) -> JoinHandle<()> {
        let Pool::Postgres { signals, .. } = &self.pool else { return tokio::spawn(async {}) };
        let (pool, desk) = (signals.clone(), self.signal_desk.clone());
        let mut listening = listen(&pool).await;
        tokio::spawn(async move {
            loop {
                let ended = match listening {
                    Ok(listener) => pass_on(listener, &desk).await,
                    Err(error) => Err(error),
                };
                if let Err(error) = ended {
                    tracing::warn!(%error, "no signals of the database at the moment; trying again");
                }
                sleep(AGAIN).await;
                listening = listen(&pool).await;
                // What changed while nobody listened is lost.
                if listening.is_ok() {
                    desk.tell(Heard::Missed);
                }
            }
        })
    }
}

async fn listen(pool: &sqlx::PgPool) -> Result<PgListener> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Passes on until the database is away.
async fn pass_on(mut listener: PgListener, desk: &SignalDesk) -> Result<()> {
    loop {
        match listener.try_recv().await? {
            Some(notification) => desk.tell(heard(notification.payload())),
            // It connected anew, and may have missed some.
            None => desk.tell(Heard::Missed),
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

    /// What other servers hear when this statement is committed.
    fn told(statement: &str) -> Vec<Heard> {
        let payloads: Vec<&str> = statement.split('\'').skip(3).step_by(4).collect();
        assert!(payloads.iter().all(|payload| payload.len() < 8_000), "PostgreSQL takes no more");
        payloads.into_iter().map(heard).collect()
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
        assert!(matches!(&told(&notification(&signals))[..], [Heard::Signals(told)] if **told == signals));
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
    fn many_are_told_one_by_one_and_too_many_as_missed() {
        let many = |number: usize| all((0..number).map(|key| (Uuid::from_u128(key as u128), true, Some(Uuid::max()))));
        for number in [1, AT_ONCE, AT_ONCE + 1, MOST] {
            let signals = many(number);
            let mut arrived = Signals::default();
            for heard in told(&notification(&signals)) {
                let Heard::Signals(some) = heard else { panic!("nothing is missed of {number}") };
                some.iter().for_each(|signal| arrived.add(*signal));
            }
            assert_eq!(arrived, signals);
        }
        assert!(matches!(told(&notification(&many(MOST + 1)))[..], [Heard::Missed]));
    }
}
