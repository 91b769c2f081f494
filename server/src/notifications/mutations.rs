//! Marking notifications as read, and saying how one wants to be told.

use super::actions;
use super::types::{EmailPreference, Notification, NotificationLanguage, NotificationPreferences};
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object};

/// Notifications to mark as read.
#[derive(InputObject)]
struct MarkNotificationsReadInput {
    /// Which ones, at most 100.
    notification_ids: Vec<ID>,
}

/// How you want to be told of news. What is left out stays as it is.
#[derive(InputObject)]
struct UpdateNotificationPreferencesInput {
    /// When there are to be e-mails.
    email: Option<EmailPreference>,
    /// The language of e-mails.
    language: Option<NotificationLanguage>,
}

payload! {
    /// Answer to `markNotificationsRead`.
    MarkNotificationsReadPayload {
        /// The notifications; null where it was refused.
        notifications: Vec<Notification>,
    }
}

payload! {
    /// Answer to `updateNotificationPreferences`.
    UpdateNotificationPreferencesPayload {
        /// How you are told from now on; null where it was refused.
        preferences: NotificationPreferences,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct NotificationMutations;

#[Object]
impl NotificationMutations {
    /// Marks notifications of yours as read. Those that are marked already stay as they are.
    #[graphql(directive = guarded::apply(Permission::Member))]
    async fn mark_notifications_read(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] input: MarkNotificationsReadInput,
    ) -> Result<MarkNotificationsReadPayload, Fault> {
        let outcome = actions::mark_read(context.scope()?, &input.notification_ids).await;
        let outcome = outcome.map(|rows| rows.into_iter().map(Notification).collect());
        Ok(context.answer(outcome)?.into())
    }

    /// Says how you want to be told of news, in the membership in which you act.
    #[graphql(directive = guarded::apply(Permission::Member))]
    async fn update_notification_preferences(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How.")] input: UpdateNotificationPreferencesInput,
    ) -> Result<UpdateNotificationPreferencesPayload, Fault> {
        let (email, language) = (input.email.map(Into::into), input.language.map(Into::into));
        let outcome = actions::prefer(context.scope()?, email, language).await;
        Ok(context.answer(outcome.map(|row| NotificationPreferences(Some(row))))?.into())
    }
}
