//! What the service does about retention without being asked: it proposes what is due, and does what nobody held back.

use super::execution;
use super::matters::{self, Matter, Matters};
use super::rules::{self, Class, Due};
use super::{Periods, rules::at_work};
use crate::access::{Action, Order, Result, Scope, Write};
use crate::config;
use crate::ids;
use chrono::{DateTime, Months, TimeDelta, Utc};
use entity::erasure::{self, Column, Ground};
use entity::{person, report};
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashSet;
use uuid::Uuid;

/// How retention is set up.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// How long each class is kept.
    pub periods: Periods,
    /// For how long an erasure can be held back.
    pub review: TimeDelta,
}

impl Retention {
    /// As the settings have it.
    pub fn of(settings: &config::Retention) -> Self {
        Self { periods: Periods::of(settings), review: TimeDelta::days(settings.review_days.get().into()) }
    }
}

/// What a run did, in persons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Erasures that were proposed.
    pub proposed: u64,
    /// Erasures that were dropped, because their ground had gone.
    pub dropped: u64,
    /// Persons who were erased.
    pub erased: u64,
}

/// Does what nobody held back within its window, and proposes what is due by now. Each matter has a transaction of its own:
/// a run that is broken off has left each wholly done or not touched, and the next goes on.
///
/// The scope acts for [`Purpose::Erasure`](crate::access::Purpose::Erasure).
pub async fn run(scope: &Scope, retention: &Retention, now: DateTime<Utc>) -> Result<Done> {
    let mut done = Done::default();
    for together in reviewed(scope, now - retention.review).await? {
        let (erased, dropped) = execute(scope, retention, together, now).await?;
        done.erased += erased;
        done.dropped += dropped;
    }
    if done.erased > 0 {
        scope.settle_erasures().await?;
    }
    done.proposed = propose(scope, retention, now).await?;
    Ok(done)
}

/// Matters old enough that the shortest period may have passed. A period begins after submission.
pub(super) fn by_period(scope: &Scope, shortest: Option<u32>, until: DateTime<Utc>) -> Option<Matters<'_>> {
    Some(Matters::new(scope, until.checked_sub_months(Months::new(12 * shortest?))?))
}

/// Erasures that are neither done nor dropped.
pub(super) fn open() -> Condition {
    Condition::all().add(Column::ExecutedAt.is_null()).add(Column::DroppedAt.is_null())
}

async fn propose(scope: &Scope, retention: &Retention, now: DateTime<Utc>) -> Result<u64> {
    let Some(mut matters) = by_period(scope, retention.periods.shortest(false), now) else { return Ok(0) };
    let mut proposed = 0;
    while let Some(page) = matters.next().await? {
        for matter in &page {
            proposed += propose_matter(scope, matter, retention, now).await?;
        }
    }
    Ok(proposed)
}

/// Proposes who is due in a matter. The persons of several reports are proposed together; where one of them waits already,
/// because somebody asked for it, the others are proposed when that is settled.
async fn propose_matter(scope: &Scope, matter: &Matter, retention: &Retention, now: DateTime<Utc>) -> Result<u64> {
    let is_due = |due: &Due| due.confirmed && due.at <= now;
    let mut due: Vec<Due> = rules::due(&matter.persons, &retention.periods).into_iter().filter(is_due).collect();
    if due.is_empty() {
        return Ok(0);
    }
    let write = scope.begin().await?;
    let persons = due.iter().map(|due| due.person).collect();
    let waiting = write.find::<erasure::Entity>().of(Column::PersonId, persons).filter(open()).all().await?;
    let waiting: HashSet<Uuid> = waiting.into_iter().map(|erasure| erasure.person_id).collect();
    let together = matter.reports.len() > 1;
    if together && !waiting.is_empty() {
        return Ok(0);
    }
    due.retain(|due| !waiting.contains(&due.person));
    let mut proposed = 0;
    let shared = ids::new_key(now);
    for due in due {
        let Some(report) = matter.report(due.report) else { continue };
        let id = ids::new_key(now);
        let together_id = if together { shared } else { id };
        // Two servers may be at this work: the one that comes second adds nothing.
        if write.insert_part_unless_there::<erasure::Entity>(proposal(id, together_id, report, &due, now)).await? {
            write.audit::<person::Entity>(due.person, Action::ErasureProposed).await?;
            proposed += 1;
        }
    }
    if proposed > 0 {
        write.commit().await?;
    }
    Ok(proposed)
}

fn proposal(id: Uuid, together_id: Uuid, report: &report::Model, due: &Due, now: DateTime<Utc>) -> erasure::Model {
    erasure::Model {
        id,
        organisation_id: report.organisation_id,
        report_id: due.report,
        person_id: due.person,
        together_id,
        ground: match due.class {
            Class::Identified => Ground::Identified,
            Class::NotIdentified => Ground::NotIdentified,
        },
        reason: String::new(),
        due_at: due.at,
        stands_nowhere_else: false,
        proposed_by_id: None,
        proposed_at: now,
        window_began_at: now,
        held_at: None,
        held_by_id: None,
        hold_reason: String::new(),
        dropped_at: None,
        executed_at: None,
    }
}

/// What is to be erased together and was not held back since before an instant.
async fn reviewed(scope: &Scope, began_by: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let reviewed = open().add(Column::HeldAt.is_null()).add(Column::WindowBeganAt.lte(began_by));
    let rows = scope.find::<erasure::Entity>().filter(reviewed).order(&[Order::ascending(Column::Id)]).all().await?;
    scope.finish().await?;
    let mut seen = HashSet::new();
    Ok(rows.into_iter().map(|row| row.together_id).filter(|together| seen.insert(*together)).collect())
}

/// Erases what belongs together, or drops it where its ground has gone. Answers how many persons were erased, and dropped.
async fn execute(scope: &Scope, retention: &Retention, together: Uuid, now: DateTime<Utc>) -> Result<(u64, u64)> {
    let write = scope.begin().await?;
    let waiting = open().add(Column::TogetherId.eq(together));
    let erasures = write.find::<erasure::Entity>().filter(waiting).locked().all().await?;
    let ripe =
        |erasure: &erasure::Model| erasure.held_at.is_none() && erasure.window_began_at <= now - retention.review;
    if erasures.is_empty() || !erasures.iter().all(ripe) {
        return Ok((0, 0));
    }
    let matters = locked_matters(&write, &erasures).await?;
    let stands = erasures.iter().all(|erasure| ground_stands(erasure, &erasures, &matters, retention, now));
    let number = erasures.len() as u64;
    if stands {
        execution::erase(&write, &erasures).await?;
        write.commit().await?;
        return Ok((number, 0));
    }
    for erasure in erasures {
        let dropped = erasure::Model { dropped_at: Some(now), ..erasure.clone() };
        write.update_part::<erasure::Entity>(&erasure, dropped).await?;
        write.audit::<person::Entity>(erasure.person_id, Action::ErasureDropped).await?;
    }
    write.commit().await?;
    Ok((0, number))
}

/// The matters of these erasures, with their reports locked: nobody reopens or joins one until this is decided.
async fn locked_matters(write: &Write, erasures: &[erasure::Model]) -> Result<Vec<Matter>> {
    let reports: Vec<Uuid> = erasures.iter().map(|erasure| erasure.report_id).collect();
    let unlocked = matters::of_reports(write, reports.clone()).await?;
    let all = unlocked.iter().flat_map(|matter| &matter.reports).map(|report| report.id);
    let order = [Order::ascending(report::Column::Id)];
    write.find::<report::Entity>().by_keys(all).order(&order).locked().all().await?;
    matters::of_reports(write, reports).await
}

/// Whether the ground of one of these erasures, which are done together, still stands.
fn ground_stands(
    erasure: &erasure::Model,
    together: &[erasure::Model],
    matters: &[Matter],
    retention: &Retention,
    now: DateTime<Utc>,
) -> bool {
    let Some(matter) = matters.iter().find(|matter| matter.report(erasure.report_id).is_some()) else { return false };
    match erasure.ground {
        Ground::Request => {
            // Whoever asked may have been barred from one of the reports, or one was joined since: nobody goes by half.
            let named: Vec<Uuid> = together.iter().map(|erasure| erasure.report_id).collect();
            !at_work(&matter.persons) && (erasure.stands_nowhere_else || rules::all_named(&matter.persons, &named))
        }
        Ground::Identified | Ground::NotIdentified => rules::due(&matter.persons, &retention.periods)
            .iter()
            .any(|due| due.person == erasure.person_id && due.confirmed && due.at <= now),
    }
}
