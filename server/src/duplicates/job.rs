//! What the service does about duplicates without being asked: it compares whoever was added with all that were there, and
//! proposes those who may be the same. It acts for a purpose of its own: it sees digests and what is open, and no report.

use super::between;
use super::keeping::open;
use super::rules::{Agreement, Proposal, Reason, comparable, propose, strongest};
use crate::access::{Action, Database, News, Order, Purpose, Result, Scope, Viewer, Write};
use crate::clock::Clock;
use crate::ids;
use crate::jobs::counted;
use entity::possible_duplicate::{self, State};
use entity::{match_key, match_subject, report};
use sea_orm::{ColumnTrait, Condition};
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
        match counted("match", compare_all(&scope(&database, clock)).await) {
            Ok(0) => {}
            Ok(persons) => tracing::debug!(persons, "compared persons"),
            Err(error) => tracing::error!(%error, "persons could not be compared; trying again later"),
        }
    }
}

/// A scope for this work.
pub fn scope(database: &Database, clock: Clock) -> Scope {
    Scope::new(database.clone(), Viewer::service(Purpose::Matching), clock, ids::new_key(clock.now()))
}

/// Compares everybody who was added and whom nobody else is at work on. Answers how many that were.
///
/// # Errors
/// The first that came. Whoever could not be compared is left out until the next time and holds up nobody.
pub async fn compare_all(scope: &Scope) -> Result<usize> {
    let (mut compared, mut behind, mut failed) = (0, Uuid::nil(), None);
    loop {
        let somebody = scope.find::<match_subject::Entity>().filter(waiting(behind)).one().await?;
        scope.finish().await?;
        if somebody.is_none() {
            break;
        }
        match compare_next(scope, behind).await? {
            None => break,
            Some((_, Ok(()))) => compared += 1,
            Some((person, Err(error))) => {
                behind = person;
                failed = failed.or(Some(error));
            }
        }
    }
    failed.map_or(Ok(compared), Err)
}

/// Those who were not compared yet, behind this one in the order of their keys.
fn waiting(behind: Uuid) -> Condition {
    use match_subject::Column;
    Condition::all().add(Column::ComparedAt.is_null()).add(Column::PersonId.gt(behind))
}

/// Compares one, in a transaction that no other server shares. Answers who it was, where there was one that nobody else is at work
/// on, and what came of it.
async fn compare_next(scope: &Scope, behind: Uuid) -> Result<Option<(Uuid, Result<()>)>> {
    let write = scope.begin().await?;
    let next = write.find::<match_subject::Entity>().filter(waiting(behind));
    let next = next.order(&[Order::ascending(match_subject::Column::PersonId)]);
    let Some(subject) = next.locked_unless_taken().locked_but_for_parts().one().await? else { return Ok(None) };
    Ok(Some((subject.person_id, compare(write, &subject).await)))
}

/// Compares one with all others.
///
/// Two servers that compare two persons with each other at once find the same pair, which is kept once. Each writes its pairs in
/// the order of their keys, so that neither waits for the other for ever.
async fn compare(write: Write, subject: &match_subject::Model) -> Result<()> {
    let mut rows = Vec::new();
    for (other, proposal) in strongest(proposals(&write, subject).await?) {
        rows.push(row(&write, subject, &other, &proposal));
    }
    rows.sort_unstable_by_key(|row| (row.person_id, row.other_person_id));
    let mut proposed = false;
    for row in rows {
        proposed |= keep(&write, row).await?;
    }
    let after = match_subject::Model { compared_at: Some(write.now()), ..subject.clone() };
    write.update_part::<match_subject::Entity>(subject, after).await?;
    if proposed { write.commit().await } else { write.commit_matching().await }
}

/// Keeps a pair, unless it is there. Of two reports the Centre is told once, however many of their persons may be the same.
async fn keep(write: &Write, row: possible_duplicate::Model) -> Result<bool> {
    let (key, report, other) = (row.id, row.report_id, row.other_report_id);
    if !write.insert_part_unless_there::<possible_duplicate::Entity>(row).await? {
        return Ok(false);
    }
    write.audit::<report::Entity>(report, Action::DuplicateProposed).await?;
    if write.find::<possible_duplicate::Entity>().filter(between(report, other)).count().await? == 1 {
        write.tell::<possible_duplicate::Entity>(News::DuplicateProposed, key).await?;
    }
    Ok(true)
}

/// Persons of other reports who may be the same as this one.
async fn proposals(write: &Write, subject: &match_subject::Model) -> Result<Vec<(match_subject::Model, Proposal)>> {
    let own = write.find::<match_key::Entity>().filter(match_key::Column::PersonId.eq(subject.person_id)).all().await?;
    let shared = agreements(write, subject, &own).await?;
    let among = write.find::<match_subject::Entity>().count().await?;
    let among = usize::try_from(among).unwrap_or(usize::MAX);
    let others = write.find::<match_subject::Entity>().by_keys(shared.keys().copied());
    let others = others.order(&[Order::ascending(match_subject::Column::PersonId)]).all().await?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::World;
    use serde_json::json;

    async fn submit(world: &World, who: &str, key: &str, names: &str) {
        let person = json!({ "pseudonym": "А", "child": "YES", "birthYear": 2008, "identity": { "names": names } });
        let content = json!({ "observations": "виђено", "persons": [person] });
        let document = "mutation($input: SubmitReportInput!) {
            submitReport(input: $input) { userErrors { code field message } } }";
        let input = json!({ "idempotencyKey": key, "report": { "content": content } });
        let answer = world.ask(who, document, json!({ "input": input })).await;
        assert_eq!(answer["submitReport"]["userErrors"], json!([]));
    }

    #[tokio::test]
    async fn whoever_cannot_be_compared_holds_up_nobody() {
        let world = World::new().await;
        let service = scope(&world.database, world.clock);
        submit(&world, "boris", "before-the-others", "Мира Мирић").await;
        assert_eq!(compare_all(&service).await.expect("compared"), 1);
        let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", world.file().display())).await.expect("connects");
        sqlx::query("UPDATE match_subject SET sex = 'broken'").execute(&pool).await.expect("breaks it");
        submit(&world, "ana", "compared-with-it", "Mira Mirić").await;
        submit(&world, "ana", "compared-with-nobody", "Јелена Торањска").await;
        assert!(compare_all(&service).await.is_err());
        let left = service.find::<match_subject::Entity>().filter(waiting(Uuid::nil())).count().await;
        assert_eq!(left.expect("counts"), 1, "the one behind it was compared");
        service.finish().await.expect("ends");
        sqlx::query("UPDATE match_subject SET sex = 'unknown'").execute(&pool).await.expect("mends it");
        assert_eq!(compare_all(&service).await.expect("compared"), 1);
    }
}
