//! What the service does about files without being asked: it scans those that wait, forgets those that never came, and removes
//! objects that belong to nothing.

use super::Files;
use super::downloading::opened;
use super::rules::FORGOTTEN_AFTER;
use super::scanner::{Scanner, Silence, Verdict};
use crate::access::sealing::FileKey;
use crate::access::{Action, Order, Result, Scope};
use chrono::{DateTime, TimeDelta, Utc};
use entity::attachment::{Column, Entity, Model, State};
use entity::report;
use futures_util::TryStreamExt;
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashSet;
use std::sync::PoisonError;
use uuid::Uuid;

/// How long an object stays that no row names. A file that is being taken in is kept first, and written down then.
const STAYS: TimeDelta = TimeDelta::hours(1);
/// How often the scanner may be late in a run before the others wait for the next one: a file may be more than it can do.
const MOST_LATE: u8 = 3;
/// How many rows are looked at together.
const PAGE: u64 = 100;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Files that were scanned.
    pub scanned: u64,
    /// Announced files that never came.
    pub lapsed: u64,
    /// Objects that were removed.
    pub removed: u64,
}

/// Does it all. The scope acts for [`Purpose::AttachmentKeeping`](crate::access::Purpose::AttachmentKeeping).
pub async fn run(files: &Files, scope: &Scope, now: DateTime<Utc>) -> Result<Kept> {
    let scanned = match &files.scanner {
        Some(scanner) => scan_waiting(files, scanner, scope).await?,
        None => 0,
    };
    let lapsed = forget(scope, now - FORGOTTEN_AFTER).await?;
    Ok(Kept { scanned, lapsed, removed: sweep(files, scope, now - STAYS).await? })
}

/// Where a file stands of which this was found.
pub(super) fn state_of(verdict: Verdict) -> State {
    match verdict {
        Verdict::Clean => State::Clean,
        Verdict::Infected => State::Infected,
    }
}

/// Scans what waits, and what came while there was no scanner. Ends where the scanner is away or slow. A file that it gives no
/// clear answer about holds up none of the others. Those that it is too slow for may hold them up until the next run, which
/// begins behind them and comes to them last.
async fn scan_waiting(files: &Files, scanner: &Scanner, scope: &Scope) -> Result<u64> {
    // Whoever sends a file waits for it again once it has answered.
    if scanner.is_late() && scanner.ping().await.is_err() {
        return Ok(0);
    }
    let (begin, mut scanned, mut late) = (*files.late.lock().unwrap_or_else(PoisonError::into_inner), 0, 0);
    let mut place = Place { after: begin, until: None };
    loop {
        let rows = waiting(scope, place).await?;
        let Some(last) = rows.last() else {
            if place.until.is_some() || begin.is_nil() {
                return Ok(scanned);
            }
            place = Place { after: Uuid::nil(), until: Some(begin) };
            continue;
        };
        place.after = last.id;
        for row in rows {
            let Some(plain) = whole(files, scope, &row).await? else { continue };
            match scanner.scan(&plain).await {
                Ok(verdict) => scanned += u64::from(note(scope, &row, state_of(verdict)).await?),
                Err(silence) => {
                    tracing::warn!(%silence, attachment = %row.id, "a file goes on waiting for the scanner");
                    if matches!(silence, Silence::Late(_)) {
                        late += 1;
                        *files.late.lock().unwrap_or_else(PoisonError::into_inner) = row.id;
                    }
                    if late == MOST_LATE || matches!(silence, Silence::Away(_)) {
                        return Ok(scanned);
                    }
                }
            }
        }
    }
}

/// Where a run is: behind one file, and once it has come round, up to that behind which it began.
#[derive(Clone, Copy)]
struct Place {
    after: Uuid,
    until: Option<Uuid>,
}

/// The next files that wait for the scanner.
async fn waiting(scope: &Scope, place: Place) -> Result<Vec<Model>> {
    let mut waiting =
        Condition::all().add(Column::State.is_in([State::Waiting, State::NotScanned])).add(Column::Id.gt(place.after));
    if let Some(until) = place.until {
        waiting = waiting.add(Column::Id.lte(until));
    }
    scope.find::<Entity>().filter(waiting).order(&[Order::ascending(Column::Id)]).at_most(PAGE).await
}

/// Opens every file there is, and says how many there are and which of them do not open.
///
/// The scope acts for [`Purpose::KeyKeeping`](crate::access::Purpose::KeyKeeping).
pub async fn verify(files: &Files, scope: &Scope) -> Result<(u64, Vec<String>)> {
    let (mut after, mut opened, mut broken) = (Uuid::nil(), 0, Vec::new());
    loop {
        let here = Condition::all().add(Column::State.ne(State::Expected)).add(Column::Id.gt(after));
        let rows = scope.find::<Entity>().filter(here).order(&[Order::ascending(Column::Id)]).at_most(PAGE).await?;
        let Some(last) = rows.last() else { return Ok((opened, broken)) };
        after = last.id;
        for row in rows {
            opened += 1;
            let plain = whole(files, scope, &row).await?;
            if plain.is_none_or(|plain| plain.len() as i64 != row.size) {
                broken.push(format!("the file of attachment {} does not open, or is not there", row.id));
            }
        }
    }
}

/// The bytes of a file; nothing where they cannot be had, which the log says.
async fn whole(files: &Files, scope: &Scope, row: &Model) -> Result<Option<Vec<u8>>> {
    let Some(_turn) = files.turn().await else { return Ok(None) };
    let key = FileKey::of::<Entity>(scope, row).await;
    scope.finish().await?;
    let Ok(key) = key else {
        tracing::error!(attachment = %row.id, "the secret of a file does not open");
        return Ok(None);
    };
    let sealed = match files.store.get(&row.object).await {
        Ok(sealed) => sealed,
        Err(problem) => {
            tracing::error!(%problem, "a file that waits for the scanner cannot be read");
            return Ok(None);
        }
    };
    let parts: std::io::Result<Vec<_>> = opened(sealed, key.opening()).try_collect().await;
    Ok(parts.ok().map(|parts| parts.concat()))
}

/// Writes down what the scanner found, unless another server did, or the file is gone.
async fn note(scope: &Scope, row: &Model, state: State) -> Result<bool> {
    let write = scope.begin().await?;
    let found = write.find::<Entity>().by_key(row.id).locked().one().await?;
    let Some(before) = found.filter(|found| matches!(found.state, State::Waiting | State::NotScanned)) else {
        return Ok(false);
    };
    let infected = state == State::Infected;
    let action = if infected { Action::AttachmentFoundInfected } else { Action::AttachmentFoundClean };
    write.update_part::<Entity>(&before, Model { state, ..before.clone() }).await?;
    write.audit::<report::Entity>(before.report_id, action).await?;
    write.commit().await?;
    Ok(true)
}

/// Forgets files that were announced before an instant and never came.
async fn forget(scope: &Scope, before: DateTime<Utc>) -> Result<u64> {
    let write = scope.begin().await?;
    let overdue = Condition::all().add(Column::State.eq(State::Expected)).add(Column::CreatedAt.lt(before));
    let mut lapsed = 0;
    for row in write.find::<Entity>().filter(overdue.clone()).all().await? {
        // One that comes at this moment stays.
        if write.delete_parts::<Entity>(overdue.clone().add(Column::Id.eq(row.id))).await? > 0 {
            write.audit::<report::Entity>(row.report_id, Action::AttachmentLapsed).await?;
            lapsed += 1;
        }
    }
    write.commit().await?;
    Ok(lapsed)
}

/// Removes objects that were kept before an instant and that no row names: of uploads that broke off, and of what was removed,
/// expired or erased.
async fn sweep(files: &Files, scope: &Scope, before: DateTime<Utc>) -> Result<u64> {
    let names = match files.store.names().await {
        Ok(names) => names,
        Err(problem) => {
            tracing::warn!(%problem, "the store cannot be looked through; trying again later");
            return Ok(0);
        }
    };
    let old: Vec<String> = names.into_iter().filter(|(_, kept_at)| *kept_at < before).map(|(name, _)| name).collect();
    let mut removed = 0;
    for names in old.chunks(500) {
        let named = scope.find::<Entity>().filter(Column::Object.is_in(names)).all().await?;
        scope.finish().await?;
        let named: HashSet<String> = named.into_iter().map(|row| row.object).collect();
        for name in names.iter().filter(|name| !named.contains(*name)) {
            files.let_go(name).await;
            removed += 1;
        }
    }
    Ok(removed)
}
