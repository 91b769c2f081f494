//! The outbox: that something happened is written in the transaction of the change itself, so that nobody forgets it and
//! nobody is told of what did not last. Whom it concerns is found out afterwards, by `notifications`.

use super::named::named;
use super::{Action, Error, Purpose, Result, Root, Write};
use crate::ids;
use async_graphql::Enum;
use entity::outbox;
use uuid::Uuid;

named! {
    /// What happens that somebody is told of.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Enum)]
    #[graphql(name = "NotificationKind")]
    pub enum News {
        /// A report was submitted.
        ReportSubmitted = "report_submitted",
        /// A report was assigned to you.
        ReportAssigned = "report_assigned",
        /// Whoever reported has answered, added something, or asks to withdraw the report.
        ReportAnswered = "report_answered",
        /// The Centre asks for information.
        InformationRequested = "information_requested",
        /// The Centre tells you something.
        NoticeSent = "notice_sent",
        /// The status of a report is another.
        StatusChanged = "status_changed",
        /// A deadline of a report has passed, and nobody has acted.
        DeadlineEscalated = "deadline_escalated",
        /// A report may be about somebody who was reported before.
        DuplicateProposed = "duplicate_proposed",
        /// A report was opened in an emergency, which has to be reviewed.
        EmergencyOpened = "emergency_opened",
        /// Nobody has reviewed an opened identity or emergency access in time.
        ReviewOverdue = "review_overdue",
        /// A place of a session became free, and is given to you or kept for you until you answer.
        PlaceOffered = "place_offered",
        /// A trainer has approved or declined a registration.
        RegistrationDecided = "registration_decided",
        /// When or where a session is has changed, or it was called off.
        SessionChanged = "session_changed",
        /// A session begins soon.
        SessionSoon = "session_soon",
        /// A session that you attended can be evaluated.
        EvaluationOpened = "evaluation_opened",
        /// A session's evaluation ends soon, and you have not answered.
        EvaluationAwaited = "evaluation_awaited",
        /// A test after a session ends soon, and you have not begun it.
        TestAwaited = "test_awaited",
        /// Everything sent to a webhook of your organisation failed for too long, and it was disabled.
        WebhookDisabled = "webhook_disabled",
        /// A webhook was tried.
        WebhookTested = "webhook_tested",
    }
}

impl News {
    /// The news with this name in the database.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|news| news.as_str() == name)
    }

    /// What there is to tell of an action, whoever does it. [`Write::audit`] tells it.
    pub(super) fn of(action: Action) -> Option<Self> {
        match action {
            Action::ReportSubmitted => Some(Self::ReportSubmitted),
            Action::ReportAssigned => Some(Self::ReportAssigned),
            Action::InformationAnswered | Action::InformationAdded | Action::WithdrawalRequested => {
                Some(Self::ReportAnswered)
            }
            Action::InformationRequested => Some(Self::InformationRequested),
            Action::NoticeSent => Some(Self::NoticeSent),
            Action::RegistrationApproved | Action::RegistrationDeclined => Some(Self::RegistrationDecided),
            Action::SessionCancelled => Some(Self::SessionChanged),
            Action::WebhookTested => Some(Self::WebhookTested),
            _ => None,
        }
    }
}

impl Write {
    /// Says in the outbox that something happened to an object, for those whom it concerns. It is told when this transaction
    /// has lasted.
    pub async fn tell<E: Root>(&self, news: News, key: Uuid) -> Result<()> {
        let acting = self.viewer().membership();
        let row = outbox::Model {
            id: ids::new_key(self.now()),
            organisation_id: acting.map(|membership| membership.organisation_id),
            actor_id: acting.map(|membership| membership.id),
            news: news.as_str().to_owned(),
            object_type: E::OBJECT.as_str().to_owned(),
            object_id: key,
            occurred_at: self.now(),
            leased_until: None,
        };
        self.insert_part::<outbox::Entity>(row).await?;
        self.has_told();
        Ok(())
    }

    /// Tells what there is to tell of an action of a member. What the service does by itself, it tells itself.
    pub(super) async fn tell_action<E: Root>(&self, action: Action, key: Uuid) -> Result<()> {
        match News::of(action).filter(|_| self.viewer().membership().is_some()) {
            Some(news) => self.tell::<E>(news, key).await,
            None => Ok(()),
        }
    }

    /// Makes what the service found out about the outbox last, which is no act of anybody. Only the service at that work may.
    pub async fn commit_notifications(self) -> Result<()> {
        let services = [Purpose::Notification, Purpose::Webhook];
        if !services.into_iter().any(|purpose| self.viewer().acts_for(purpose)) {
            return Err(Error::Unaudited);
        }
        self.commit_unaudited().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_an_action_follows_from_it() {
        let told: Vec<(Action, News)> =
            Action::ALL.iter().filter_map(|action| Some((*action, News::of(*action)?))).collect();
        let mut expected = vec![
            (Action::ReportSubmitted, News::ReportSubmitted),
            (Action::ReportAssigned, News::ReportAssigned),
            (Action::InformationAnswered, News::ReportAnswered),
            (Action::InformationAdded, News::ReportAnswered),
            (Action::WithdrawalRequested, News::ReportAnswered),
            (Action::InformationRequested, News::InformationRequested),
            (Action::NoticeSent, News::NoticeSent),
            (Action::RegistrationApproved, News::RegistrationDecided),
            (Action::RegistrationDeclined, News::RegistrationDecided),
            (Action::SessionCancelled, News::SessionChanged),
            (Action::WebhookTested, News::WebhookTested),
        ];
        expected.sort_by_key(|(action, _)| Action::ALL.iter().position(|known| known == action));
        assert_eq!(told, expected);
    }

    #[test]
    fn news_are_known_by_their_names() {
        assert!(News::ALL.iter().all(|news| News::from_name(news.as_str()) == Some(*news)));
        assert_eq!(News::from_name("nothing"), None);
    }
}
