//! What supervisors see of erasures.

use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::organisations::Membership;
use crate::reports::{Person, Report, note_read};
use crate::text::Text;
use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, TimeDelta, Utc};
use entity::erasure;

/// For how long an erasure can be held back.
#[derive(Clone, Copy, Debug)]
pub struct ReviewWindow(pub TimeDelta);

impl ReviewWindow {
    /// A window of so many days.
    pub fn of_days(days: u16) -> Self {
        Self(TimeDelta::days(days.into()))
    }
}

impl Default for ReviewWindow {
    fn default() -> Self {
        Self::of_days(30)
    }
}

/// Why a person is to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ErasureGround", remote = "erasure::Ground")]
pub enum Ground {
    /// The retention period of identified persons ended.
    Identified,
    /// The retention period of persons who were not identified ended.
    NotIdentified,
    /// It was asked for.
    Request,
}

/// Where an erasure stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ErasureState")]
pub enum ErasureState {
    /// Under review: it will be done unless somebody holds it back.
    Proposed,
    /// Held back.
    Held,
    /// Dropped, because its ground had gone.
    Dropped,
    /// Done.
    Executed,
}

/// The erasure of one person of concern: what says who it is goes for good, what statistics need stays. With the last person of
/// a report, its texts go too.
pub struct Erasure(pub erasure::Model);

impl Erasure {
    /// A text about the person, where there is one: reading it is reading of the report.
    fn read<'a>(&self, context: &Context<'_>, text: &'a str) -> Result<Option<Text<'a>>, Fault> {
        if !text.is_empty() {
            note_read(context, self.0.report_id)?;
        }
        Ok(Text::written(text))
    }
}

/// The erasure of one person of concern: what says who it is goes for good, what statistics need stays. With the last person of
/// a report, its texts go too.
#[Object]
impl Erasure {
    /// Opaque id.
    async fn id(&self) -> ID {
        ids::encode(ObjectType::Erasure, self.0.id).into()
    }

    /// The same for erasures that are held, released and done together: of persons who stand in reports that were joined, or
    /// were named in one request.
    async fn together(&self) -> ID {
        ids::encode(ObjectType::Erasure, self.0.together_id).into()
    }

    /// The person.
    async fn person(&self, context: &Context<'_>) -> Result<Option<Person>, Fault> {
        Person::load(context, self.0.person_id).await
    }

    /// Its report.
    async fn report(&self, context: &Context<'_>) -> Result<Option<Report>, Fault> {
        Report::load(context, self.0.report_id).await
    }

    /// Where it stands.
    async fn state(&self) -> ErasureState {
        if self.0.executed_at.is_some() {
            ErasureState::Executed
        } else if self.0.dropped_at.is_some() {
            ErasureState::Dropped
        } else if self.0.held_at.is_some() {
            ErasureState::Held
        } else {
            ErasureState::Proposed
        }
    }

    /// Why the person is to be erased.
    async fn ground(&self) -> Ground {
        self.0.ground.into()
    }

    /// The words of the request; null for a period that ended, and once the person is erased.
    async fn reason(&self, context: &Context<'_>) -> Result<Option<Text<'_>>, Fault> {
        self.read(context, &self.0.reason)
    }

    /// When the period ended, or when it was asked for.
    async fn due_at(&self) -> DateTime<Utc> {
        self.0.due_at
    }

    /// The member who asked for it; null where the service proposed it.
    async fn proposed_by(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match self.0.proposed_by_id {
            Some(key) => Membership::load(context, key).await,
            None => Ok(None),
        }
    }

    /// When it was proposed.
    async fn proposed_at(&self) -> DateTime<Utc> {
        self.0.proposed_at
    }

    /// When the review window ends: soon after, it is done. Null unless it is under review.
    async fn review_ends_at(&self, context: &Context<'_>) -> Option<DateTime<Utc>> {
        let waits = self.0.executed_at.is_none() && self.0.dropped_at.is_none() && self.0.held_at.is_none();
        waits.then(|| self.0.window_began_at + context.data_unchecked::<ReviewWindow>().0)
    }

    /// Since when it is held back; null while it is not.
    async fn held_at(&self) -> Option<DateTime<Utc>> {
        self.0.held_at
    }

    /// The member who holds it back; null while nobody does.
    async fn held_by(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match self.0.held_by_id {
            Some(key) => Membership::load(context, key).await,
            None => Ok(None),
        }
    }

    /// Why it is held back; null while it is not.
    async fn hold_reason(&self, context: &Context<'_>) -> Result<Option<Text<'_>>, Fault> {
        self.read(context, &self.0.hold_reason)
    }

    /// When it was dropped, because its ground had gone; null otherwise.
    async fn dropped_at(&self) -> Option<DateTime<Utc>> {
        self.0.dropped_at
    }

    /// When the person was erased; null while it is not.
    async fn executed_at(&self) -> Option<DateTime<Utc>> {
        self.0.executed_at
    }
}
