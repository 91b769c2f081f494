//! Following the chain from its beginning through the database, and holding it against its checkpoints. Memory grows with
//! the number of checkpoints, not with that of rows.

use super::chain::{Check, Finding, Row, Stands};
use super::linking::unlinked;
use super::signing::{Judgement, PublicKeys};
use crate::access::{Error, Order, Policy, Result, Scope};
use chrono::TimeDelta;
use entity::{audit_checkpoint, audit_event, audit_link};
use sea_orm::{ColumnTrait, ModelTrait, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

const PAGE: u64 = 1000;
/// A row that is in no link after so long will be in none.
const LATE: TimeDelta = TimeDelta::minutes(5);

/// What the chain is held against.
pub struct Evidence {
    /// Keys that may have signed. Without them signatures are not checked.
    pub keys: Option<PublicKeys>,
    /// Checkpoints that were exported, and the name of their file.
    pub exported: Option<(String, Vec<audit_checkpoint::Model>)>,
}

/// What verifying says while it goes on.
#[derive(Debug)]
pub enum Progress {
    /// So many positions of so many are done.
    At(i64, i64),
    /// Something is not as it was.
    Found(Finding),
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Links that were followed.
    pub links: u64,
    /// Checkpoints that were compared.
    pub checkpoints: u64,
    /// Those of them that were exported.
    pub exported: u64,
    /// Position of the newest one that is good.
    pub signed_until: i64,
    /// Rows that are new and not linked yet.
    pub waiting: u64,
    /// How much is not as it was.
    pub findings: u64,
}

/// Follows the whole chain. The scope's viewer is the service at this work.
pub async fn verify(scope: &Scope, evidence: &Evidence, tell: &mut dyn FnMut(Progress)) -> Result<Summary> {
    let mut run = Run { scope, tell, summary: Summary::default(), signed: BTreeMap::new() };
    // Before the links: a checkpoint that is there now has its link already.
    run.read_checkpoints(evidence).await?;
    let end = run.follow().await?;
    run.beyond(end);
    run.look_for_unlinked().await?;
    Ok(run.summary)
}

struct Run<'a> {
    scope: &'a Scope,
    tell: &'a mut dyn FnMut(Progress),
    summary: Summary,
    /// By position: hashes that were signed there, and where that stands.
    signed: BTreeMap<i64, Vec<(Vec<u8>, String)>>,
}

impl Run<'_> {
    fn found(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.summary.findings += 1;
            (self.tell)(Progress::Found(finding));
        }
    }

    async fn read_checkpoints(&mut self, evidence: &Evidence) -> Result<()> {
        use audit_checkpoint::{Column, Entity};
        let mut stored = BTreeSet::new();
        let mut last = i64::MIN;
        loop {
            let page = self.page::<Entity>(Column::Position, last).await?;
            let Some((newest, _)) = page.last() else { break };
            last = *newest;
            for (position, checkpoint) in page {
                stored.insert(position);
                match checkpoint {
                    Some(checkpoint) => self.weigh(checkpoint, "the database", evidence.keys.as_ref()),
                    None => self.found([Finding::Unreadable { position, what: "checkpoint" }]),
                }
            }
        }
        if let Some((file, checkpoints)) = &evidence.exported {
            self.summary.exported = checkpoints.len() as u64;
            for checkpoint in checkpoints {
                let position = checkpoint.position;
                if !stored.contains(&position) {
                    self.found([Finding::CheckpointMissing { position, place: file.clone() }]);
                }
                self.weigh(checkpoint.clone(), file, evidence.keys.as_ref());
            }
        }
        Ok(())
    }

    /// What was not signed well counts for nothing.
    fn weigh(&mut self, checkpoint: audit_checkpoint::Model, place: &str, keys: Option<&PublicKeys>) {
        let (position, place) = (checkpoint.position, place.to_owned());
        self.summary.checkpoints += 1;
        match keys.map_or(Judgement::Good, |keys| keys.judge(&checkpoint)) {
            Judgement::Good => self.signed.entry(position).or_default().push((checkpoint.hash, place)),
            Judgement::Bad => self.found([Finding::BadSignature { position, place }]),
            Judgement::UnknownKey => self.found([Finding::UnknownKey { position, place, key: checkpoint.key_id }]),
        }
    }

    /// Follows the links and answers where they end.
    async fn follow(&mut self) -> Result<i64> {
        use audit_link::{Column, Entity};
        let newest = self.scope.find::<Entity>().order(&[Order::descending(Column::Position)]);
        let end = newest.numbers(Column::Position, 1).await?.first().copied().unwrap_or_default();
        let (mut check, mut last) = (Check::default(), i64::MIN);
        loop {
            let links = self.page::<Entity>(Column::Position, last).await?;
            let Some((newest, _)) = links.last() else { break };
            last = *newest;
            let rows = self.rows(links.iter().filter_map(|(_, link)| Some(link.as_ref()?.event_id)).collect()).await?;
            for (position, link) in &links {
                let Some(link) = link else {
                    check.next_unreadable(*position);
                    continue;
                };
                let row = rows.get(&link.event_id).map_or(Stands::Nowhere, |row| match row {
                    Some(row) => Stands::As(row),
                    None => Stands::Unreadable,
                });
                check.next(link, row);
                self.compare(link);
            }
            self.summary.links += links.len() as u64;
            self.found(check.take_findings());
            // No transaction stays open for as long as all of this takes.
            self.scope.finish().await?;
            (self.tell)(Progress::At(last, end.max(last)));
        }
        let end = check.end();
        self.found(check.finish());
        Ok(end)
    }

    /// The next rows of a table behind this position, with their positions; nothing for one that holds what no column can. So
    /// that nobody hides what comes behind such a row, the rows around it are read one by one.
    async fn page<E: Policy>(&self, column: E::Column, after: i64) -> Result<Vec<(i64, Option<E::Model>)>> {
        let find = || self.scope.find::<E>().filter(column.gt(after)).order(&[Order::ascending(column)]);
        match find().at_most(PAGE).await {
            Ok(rows) => {
                return Ok(rows.into_iter().filter_map(|row| Some((number(&row, column)?, Some(row)))).collect());
            }
            Err(Error::Database(_)) => {}
            Err(error) => return Err(error),
        }
        let mut rows = Vec::new();
        for position in find().numbers(column, PAGE).await? {
            match self.scope.find::<E>().filter(column.eq(position)).one().await {
                Ok(found) => rows.extend(found.map(|row| (position, Some(row)))),
                Err(Error::Database(_)) => rows.push((position, None)),
                Err(error) => return Err(error),
            }
        }
        Ok(rows)
    }

    /// The rows of the trail with these keys that are there; nothing for one that holds what no column can.
    async fn rows(&self, keys: Vec<Uuid>) -> Result<HashMap<Uuid, Option<audit_event::Model>>> {
        let find = |keys: Vec<Uuid>| self.scope.find::<audit_event::Entity>().by_keys(keys).all();
        match find(keys.clone()).await {
            Ok(rows) => Ok(rows.into_iter().map(|row| (row.id, Some(row))).collect()),
            Err(Error::Database(_)) => {
                let mut rows = HashMap::new();
                for key in keys {
                    match find(vec![key]).await {
                        Ok(found) => rows.extend(found.into_iter().map(|row| (row.id, Some(row)))),
                        Err(Error::Database(_)) => drop(rows.insert(key, None)),
                        Err(error) => return Err(error),
                    }
                }
                Ok(rows)
            }
            Err(error) => Err(error),
        }
    }

    fn compare(&mut self, link: &audit_link::Model) {
        let Some(signed) = self.signed.remove(&link.position) else { return };
        for (hash, place) in signed {
            let (position, after) = (link.position, self.summary.signed_until);
            if hash != link.hash {
                self.found([Finding::OtherChain { position, place, after }]);
            } else {
                self.summary.signed_until = position;
            }
        }
    }

    /// Checkpoints that no link was there for: within the chain a missing link says so already, beyond it nothing does.
    fn beyond(&mut self, end: i64) {
        let signed = std::mem::take(&mut self.signed);
        for (position, places) in signed.into_iter().filter(|(position, _)| *position > end) {
            self.found(places.into_iter().map(|(_, place)| Finding::CutOff { position, place, end }));
        }
    }

    async fn look_for_unlinked(&mut self) -> Result<()> {
        let (late, ahead, mut after) = (self.scope.now() - LATE, self.scope.now() + LATE, Uuid::nil());
        loop {
            let rows = unlinked(self.scope, after).at_most(PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            // One that is ahead of the clock was not written by a service, whatever it waits for.
            let waits = |row: &audit_event::Model| row.occurred_at >= late && row.occurred_at <= ahead;
            let (new, old): (Vec<_>, Vec<_>) = rows.into_iter().partition(waits);
            self.summary.waiting += new.len() as u64;
            self.found(old.into_iter().map(|row| Finding::Unlinked { row: Row(row.id), since: row.occurred_at }));
            self.scope.finish().await?;
        }
        self.scope.finish().await
    }
}

fn number<M: ModelTrait>(row: &M, column: <M::Entity as sea_orm::EntityTrait>::Column) -> Option<i64> {
    if let Value::BigInt(number) = row.get(column) { number } else { None }
}
