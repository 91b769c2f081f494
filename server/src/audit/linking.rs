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
        Some(reach) => newest_link(scope).await?.map_or(Uuid::nil(), |link| bound(link.event_id, scope.now(), reach)),
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

/// Behind which key to look: rows carry the time in their keys, and clocks may be set back.
fn bound(newest: Uuid, now: DateTime<Utc>, reach: TimeDelta) -> Uuid {
    ids::lowest_key(Ord::min(ids::instant_of(newest), now) - reach)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Action, Purpose, Viewer};
    use crate::clock::Clock;
    use crate::testing::World;
    use entity::session;

    const NEAR: Option<TimeDelta> = Some(TimeDelta::minutes(2));

    /// The service at work for a purpose, at another time.
    fn service(world: &World, purpose: Purpose, now: DateTime<Utc>) -> Scope {
        Scope::new(world.database.clone(), Viewer::service(purpose), Clock::starting_at(now), Uuid::nil())
    }

    /// Leaves a row at this time.
    async fn act(world: &World, now: DateTime<Utc>) {
        let write = service(world, Purpose::SignIn, now).begin().await.expect("begins");
        write.audit::<session::Entity>(Uuid::nil(), Action::SignInRefused).await.expect("writes");
        write.commit().await.expect("commits");
    }

    async fn link_at(world: &World, now: DateTime<Utc>, reach: Option<TimeDelta>) -> u64 {
        link(&service(world, Purpose::AuditLinking, now), reach).await.expect("links")
    }

    #[test]
    fn one_looks_back_from_the_newest_row_or_from_now_whichever_is_earlier() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("an instant");
        let (reach, hour) = (TimeDelta::minutes(2), TimeDelta::hours(1));
        for (newest, now, from) in [(now, now, now), (now - hour, now, now - hour), (now, now - hour, now - hour)] {
            assert_eq!(bound(ids::lowest_key(newest), now, reach), ids::lowest_key(from - reach));
        }
    }

    #[tokio::test]
    async fn each_row_is_linked_once_however_long_nobody_linked() {
        let world = World::new().await;
        let now = world.clock.now();
        assert!(link_at(&world, now, NEAR).await > 0, "all, where there is no link yet");
        assert_eq!(link_at(&world, now, None).await, 0);
        for _ in 0..AT_ONCE + 1 {
            act(&world, now).await;
        }
        assert_eq!(link_at(&world, now + TimeDelta::days(30), NEAR).await, AT_ONCE + 1);
        assert_eq!(link_at(&world, now, None).await, 0);
    }

    #[tokio::test]
    async fn a_checkpoint_is_signed_behind_so_many_rows_or_after_so_long() {
        let world = World::new().await;
        let now = world.clock.now();
        let folder = tempfile::tempdir().expect("a folder");
        let key = SigningKey::create(&folder.path().join("key.pem")).expect("a key");
        let due = Due { rows: 2, after: TimeDelta::minutes(10) };
        let sign_at = async |now| sign(&world.service(Purpose::AuditLinking), &key, due, now).await.expect("an answer");
        assert_eq!(sign_at(now).await, Signing::NotDue, "there is nothing");
        let first = i64::try_from(link_at(&world, now, None).await).expect("a number");
        assert_eq!(sign_at(now).await, Signing::Signed(first));
        assert_eq!(sign_at(now + TimeDelta::days(1)).await, Signing::NotDue, "there is nothing new");
        for (waited, expected) in [
            (TimeDelta::minutes(9), Signing::NotDue),
            (TimeDelta::minutes(9), Signing::Signed(first + 2)),
            (TimeDelta::minutes(19), Signing::Signed(first + 3)),
            (TimeDelta::days(-1), Signing::Signed(first + 4)),
        ] {
            act(&world, now).await;
            link_at(&world, now, NEAR).await;
            assert_eq!(sign_at(now + waited).await, expected, "after {waited}");
        }
    }

    #[tokio::test]
    async fn only_the_service_at_that_work_links() {
        let world = World::new().await;
        let scope = world.service(Purpose::Expiry);
        assert_eq!(link(&scope, None).await.expect("sees nothing"), 0);
        let write = scope.begin().await.expect("begins");
        let link = audit_link::Model { position: 1, event_id: Uuid::nil(), digest: Vec::new(), hash: Vec::new() };
        assert!(write.insert_parts::<audit_link::Entity>(vec![link]).await.is_err());
        assert!(write.commit_links().await.is_err());
    }
}
