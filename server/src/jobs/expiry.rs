//! Removes what has expired: drafts that nobody touches, ended sessions, sign-ins that were never finished, old
//! idempotency keys.

use crate::access::{Action, Result, Scope};
use crate::config::Config;
use chrono::{DateTime, TimeDelta, Utc};
use entity::report::State;
use entity::{idempotency_key, report, session, sign_in_attempt};
use sea_orm::{ColumnTrait, Condition};

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
}

impl Retention {
    /// As the settings have it.
    pub fn of(settings: &Config) -> Self {
        Self {
            draft: TimeDelta::days(settings.jobs.draft_days.into()),
            idempotency_key: TimeDelta::days(settings.jobs.idempotency_key_days.into()),
            idle_session: TimeDelta::minutes(settings.sign_in.idle_minutes.into()),
            session: TimeDelta::hours(settings.sign_in.absolute_hours.into()),
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
    /// Sign-ins under way.
    pub sign_in_attempts: u64,
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
    let unfinished = sign_in_attempt::Column::ExpiresAt.lte(now);
    removed.sign_in_attempts = write.delete_parts::<sign_in_attempt::Entity>(Condition::all().add(unfinished)).await?;
    write.commit_expiry().await?;
    Ok(removed)
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
