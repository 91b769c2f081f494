//! Why the root field of a subscription is asked: it begins, something was missed, or there is a signal.
//!
//! Each event of a subscription is a request of its own (`http/live`): who is asking is found out again, and a new scope reads.

use crate::access::Signal;
use chrono::{DateTime, Utc};
use entity::attachment::State;
use futures_util::stream;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// What the root field of a subscription answers to one occasion: one value, or nothing.
pub type Once<T> = stream::Iter<std::option::IntoIter<T>>;

/// A revision, when it last changed in any way, and where its files stand, which change with neither.
pub type Version = (i32, DateTime<Utc>, Vec<(Uuid, State)>);

/// What a subscription waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// One report.
    Report(Uuid),
    /// Reports that were submitted.
    Queue,
    /// Notifications of a membership.
    NotificationsOf(Uuid),
}

impl Topic {
    /// Whether a signal is about it.
    pub fn hears(self, signal: &Signal) -> bool {
        match (self, signal) {
            (Self::Report(one), Signal::Report { key, .. }) => one == *key,
            (Self::Queue, Signal::Report { submitted, .. }) => *submitted,
            (Self::NotificationsOf(one), Signal::Notification { member, .. }) => one == *member,
            (Self::Report(_) | Self::Queue | Self::NotificationsOf(_), _) => false,
        }
    }
}

/// Why a subscription is executed now. What is kept here of one execution is there in the next.
#[derive(Clone, Default)]
pub struct Occasion {
    /// What changed; nothing where it begins or may have missed something.
    pub signal: Option<Signal>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    topic: Option<Topic>,
    /// What was told last, as far as the viewer could tell it from before.
    told: Option<Version>,
}

impl Occasion {
    /// The next one of the same subscription.
    #[must_use]
    pub fn then(&self, signal: Option<Signal>) -> Self {
        Self { signal, kept: self.kept.clone() }
    }

    /// Notes what the subscription waits for from now on.
    pub fn wait_for(&self, topic: Topic) {
        self.kept().topic = Some(topic);
    }

    /// What the subscription waits for; nothing until its root field has said so.
    pub fn topic(&self) -> Option<Topic> {
        self.kept().topic
    }

    /// Whether this is something else than what was told last. It is told now.
    pub fn is_new(&self, version: Version) -> bool {
        let mut kept = self.kept();
        let new = kept.told.as_ref() != Some(&version);
        kept.told = Some(version);
        new
    }

    /// One value for this occasion.
    pub fn tell<T>(&self, value: Option<T>) -> Once<T> {
        stream::iter(value)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_hears_what_is_about_it() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let signal = |key, submitted| Signal::Report { key, submitted, assignee: None };
        assert!(Topic::Report(one).hears(&signal(one, false)) && Topic::Report(one).hears(&signal(one, true)));
        assert!(!Topic::Report(one).hears(&signal(other, true)));
        assert!(
            Topic::Queue.hears(&signal(other, true)) && !Topic::Queue.hears(&signal(other, false)),
            "drafts are no work"
        );
    }

    #[test]
    fn the_same_is_told_once() {
        let version = |revision| (revision, DateTime::UNIX_EPOCH, Vec::new());
        let first = Occasion::default();
        assert!(first.is_new(version(5)));
        let next = first.then(None);
        assert!(!next.is_new(version(5)) && next.is_new(version(6)) && !next.is_new(version(6)));
        let with_file = |state| (6, DateTime::UNIX_EPOCH, vec![(Uuid::from_u128(1), state)]);
        for state in [State::Waiting, State::Clean] {
            assert!(next.is_new(with_file(state)) && !next.is_new(with_file(state)));
        }
    }
}
