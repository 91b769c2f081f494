//! What stands in an e-mail: that there is news, and where to read it. Never what the news are.

use super::expansion::as_recipient;
use super::{service, sight};
use crate::access::{Database, News, Recipient, Result, Scope};
use crate::clock::Clock;
use crate::ids::ObjectType;
use crate::language::{Language, Message};
use crate::reports::rules::Urgency;
use chrono::NaiveDate;
use chrono_tz::Europe::Belgrade;
use entity::notification_preference::Email;
use entity::{
    delivery, notification, notification_preference, possible_duplicate, registration, report, training_session,
};
use sea_orm::ColumnTrait;
use url::Url;
use uuid::Uuid;

/// An e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// By which a receiver knows one that comes twice.
    pub id: Uuid,
    /// Where it goes.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// What an e-mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A report has news.
    Report { reference: String, urgent: bool },
    /// A session that begins on this day has.
    Session { day: NaiveDate },
    /// Something else has.
    Other,
    /// So many notifications are unread.
    Summary { unread: usize },
}

impl Content {
    /// The subject, and the words of the text.
    pub(super) fn in_words(&self, language: Language, address: &Url) -> (String, String) {
        let subject = match self {
            Self::Report { reference, urgent: true } => Message::new("mail-urgent").with("reference", reference),
            Self::Report { reference, urgent: false } => Message::new("mail-report").with("reference", reference),
            Self::Session { day } => Message::new("mail-session").with("day", language.day(*day)),
            Self::Other => Message::new("mail-other"),
            Self::Summary { unread } => Message::new("mail-summary").with_number("unread", *unread),
        };
        let subject = language.say(&subject);
        let link = language.say(&Message::new("mail-link").with("address", address));
        let foot = language.say(&Message::new("mail-foot"));
        let body = format!("{subject}.\r\n\r\n{link}\r\n\r\n-- \r\n{foot}\r\n");
        (subject, body)
    }
}

/// The e-mail of a delivery, as of now; nothing where it does not concern its recipient any more.
pub(super) async fn write(
    database: &Database,
    clock: Clock,
    address: &Url,
    delivery: &delivery::Model,
) -> Result<Option<Letter>> {
    let Some(membership) = delivery.membership_id else { return Ok(None) };
    let recipients = database.recipients(vec![membership], clock.now()).await?;
    let Some(recipient) = recipients.into_iter().next() else { return Ok(None) };
    let Some(to) = recipient.email.clone() else { return Ok(None) };
    let scope = service(database, clock);
    let preference = scope.find::<notification_preference::Entity>().by_key(membership).one().await?;
    let unwanted = preference.as_ref().is_some_and(|row| row.email == Email::None);
    if delivery.news.is_empty() && unwanted {
        return Ok(None);
    }
    let content = content(&as_recipient(database, clock, &recipient), &recipient, delivery).await?;
    let language = preference.map(|row| Language::accepted(&row.language)).unwrap_or_default();
    Ok(content.map(|content| {
        let (subject, body) = content.in_words(language, address);
        Letter { id: delivery.id, to, subject, body }
    }))
}

async fn content(theirs: &Scope, recipient: &Recipient, delivery: &delivery::Model) -> Result<Option<Content>> {
    use notification::Column;
    if delivery.news.is_empty() {
        let own = Column::MembershipId.eq(recipient.viewer.membership_id());
        let unread = theirs.find::<notification::Entity>().filter(own).filter(Column::ReadAt.is_null()).count().await?;
        let unread = usize::try_from(unread).unwrap_or(usize::MAX);
        return Ok((unread > 0).then_some(Content::Summary { unread }));
    }
    if !sight::is_still_news(theirs, &delivery.news, delivery.object_id).await? {
        return Ok(None);
    }
    let object_type = ObjectType::ALL.into_iter().find(|known| known.as_str() == delivery.object_type);
    match object_type {
        Some(ObjectType::Report) => of_report(theirs, delivery, delivery.object_id).await,
        Some(ObjectType::PossibleDuplicate) => {
            let found = theirs.find::<possible_duplicate::Entity>().by_key(delivery.object_id).one().await?;
            match found {
                Some(duplicate) => of_report(theirs, delivery, duplicate.report_id).await,
                None => Ok(None),
            }
        }
        Some(ObjectType::TrainingSession) => of_session(theirs, delivery.object_id).await,
        Some(ObjectType::Registration) => {
            let found = theirs.find::<registration::Entity>().by_key(delivery.object_id).one().await?;
            match found {
                Some(registration) => of_session(theirs, registration.session_id).await,
                None => Ok(None),
            }
        }
        _ => Ok(sight::exists(theirs, &delivery.object_type, delivery.object_id).await?.then_some(Content::Other)),
    }
}

async fn of_report(theirs: &Scope, delivery: &delivery::Model, key: Uuid) -> Result<Option<Content>> {
    let report = theirs.find::<report::Entity>().by_key(key).one().await?;
    Ok(report.and_then(|report| {
        let urgent = News::from_name(&delivery.news) == Some(News::ReportSubmitted)
            && Urgency::of_column(report.urgency) != Urgency::Ordinary;
        report.reference.map(|reference| Content::Report { reference, urgent })
    }))
}

async fn of_session(theirs: &Scope, key: Uuid) -> Result<Option<Content>> {
    let session = theirs.find::<training_session::Entity>().by_key(key).one().await?;
    Ok(session.map(|session| Content::Session { day: session.starts_at.with_timezone(&Belgrade).date_naive() }))
}
