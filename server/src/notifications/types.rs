//! What clients see of notifications.

use crate::access::News;
use crate::duplicates;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::language::Language;
use crate::openings::{self, IdentityOpening};
use crate::reports::Report;
use crate::training::registrations::Registration;
use crate::training::sessions::TrainingSession;
use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use entity::notification::Model;
use entity::notification_preference::{self, Email};

/// That something happened which concerns you. What it is stands where it happened.
pub struct Notification(pub(super) Model);

/// That something happened which concerns you. What it is stands where it happened.
#[Object]
impl Notification {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::Notification, self.0.id).into()
    }

    /// What kind of thing happened; null for one that this version does not know.
    async fn kind(&self) -> Option<News> {
        News::from_name(&self.0.news)
    }

    /// When it happened.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }

    /// When you marked it as read; null while you have not.
    async fn read_at(&self) -> Option<DateTime<Utc>> {
        self.0.read_at
    }

    /// The report that it is about; null where it is about something else, or the report is not for you any more.
    async fn report(&self, context: &Context<'_>) -> Result<Option<Report>, Fault> {
        match ObjectType::ALL.into_iter().find(|known| known.as_str() == self.0.object_type) {
            Some(ObjectType::Report) => Report::load(context, self.0.object_id).await,
            Some(ObjectType::PossibleDuplicate) => duplicates::later_report(context, self.0.object_id).await,
            Some(ObjectType::IdentityOpening) => openings::opened_report(context, self.0.object_id).await,
            _ => Ok(None),
        }
    }

    /// The opened identity, or the emergency access, that it is about; null where it is about something else, or the opening is
    /// not for you any more. Reading it is written down, as in `identityOpenings`.
    async fn opening(&self, context: &Context<'_>) -> Result<Option<IdentityOpening>, Fault> {
        if self.0.object_type != ObjectType::IdentityOpening.as_str() {
            return Ok(None);
        }
        IdentityOpening::load(context, self.0.object_id).await
    }

    /// The session that it is about; null where it is about something else, or the session is not for you any more.
    async fn session(&self, context: &Context<'_>) -> Result<Option<TrainingSession>, Fault> {
        if self.0.object_type == ObjectType::TrainingSession.as_str() {
            return TrainingSession::load(context, self.0.object_id).await;
        }
        match self.registration(context).await? {
            Some(registration) => TrainingSession::load(context, registration.0.session_id).await,
            None => Ok(None),
        }
    }

    /// The registration that it is about; null where it is about something else.
    async fn registration(&self, context: &Context<'_>) -> Result<Option<Registration>, Fault> {
        if self.0.object_type != ObjectType::Registration.as_str() {
            return Ok(None);
        }
        Registration::load(context, self.0.object_id).await
    }
}

/// When news go to you by e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::notification_preference::Email")]
pub(super) enum EmailPreference {
    /// Each at once.
    AtOnce,
    /// Once a day, that there are some.
    Daily,
    /// Not at all, but for urgent reports to those who take them in.
    None,
}

/// The language of e-mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::language::Language")]
pub(super) enum NotificationLanguage {
    /// Serbian in Cyrillic script.
    SerbianCyrillic,
    /// Serbian in Latin script.
    SerbianLatin,
    /// English.
    English,
}

/// How you are told of news.
pub(super) struct NotificationPreferences(pub(super) Option<notification_preference::Model>);

/// How you are told of news.
#[Object]
impl NotificationPreferences {
    /// When there are e-mails. The list of notifications holds all of them in any case.
    async fn email(&self) -> EmailPreference {
        self.0.as_ref().map_or(Email::AtOnce, |row| row.email).into()
    }

    /// The language of e-mails.
    async fn language(&self) -> NotificationLanguage {
        self.0.as_ref().map(|row| Language::accepted(&row.language)).unwrap_or_default().into()
    }
}
