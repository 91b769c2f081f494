//! Why the root field of a subscription is asked: it begins, something was missed, or there are news.
//!
//! Each event of a subscription is a request of its own (`http/live`): who is asking is found out again, and a new scope reads.

use crate::access::News;
use chrono::{DateTime, Utc};
use futures_util::stream;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// What the root field of a subscription answers to one occasion: one value, or nothing.
pub type Once<T> = stream::Iter<std::option::IntoIter<T>>;

/// A revision, and when it last changed in any way.
pub type Version = (i32, DateTime<Utc>);

/// What a subscription waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// One report.
    Report(Uuid),
    /// Reports that were submitted.
    Queue,
}

impl Topic {
    /// Whether these news are about it.
    pub fn hears(self, news: &News) -> bool {
        match (self, news) {
            (Self::Report(one), News::Report { key, .. }) => one == *key,
            (Self::Queue, News::Report { submitted, .. }) => *submitted,
        }
    }
}

/// Why a subscription is executed now. What is kept here of one execution is there in the next.
#[derive(Clone, Default)]
pub struct Occasion {
    /// What changed; nothing where it begins or may have missed something.
    pub news: Option<News>,
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
    pub fn then(&self, news: Option<News>) -> Self {
        Self { news, kept: self.kept.clone() }
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
        self.kept().told.replace(version) != Some(version)
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
        let news = |key, submitted| News::Report { key, submitted, assignee: None };
        assert!(Topic::Report(one).hears(&news(one, false)) && Topic::Report(one).hears(&news(one, true)));
        assert!(!Topic::Report(one).hears(&news(other, true)));
        assert!(
            Topic::Queue.hears(&news(other, true)) && !Topic::Queue.hears(&news(other, false)),
            "drafts are no work"
        );
    }

    #[test]
    fn the_same_is_told_once() {
        let version = |revision| (revision, DateTime::UNIX_EPOCH);
        let first = Occasion::default();
        assert!(first.is_new(version(5)));
        let next = first.then(None);
        assert!(!next.is_new(version(5)) && next.is_new(version(6)) && !next.is_new(version(6)));
    }
}
