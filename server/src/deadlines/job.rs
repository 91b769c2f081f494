//! What the service does about deadlines without being asked: it marks what is overdue and escalates it, and keeps deadlines
//! anew when their rules have changed.

use super::catalogue::Deadlines;
use super::keeping::keep;
use super::rules::Marks;
use crate::access::{Action, News, Order, Result, Scope};
use chrono::{DateTime, Utc};
use entity::report;
use entity::report_deadline::{Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// How many deadlines or reports are looked at in one statement.
const AT_ONCE: u64 = 100;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Deadlines that were found overdue.
    pub overdue: u64,
    /// Deadlines that escalated.
    pub escalated: u64,
}

/// Marks what is overdue by `now`, and escalates what has been so for long enough. Each deadline has a transaction of its own, in
/// which its row is locked and looked at once more: of several servers, or when the clock goes back, it happens once.
///
/// The scope acts for [`Purpose::Timekeeping`](crate::access::Purpose::Timekeeping).
pub async fn run(scope: &Scope, now: DateTime<Utc>) -> Result<Done> {
    let mut done = Done::default();
    loop {
        let waiting = scope.find::<Entity>().filter(to_mark(now)).order(&[Order::ascending(Column::DueAt)]);
        let waiting = waiting.at_most(AT_ONCE).await?;
        scope.finish().await?;
        for row in &waiting {
            let marked = mark(scope, row.id, now).await?;
            done.overdue += u64::from(marked.overdue_at.is_some());
            done.escalated += u64::from(marked.escalated_at.is_some());
        }
        if (waiting.len() as u64) < AT_ONCE {
            return Ok(done);
        }
    }
}

/// Open deadlines that are due and not marked so, or that escalate by now and did not.
fn to_mark(now: DateTime<Utc>) -> Condition {
    let overdue = Condition::all().add(Column::OverdueAt.is_null()).add(Column::DueAt.lte(now));
    let escalates = Condition::all().add(Column::EscalatedAt.is_null()).add(Column::EscalatesAt.lte(now));
    Condition::all().add(Column::MetAt.is_null()).add(Condition::any().add(overdue).add(escalates))
}

/// Marks one deadline where that is still to be done. Answers the marks that were set.
async fn mark(scope: &Scope, key: Uuid, now: DateTime<Utc>) -> Result<Marks> {
    let write = scope.begin().await?;
    let Some(before) = write.find::<Entity>().by_key(key).filter(to_mark(now)).locked().one().await? else {
        return Ok(Marks::default());
    };
    let overdue_at = before.overdue_at.or(Some(now));
    let escalated_at = before.escalated_at.or((before.escalates_at <= now).then_some(now));
    let after = Model { overdue_at, escalated_at, ..before.clone() };
    write.update_part::<Entity>(&before, after).await?;
    let new = Marks {
        overdue_at: overdue_at.filter(|_| before.overdue_at.is_none()),
        escalated_at: escalated_at.filter(|_| before.escalated_at.is_none()),
    };
    if new.overdue_at.is_some() {
        write.audit::<report::Entity>(before.report_id, Action::DeadlineMissed).await?;
    }
    if new.escalated_at.is_some() {
        write.audit::<report::Entity>(before.report_id, Action::DeadlineEscalated).await?;
        write.tell::<report::Entity>(News::DeadlineEscalated, before.report_id).await?;
    }
    write.commit().await?;
    Ok(new)
}

/// Keeps the deadlines of every open report by these rules: they may be others than those by which they were kept, and an older
/// version of the service kept none. Answers how many reports had others.
///
/// The scope acts for [`Purpose::Timekeeping`](crate::access::Purpose::Timekeeping).
pub async fn renew(scope: &Scope, deadlines: &Deadlines) -> Result<u64> {
    use report::Column;
    let (mut renewed, mut last) = (0, Uuid::nil());
    loop {
        let open = Condition::all().add(Column::State.is_in(crate::triage::rules::OPEN)).add(Column::Id.gt(last));
        let page = scope.find::<report::Entity>().filter(open).order(&[Order::ascending(Column::Id)]);
        let page = page.at_most(AT_ONCE).await?;
        scope.finish().await?;
        for report in &page {
            let write = scope.begin().await?;
            if keep(&write, deadlines, report).await? {
                write.audit::<report::Entity>(report.id, Action::DeadlinesRenewed).await?;
                write.commit().await?;
                renewed += 1;
            }
        }
        match page.last() {
            Some(report) if page.len() as u64 == AT_ONCE => last = report.id,
            _ => return Ok(renewed),
        }
    }
}
