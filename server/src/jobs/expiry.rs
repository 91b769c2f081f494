//! Removes what has expired: drafts that nobody touches, ended sessions, old idempotency keys, what participants of past trainings
//! needed, old notifications; and sign-ins that were never finished.

use crate::access::{Action, Order, Result, Scope};
use crate::config::Config;
use crate::ids::lowest_key;
use chrono::{DateTime, TimeDelta, Utc};
use entity::report::State;
use entity::{
    delivery, idempotency_key, notification, participant_needs, report, session, sign_in_attempt, training_session,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

/// How many drafts go in one transaction.
const DRAFTS_AT_ONCE: u64 = 100;

/// For how long things are kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// A draft after it was last touched.
    pub draft: TimeDelta,
    /// An idempotency key after its use.
    pub idempotency_key: TimeDelta,
    /// A session without use.
    pub idle_session: TimeDelta,
    /// A session at the longest.
    pub session: TimeDelta,
    /// A notification, and what was to be sent of it.
    pub notification: TimeDelta,
}

impl Retention {
    /// As the settings have it.
    pub fn of(settings: &Config) -> Self {
        Self {
            draft: TimeDelta::days(settings.jobs.draft_days.into()),
            idempotency_key: TimeDelta::days(settings.jobs.idempotency_key_days.into()),
            idle_session: TimeDelta::minutes(settings.sign_in.idle_minutes.into()),
            session: TimeDelta::hours(settings.sign_in.absolute_hours.into()),
            notification: TimeDelta::days(settings.notifications.kept_days.get().into()),
        }
    }
}

/// How much was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Drafts.
    pub drafts: u64,
    /// Idempotency keys.
    pub idempotency_keys: u64,
    /// Sessions.
    pub sessions: u64,
    /// What participants of past trainings needed.
    pub needs: u64,
    /// Notifications.
    pub notifications: u64,
}

/// Removes what has expired by `now`. The scope's viewer is the service at this work.
pub async fn run(scope: &Scope, retention: &Retention, now: DateTime<Utc>) -> Result<Removed> {
    let mut removed = Removed { drafts: remove_drafts(scope, now - retention.draft).await?, ..Removed::default() };
    let write = scope.begin().await?;
    let old = idempotency_key::Column::CreatedAt.lt(now - retention.idempotency_key);
    removed.idempotency_keys = write.delete_parts::<idempotency_key::Entity>(Condition::all().add(old)).await?;
    let ended = Condition::any()
        .add(session::Column::LastSeenAt.lte(now - retention.idle_session))
        .add(session::Column::CreatedAt.lte(now - retention.session));
    removed.sessions = write.delete_parts::<session::Entity>(ended).await?;
    removed.needs = write.delete_parts::<participant_needs::Entity>(of_past_trainings(now)).await?;
    // Counted from the day on which somebody was told.
    let limit = lowest_key(now - retention.notification);
    let told = Condition::all().add(notification::Column::Id.lt(limit));
    removed.notifications = write.delete_parts::<notification::Entity>(told).await?;
    let sent = Condition::all().add(delivery::Column::Id.lt(limit));
    write.delete_parts::<delivery::Entity>(sent).await?;
    write.commit_expiry().await?;
    Ok(removed)
}

/// Needs for trainings that are over or were called off.
fn of_past_trainings(now: DateTime<Utc>) -> Condition {
    use training_session::{Column, State};
    let past = Condition::any().add(Column::EndsAt.lte(now)).add(Column::State.eq(State::Cancelled));
    let past = training_session::Entity::find().select_only().column(Column::Id).filter(past).into_query();
    Condition::all().add(participant_needs::Column::SessionId.in_subquery(past))
}

/// Removes sign-ins that were not finished in time by `now`, and where more than `most` are left, the oldest of them: a flood
/// of sign-ins that nobody finishes fills no disc, and refuses nobody. Answers how many went.
pub async fn remove_attempts(scope: &Scope, most: u64, now: DateTime<Utc>) -> Result<u64> {
    use sign_in_attempt::{Column, Entity};
    let write = scope.begin().await?;
    let mut removed = write.delete_parts::<Entity>(Condition::all().add(Column::ExpiresAt.lte(now))).await?;
    let surplus = write.find::<Entity>().count().await?.saturating_sub(most);
    if surplus > 0 {
        let oldest = write.find::<Entity>().order(&[Order::ascending(Column::ExpiresAt)]).at_most(surplus).await?;
        let until = oldest.last().map(|attempt| Column::ExpiresAt.lte(attempt.expires_at));
        removed += write.delete_parts::<Entity>(Condition::all().add_option(until)).await?;
    }
    write.commit_expiry().await?;
    Ok(removed)
}

/// When each draft goes that goes by an instant, unless somebody touches it again.
pub async fn drafts_that_go(scope: &Scope, retention: &Retention, by: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>> {
    use report::Column;
    let idle = Condition::all().add(Column::State.eq(State::Draft)).add(Column::UpdatedAt.lte(by - retention.draft));
    let drafts = scope.find::<report::Entity>().filter(idle).all().await?;
    scope.finish().await?;
    Ok(drafts.into_iter().map(|draft| draft.updated_at + retention.draft).collect())
}

/// Removes drafts that were last touched before `limit`, each with an audit row. A draft that is touched meanwhile stays.
async fn remove_drafts(scope: &Scope, limit: DateTime<Utc>) -> Result<u64> {
    use report::Column;
    let idle = Condition::all().add(Column::State.eq(State::Draft)).add(Column::UpdatedAt.lt(limit));
    let mut removed = 0;
    loop {
        let write = scope.begin().await?;
        let drafts = write.find::<report::Entity>().filter(idle.clone()).at_most(DRAFTS_AT_ONCE).await?;
        if drafts.is_empty() {
            return Ok(removed);
        }
        for draft in drafts {
            let still_idle = idle.clone().add(Column::Id.eq(draft.id));
            if write.delete_parts::<report::Entity>(still_idle).await? > 0 {
                write.audit::<report::Entity>(draft.id, Action::DraftExpired).await?;
                removed += 1;
            }
        }
        write.commit().await?;
    }
}
