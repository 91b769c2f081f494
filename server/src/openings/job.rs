//! What the service does about openings without being asked: it says, once, that nobody has reviewed one in time.

use super::{Terms, actions};
use crate::access::{Action, News, Order, Result, Scope};
use chrono::{DateTime, Utc};
use entity::identity_opening::{Attention, Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// How many openings are looked at in one statement.
const AT_ONCE: u64 = 100;

/// Marks openings whose review was due before `now`, and tells of them. Each has a transaction of its own, in which its row is
/// locked and looked at once more: of several servers, or when the clock goes back, it happens once. Answers how many it told.
///
/// The scope acts for [`Purpose::Timekeeping`](crate::access::Purpose::Timekeeping).
pub async fn run(scope: &Scope, terms: Terms, now: DateTime<Utc>) -> Result<u64> {
    let missed = || {
        Condition::all()
            .add(Column::Attention.is_in([Attention::Emergency as i16, Attention::Unreviewed as i16]))
            .add(Column::OverdueAt.is_null())
            .add(Column::OpenedAt.lt(now - terms.review))
    };
    let mut told = 0;
    loop {
        let waiting = scope.find::<Entity>().filter(missed()).order(&[Order::ascending(Column::Id)]);
        let waiting = waiting.at_most(AT_ONCE).await?;
        scope.finish().await?;
        for row in &waiting {
            told += u64::from(tell(scope, row.id, missed(), now).await?);
        }
        if (waiting.len() as u64) < AT_ONCE {
            return Ok(told);
        }
    }
}

/// Tells of one opening where that is still to be done.
async fn tell(scope: &Scope, key: Uuid, missed: Condition, now: DateTime<Utc>) -> Result<bool> {
    let write = scope.begin().await?;
    let Some(before) = write.find::<Entity>().by_key(key).filter(missed).locked().one().await? else {
        return Ok(false);
    };
    let after = Model { overdue_at: Some(now), ..before.clone() };
    actions::change(&write, &before, after, Action::ReviewMissed.into()).await?;
    write.tell::<Entity>(News::ReviewOverdue, key).await?;
    write.commit().await?;
    Ok(true)
}
