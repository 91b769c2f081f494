//! What stands in an e-mail: that there is news, and where to read it. Never what the news are.

use super::expansion::as_recipient;
use super::service;
use crate::access::{Database, News, Recipient, Result, Scope};
use crate::clock::Clock;
use crate::ids::ObjectType;
use crate::language::{Language, Message};
use crate::reports::rules::Urgency;
use entity::{delivery, identity_opening, notification, notification_preference, possible_duplicate, report, webhook};
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
    let content = content(&scope, &as_recipient(database, clock, &recipient), &recipient, delivery).await?;
    let language = preference.map(|row| Language::accepted(&row.language)).unwrap_or_default();
    Ok(content.map(|content| {
        let (subject, body) = content.in_words(language, address);
        Letter { id: delivery.id, to, subject, body }
    }))
}

async fn content(
    scope: &Scope,
    theirs: &Scope,
    recipient: &Recipient,
    delivery: &delivery::Model,
) -> Result<Option<Content>> {
    use notification::Column;
    if delivery.news.is_empty() {
        let own = Column::MembershipId.eq(recipient.viewer.membership_id());
        let unread = scope.find::<notification::Entity>().filter(own).filter(Column::ReadAt.is_null()).count().await?;
        let unread = usize::try_from(unread).unwrap_or(usize::MAX);
        return Ok((unread > 0).then_some(Content::Summary { unread }));
    }
    let key = delivery.object_id;
    if delivery.object_type == ObjectType::Report.as_str() {
        let report = theirs.find::<report::Entity>().by_key(key).one().await?;
        let urgent = |report: &report::Model| {
            News::from_name(&delivery.news) == Some(News::ReportSubmitted)
                && Urgency::of_column(report.urgency) != Urgency::Ordinary
        };
        return Ok(report.and_then(|report| {
            let urgent = urgent(&report);
            report.reference.map(|reference| Content::Report { reference, urgent })
        }));
    }
    if delivery.object_type == ObjectType::PossibleDuplicate.as_str() {
        let duplicate = theirs.find::<possible_duplicate::Entity>().by_key(key).one().await?;
        let Some(duplicate) = duplicate else { return Ok(None) };
        let report = theirs.find::<report::Entity>().by_key(duplicate.report_id).one().await?;
        let reference = report.and_then(|report| report.reference);
        return Ok(reference.map(|reference| Content::Report { reference, urgent: false }));
    }
    let there = if delivery.object_type == ObjectType::Webhook.as_str() {
        theirs.find::<webhook::Entity>().by_key(key).one().await?.is_some()
    } else {
        theirs.find::<identity_opening::Entity>().by_key(key).one().await?.is_some()
    };
    Ok(there.then_some(Content::Other))
}
