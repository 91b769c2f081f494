//! Linking what was committed into the chain, and signing how long it is. Those who write the rows know nothing of it.

use super::chain::{self, BEGINNING};
use super::signing::SigningKey;
use crate::access::{Find, Order, Result, Scope};
use crate::ids;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{audit_checkpoint, audit_event, audit_link};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// How many rows one transaction links.
const AT_ONCE: u64 = 500;

/// Links the rows that are in no link yet, in the order of their keys, and says how many. Where another server is at it,
/// there is nothing to do.
///
/// With a `reach`, only rows no older than that before the newest linked one are looked at. A row that became visible
/// later than that is linked by a call that reaches farther.
pub async fn link(scope: &Scope, reach: Option<TimeDelta>) -> Result<u64> {
    let mut after = match reach {
        Some(reach) => reach_of(scope, reach).await?,
        None => Uuid::nil(),
    };
    let mut linked = 0;
    // Reading holds up nobody, and mostly there is nothing.
    while unlinked(scope, after).one().await?.is_some() {
        let write = scope.begin().await?;
        if !write.take_turn_at_linking().await? {
            break;
        }
        let rows = unlinked(&write, after).at_most(AT_ONCE).await?;
        let newest = newest_link(&write).await?;
        let (mut position, mut hash) = newest.map_or((0, BEGINNING.to_vec()), |link| (link.position, link.hash));
        let mut links = Vec::with_capacity(rows.len());
        for row in &rows {
            let link = chain::link(position, &hash, row);
            (position, hash) = (link.position, link.hash.clone());
            links.push(link);
        }
        write.insert_parts::<audit_link::Entity>(links).await?;
        write.commit_links().await?;
        linked += rows.len() as u64;
        let Some(last) = rows.last() else { break };
        after = last.id;
    }
    scope.finish().await?;
    Ok(linked)
}

/// The lowest key to look at: rows carry the time in their keys, and clocks may be set back.
async fn reach_of(scope: &Scope, reach: TimeDelta) -> Result<Uuid> {
    let Some(newest) = newest_link(scope).await? else { return Ok(Uuid::nil()) };
    let instant = Ord::min(ids::instant_of(newest.event_id), scope.now());
    Ok(ids::lowest_key(instant - reach))
}

/// Rows behind this key that are in no link, in the order of their keys.
pub(super) fn unlinked(scope: &Scope, after: Uuid) -> Find<audit_event::Entity> {
    // The bound stands on both sides, so that neither index is read from its beginning.
    let linked = Query::select()
        .expr(Expr::val(1))
        .from(audit_link::Entity)
        .and_where(audit_link::Column::EventId.into_expr().eq(audit_event::Column::Id.into_expr()))
        .and_where(audit_link::Column::EventId.gt(after))
        .take();
    let condition = Condition::all().add(audit_event::Column::Id.gt(after)).add(Expr::exists(linked).not());
    scope.find::<audit_event::Entity>().filter(condition).order(&[Order::ascending(audit_event::Column::Id)])
}

/// The newest link.
pub(super) async fn newest_link(scope: &Scope) -> Result<Option<audit_link::Model>> {
    scope.find::<audit_link::Entity>().order(&[Order::descending(audit_link::Column::Position)]).one().await
}

/// When a checkpoint is due.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    /// Behind so many links.
    pub rows: i64,
    /// When there are links that have waited so long.
    pub after: TimeDelta,
}

/// What became of signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// It is not due.
    NotDue,
    /// The link at this position was signed.
    Signed(i64),
    /// What was signed at this position before is no longer there: the chain was tampered with.
    Broken(i64),
}

/// Signs the newest link where that is due by `now`.
pub async fn sign(scope: &Scope, key: &SigningKey, due: Due, now: DateTime<Utc>) -> Result<Signing> {
    let newest = [Order::descending(audit_checkpoint::Column::Position)];
    let last = scope.find::<audit_checkpoint::Entity>().order(&newest).one().await?;
    let Some(link) = newest_link(scope).await? else {
        return Ok(last.map_or(Signing::NotDue, |last| Signing::Broken(last.position)));
    };
    if let Some(last) = last {
        let signed = audit_link::Column::Position.eq(last.position);
        let signed = scope.find::<audit_link::Entity>().filter(signed).one().await?;
        if signed.is_none_or(|link| link.hash != last.hash) {
            return Ok(Signing::Broken(last.position));
        }
        // A clock that was set back must not keep the next checkpoint waiting for it.
        let waited = (now - last.signed_at).abs() >= due.after;
        if link.position == last.position || !(waited || link.position - last.position >= due.rows) {
            return Ok(Signing::NotDue);
        }
    }
    let checkpoint = key.sign(link.position, link.hash, now);
    let write = scope.begin().await?;
    let added = write.insert_part_unless_there::<audit_checkpoint::Entity>(checkpoint).await?;
    write.commit_links().await?;
    Ok(if added { Signing::Signed(link.position) } else { Signing::NotDue })
}
