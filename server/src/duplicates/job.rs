//! What the service does about duplicates without being asked: it compares whoever was added with all that were there, and
//! proposes those who may be the same. It acts for a purpose of its own: it sees digests and what is open, and no report.

use super::keeping::open;
use super::rules::{Agreement, Proposal, Reason, comparable, propose};
use crate::access::{Action, Database, News, Order, Purpose, Result, Scope, Viewer, Write};
use crate::clock::Clock;
use crate::ids;
use entity::possible_duplicate::{self, State};
use entity::{match_key, match_subject, report};
use metrics::counter;
use sea_orm::ColumnTrait;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

/// How often to look although nobody on this server has submitted anything.
const EVERY: Duration = Duration::from_secs(5);

/// Compares again and again: at once when a report was submitted on this server, otherwise when it is time to look.
pub async fn run(database: Database, clock: Clock) {
    let mut turns = interval(EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = turns.tick() => {}
            () = database.to_match().notified() => {}
        }
        let outcome = match compare_all(&scope(&database, clock)).await {
            Ok(0) => continue,
            Ok(_) => "done",
            Err(error) => {
                tracing::error!(%error, "persons could not be compared; trying again later");
                "failed"
            }
        };
        counter!("oslonac_job_runs_total", "job" => "match", "outcome" => outcome).increment(1);
    }
}

/// A scope for this work.
pub fn scope(database: &Database, clock: Clock) -> Scope {
    Scope::new(database.clone(), Viewer::service(Purpose::Matching), clock, ids::new_key(clock.now()))
}

/// Compares everybody who was added and whom nobody else is at work on. Answers how many that were.
pub async fn compare_all(scope: &Scope) -> Result<usize> {
    let mut compared = 0;
    loop {
        let waiting = scope.find::<match_subject::Entity>().filter(match_subject::Column::ComparedAt.is_null());
        let waiting = waiting.one().await?;
        scope.finish().await?;
        if waiting.is_none() || !compare_next(scope).await? {
            return Ok(compared);
        }
        compared += 1;
    }
}

/// Compares one, in a transaction that no other server shares. Says whether there was one that nobody else is at work on.
///
/// Two servers that compare two persons with each other at once find the same pair, which is kept once. Each writes its pairs in
/// the order of their keys, so that neither waits for the other for ever.
async fn compare_next(scope: &Scope) -> Result<bool> {
    use match_subject::Column;
    let write = scope.begin().await?;
    let next = write.find::<match_subject::Entity>().filter(Column::ComparedAt.is_null());
    let next = next.order(&[Order::ascending(Column::PersonId)]).locked_unless_taken().locked_but_for_parts();
    let Some(subject) = next.one().await? else { return Ok(false) };
    let mut rows = Vec::new();
    for (other, proposal) in proposals(&write, &subject).await? {
        rows.push(row(&write, &subject, &other, &proposal));
    }
    rows.sort_unstable_by_key(|row| (row.person_id, row.other_person_id));
    let mut proposed = false;
    for row in rows {
        let (key, report) = (row.id, row.report_id);
        if write.insert_part_unless_there::<possible_duplicate::Entity>(row).await? {
            write.audit::<report::Entity>(report, Action::DuplicateProposed).await?;
            write.tell::<possible_duplicate::Entity>(News::DuplicateProposed, key).await?;
            proposed = true;
        }
    }
    let after = match_subject::Model { compared_at: Some(write.now()), ..subject.clone() };
    write.update_part::<match_subject::Entity>(&subject, after).await?;
    if proposed {
        write.commit().await?
    } else {
        write.commit_matching().await?
    }
    Ok(true)
}

/// Persons of other reports who may be the same as this one.
async fn proposals(write: &Write, subject: &match_subject::Model) -> Result<Vec<(match_subject::Model, Proposal)>> {
    let own = write.find::<match_key::Entity>().filter(match_key::Column::PersonId.eq(subject.person_id)).all().await?;
    let shared = agreements(write, subject, &own).await?;
    let among = write.find::<match_subject::Entity>().count().await?;
    let among = usize::try_from(among).unwrap_or(usize::MAX);
    let others = write.find::<match_subject::Entity>().by_keys(shared.keys().copied()).all().await?;
    let proposal = |other: match_subject::Model| {
        let agreements = shared.get(&other.person_id)?;
        let proposal = propose(&open(subject), &open(&other), agreements, among)?;
        Some((other, proposal))
    };
    Ok(others.into_iter().filter_map(proposal).collect())
}

/// What persons of other reports are known by as well, by person.
async fn agreements(
    write: &Write,
    subject: &match_subject::Model,
    own: &[match_key::Model],
) -> Result<HashMap<Uuid, Vec<Agreement>>> {
    use match_key::Column;
    let digests: Vec<Vec<u8>> = own.iter().map(|key| key.digest.clone()).collect();
    let theirs = write.find::<match_key::Entity>().filter(Column::Digest.is_in(digests));
    let theirs = theirs.filter(Column::ReportId.ne(subject.report_id)).all().await?;
    let mut by_digest: HashMap<&[u8], Vec<&match_key::Model>> = HashMap::new();
    own.iter().for_each(|key| by_digest.entry(&key.digest).or_default().push(key));
    let mut known_of: HashMap<&[u8], HashSet<Uuid>> = HashMap::new();
    theirs.iter().for_each(|key| _ = known_of.entry(&key.digest).or_default().insert(key.person_id));
    let mut agreements: HashMap<Uuid, Vec<Agreement>> = HashMap::new();
    for key in &theirs {
        let same = by_digest.get(key.digest.as_slice()).into_iter().flatten();
        for own in same.filter(|own| comparable(own.kind, key.kind)) {
            let known_of = known_of.get(key.digest.as_slice()).map_or(1, HashSet::len) + 1;
            let agreement = Agreement { one: (own.kind, own.part), other: (key.kind, key.part), known_of };
            agreements.entry(key.person_id).or_default().push(agreement);
        }
    }
    Ok(agreements)
}

/// The pair as it is kept, whichever of the two was compared with the other: first whoever was reported later.
fn row(
    write: &Write,
    one: &match_subject::Model,
    other: &match_subject::Model,
    proposal: &Proposal,
) -> possible_duplicate::Model {
    let when = |subject: &match_subject::Model| (subject.submitted_at, subject.person_id);
    let (later, earlier) = if when(one) > when(other) { (one, other) } else { (other, one) };
    possible_duplicate::Model {
        id: ids::new_key(write.now()),
        organisation_id: later.organisation_id,
        report_id: later.report_id,
        person_id: later.person_id,
        other_organisation_id: earlier.organisation_id,
        other_report_id: earlier.report_id,
        other_person_id: earlier.person_id,
        reasons: Reason::column(&proposal.reasons),
        strength: proposal.strength,
        proposed_at: write.now(),
        state: State::Open,
        resolved_at: None,
        resolved_by_id: None,
        resolve_reason: String::new(),
    }
}
