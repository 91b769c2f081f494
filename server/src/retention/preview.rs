//! A look ahead: who would go, and when. It proposes nothing.

use super::job::{Retention, by_period, open};
use super::rules::{self, Class};
use crate::access::{Order, Result, Scope};
use chrono::{DateTime, Utc};
use entity::erasure::{self, Column, Ground};
use std::collections::HashSet;

/// A person who would go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// When at the earliest: when the review has ended that begins once it is proposed.
    pub at: DateTime<Utc>,
    /// By which class; nothing where somebody asked for it.
    pub class: Option<Class>,
    /// Why it stays nevertheless.
    pub stays: Option<Stays>,
}

/// What keeps a person of whom it would be time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stays {
    /// Nobody has confirmed a period that plays a part.
    Unconfirmed,
    /// A supervisor holds it back.
    Held,
}

/// Everybody who would go by an instant: who is under review, who is held back, whenever that ends, and who will be due, also by
/// periods that nobody has confirmed.
pub async fn preview(
    scope: &Scope,
    retention: &Retention,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Ahead>> {
    let waiting = scope.find::<erasure::Entity>().filter(open()).order(&[Order::ascending(Column::Id)]).all().await?;
    let proposed: HashSet<_> = waiting.iter().map(|erasure| erasure.person_id).collect();
    let mut all: Vec<Ahead> = waiting.iter().map(|erasure| under_review(erasure, retention, now)).collect();
    if let Some(mut matters) = by_period(scope, retention.periods.shortest(true), until) {
        while let Some(page) = matters.next().await? {
            let due = page.iter().flat_map(|matter| rules::due(&matter.persons, &retention.periods));
            all.extend(due.filter(|due| !proposed.contains(&due.person)).map(|due| Ahead {
                at: due.at.max(now) + retention.review,
                class: Some(due.class),
                stays: (!due.confirmed).then_some(Stays::Unconfirmed),
            }));
        }
    }
    // Whoever looks again sees what others did meanwhile.
    scope.finish().await?;
    all.retain(|ahead| ahead.stays == Some(Stays::Held) || ahead.at <= until);
    Ok(all)
}

fn under_review(erasure: &erasure::Model, retention: &Retention, now: DateTime<Utc>) -> Ahead {
    let class = match erasure.ground {
        Ground::Identified => Some(Class::Identified),
        Ground::NotIdentified => Some(Class::NotIdentified),
        Ground::Request => None,
    };
    let unconfirmed = class.is_some_and(|class| !retention.periods.of_class(class).confirmed);
    let stays = if erasure.held_at.is_some() { Some(Stays::Held) } else { unconfirmed.then_some(Stays::Unconfirmed) };
    Ahead { at: (erasure.window_began_at + retention.review).max(now), class, stays }
}
