//! The outbox, and what members are told.

use super::network::{CENTRE, Network, OTHER_SCHOOL, SCHOOL, instant, row};
use crate::access::{Purpose, Viewer};
use entity::{delivery, notification, notification_preference, outbox, webhook};
use uuid::Uuid;

/// A report of the school.
const REPORT: Uuid = Uuid::from_u128(0x2f);

impl Network {
    pub(super) fn add_notifications(&mut self) {
        for (label, key, actor) in [
            ("news of the reporter", 0x1401, Some((1, SCHOOL))),
            ("news of the intake officer", 0x1402, Some((3, CENTRE))),
            ("news of the service", 0x1403, None),
        ] {
            let news = outbox::Model {
                id: Uuid::from_u128(key),
                organisation_id: actor.map(|(_, organisation)| organisation),
                actor_id: actor.map(|(member, _)| Uuid::from_u128(member)),
                news: "report_submitted".to_owned(),
                object_type: "report".to_owned(),
                object_id: REPORT,
                occurred_at: instant(),
                leased_until: None,
            };
            self.outbox.push(row(label, news));
        }
        for (name, member, organisation_id) in [
            ("reporter", 1, SCHOOL),
            ("coordinator", 2, SCHOOL),
            ("intake officer", 3, CENTRE),
            ("other school's reporter", 10, OTHER_SCHOOL),
        ] {
            self.tell(name, member, organisation_id);
        }
        for (label, key, organisation_id, member) in
            [("the school's", 0x1451, SCHOOL, 2), ("the other school's", 0x1452, OTHER_SCHOOL, 10)]
        {
            let webhook = webhook::Model {
                id: Uuid::from_u128(key),
                organisation_id,
                registered_by_id: Uuid::from_u128(member),
                url: String::new(),
                secret: String::new(),
                previous_secret: String::new(),
                previous_until: None,
                created_at: instant(),
                failing_since: None,
                disabled_at: None,
            };
            self.webhook.push(row(format!("webhook: {label}"), webhook));
        }
        self.viewers.push(("the service, sending to webhooks", Viewer::service(Purpose::Webhook)));
        self.viewers.push(("the service, telling news", Viewer::service(Purpose::Notification)));
        for (name, member) in [("reporter, to be told", "reporter"), ("intake officer, to be told", "intake officer")] {
            let member = self.viewer(member);
            let (account, acting) = (member.account_id().expect("an account"), *member.membership().expect("one"));
            self.viewers.push((name, Viewer::recipient(account, acting)));
        }
    }

    fn tell(&mut self, name: &str, member: u128, organisation_id: Uuid) {
        let membership_id = Uuid::from_u128(member);
        let told = notification::Model {
            id: Uuid::from_u128(0x1410 + member),
            organisation_id,
            membership_id,
            news: "report_submitted".to_owned(),
            object_type: "report".to_owned(),
            object_id: REPORT,
            occurred_at: instant(),
            read_at: None,
        };
        self.notification.push(row(format!("what the {name} is told"), told));
        let preference = notification_preference::Model {
            membership_id,
            organisation_id,
            language: "en".to_owned(),
            email: notification_preference::Email::Daily,
            updated_at: instant(),
        };
        self.notification_preference.push(row(format!("how the {name} wants to be told"), preference));
        let sent = delivery::Model {
            id: Uuid::from_u128(0x1430 + member),
            organisation_id,
            membership_id: Some(membership_id),
            webhook_id: None,
            news: "report_submitted".to_owned(),
            object_type: "report".to_owned(),
            object_id: REPORT,
            created_at: instant(),
            due_at: None,
            attempts: 0,
            leased_until: None,
            state: delivery::State::Waiting,
            ended_at: None,
        };
        self.delivery.push(row(format!("an e-mail to the {name}"), sent));
    }
}
