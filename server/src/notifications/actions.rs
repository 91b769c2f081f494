//! What members do with their own notifications.

use crate::access::{Action, Order, Scope};
use crate::error::{Fault, Outcome, Problem, UserErrorCode};
use crate::ids::{self, ObjectType};
use crate::language::{Language, Message};
use async_graphql::ID;
use entity::notification::{Column, Entity, Model};
use entity::notification_preference::{self, Email};
use sea_orm::ColumnTrait;

/// How many are marked at once.
const MOST: usize = 100;

/// Marks notifications of the viewer as read, all or none. One that is not there refuses the others too.
pub(super) async fn mark_read(scope: &Scope, notifications: &[ID]) -> Outcome<Vec<Model>> {
    if notifications.len() > MOST {
        let message = Message::new("too-many").with_number("most", MOST);
        return Err(Problem::new(UserErrorCode::Invalid, "notificationIds", message).into());
    }
    let write = scope.begin().await?;
    let mut keys = Vec::new();
    for (position, id) in notifications.iter().enumerate() {
        let missing = || Problem::not_found(&format!("notificationIds.{position}"));
        let key = ids::decode(ObjectType::Notification, id).ok_or_else(missing)?;
        keys.push((key, position));
    }
    let find = write.find::<Entity>().by_keys(keys.iter().map(|(key, _)| *key));
    let mut rows = find.order(&[Order::descending(Column::Id)]).locked().all().await?;
    if let Some((_, position)) = keys.iter().find(|(key, _)| !rows.iter().any(|row| row.id == *key)) {
        return Err(Problem::not_found(&format!("notificationIds.{position}")).into());
    }
    let mut changed = false;
    for row in rows.iter_mut().filter(|row| row.read_at.is_none()) {
        let after = Model { read_at: Some(write.now()), ..row.clone() };
        write.update_part::<Entity>(row, after.clone()).await?;
        (*row, changed) = (after, true);
    }
    if changed {
        let own = write.viewer().membership_id();
        write.audit::<notification_preference::Entity>(own, Action::NotificationsRead).await?;
        write.commit().await?;
    }
    Ok(rows)
}

/// Changes how the viewer is told. Of two at once the later holds.
pub(super) async fn prefer(
    scope: &Scope,
    email: Option<Email>,
    language: Option<Language>,
) -> Outcome<notification_preference::Model> {
    use notification_preference::{Column, Entity, Model};
    let write = scope.begin().await?;
    let first = Model {
        membership_id: write.viewer().membership_id(),
        organisation_id: write.viewer().organisation_id(),
        language: Language::default().tag().to_owned(),
        email: Email::AtOnce,
        updated_at: write.now(),
    };
    write.insert_part_unless_there::<Entity>(first.clone()).await?;
    let own = Column::MembershipId.eq(first.membership_id);
    let before = write.find::<Entity>().filter(own).locked().one().await?.ok_or(Fault::Internal)?;
    let after = Model {
        email: email.unwrap_or(before.email),
        language: language.map_or_else(|| before.language.clone(), |language| language.tag().to_owned()),
        updated_at: write.now(),
        ..before.clone()
    };
    let after = write.update::<Entity>(&before, after, Action::NotificationPreferencesChanged).await?;
    write.commit().await?;
    Ok(after)
}
