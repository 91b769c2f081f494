//! Reading matters: reports with those that were joined to them, and where the work with their persons stands.

use super::rules::{Class, Outcome, Standing};
use crate::access::{Order, Result, Scope};
use chrono::{DateTime, Utc};
use entity::case::{self, Identification};
use entity::report::{self, State};
use entity::{person, report_event};
use sea_orm::{ColumnTrait, Condition};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// How many reports are read at a time.
const PAGE: u64 = 200;

/// Reports that belong together, and their persons.
#[derive(Clone, Debug, Default)]
pub(super) struct Matter {
    /// The reports: the one that others were joined to, and those.
    pub(super) reports: Vec<report::Model>,
    /// All persons of all of them.
    pub(super) persons: Vec<Standing>,
}

impl Matter {
    /// The report with this key.
    pub(super) fn report(&self, key: Uuid) -> Option<&report::Model> {
        self.reports.iter().find(|report| report.id == key)
    }
}

/// All matters with a report that was submitted by an instant and has texts to lose, a page at a time.
pub(super) struct Matters<'a> {
    scope: &'a Scope,
    submitted_by: DateTime<Utc>,
    after: Uuid,
    /// Reports that other reports were joined to, whose matters were read.
    read: HashSet<Uuid>,
}

impl<'a> Matters<'a> {
    pub(super) fn new(scope: &'a Scope, submitted_by: DateTime<Utc>) -> Self {
        Self { scope, submitted_by, after: Uuid::nil(), read: HashSet::new() }
    }

    /// The next ones; nothing behind the last.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Matter>>> {
        use report::Column;
        let candidates = Condition::all()
            .add(Column::SubmittedAt.lte(self.submitted_by))
            .add(Column::SealingKeyId.is_not_null())
            .add(Column::Id.gt(self.after));
        let find = self.scope.find::<report::Entity>().filter(candidates).order(&[Order::ascending(Column::Id)]);
        let page = find.at_most(PAGE).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.after = last.id;
        let roots = roots(self.scope, page).await?;
        let new = roots.into_iter().filter(|root| self.read.insert(root.id)).collect();
        let matters = of_roots(self.scope, new).await?;
        // Each page sees what others did meanwhile.
        self.scope.finish().await?;
        Ok(Some(matters))
    }
}

/// The matters of these reports.
pub(super) async fn of_reports(scope: &Scope, reports: Vec<Uuid>) -> Result<Vec<Matter>> {
    let reports = scope.find::<report::Entity>().by_keys(reports).all().await?;
    let roots = roots(scope, reports).await?;
    of_roots(scope, roots).await
}

/// The reports that these are, or were joined to, each once. Joining makes no circles.
async fn roots(scope: &Scope, mut reports: Vec<report::Model>) -> Result<Vec<report::Model>> {
    let mut roots: HashMap<Uuid, report::Model> = HashMap::new();
    while !reports.is_empty() {
        let (joined, ends): (Vec<_>, Vec<_>) = reports.into_iter().partition(|report| report.joined_to_id.is_some());
        roots.extend(ends.into_iter().map(|report| (report.id, report)));
        let above: HashSet<Uuid> = joined.iter().filter_map(|report| report.joined_to_id).collect();
        let unread: Vec<Uuid> = above.into_iter().filter(|key| !roots.contains_key(key)).collect();
        reports = match unread.is_empty() {
            true => Vec::new(),
            false => scope.find::<report::Entity>().by_keys(unread).all().await?,
        };
    }
    let mut roots: Vec<report::Model> = roots.into_values().collect();
    roots.sort_by_key(|report| report.id);
    Ok(roots)
}

async fn of_roots(scope: &Scope, roots: Vec<report::Model>) -> Result<Vec<Matter>> {
    let mut root_of: HashMap<Uuid, Uuid> = roots.iter().map(|root| (root.id, root.id)).collect();
    let mut reports = roots.clone();
    let mut above: Vec<Uuid> = roots.iter().map(|root| root.id).collect();
    while !above.is_empty() {
        let joined = scope.find::<report::Entity>().of(report::Column::JoinedToId, above).all().await?;
        for report in &joined {
            let root = report.joined_to_id.and_then(|above| root_of.get(&above).copied());
            root_of.extend(root.map(|root| (report.id, root)));
        }
        above = joined.iter().map(|report| report.id).collect();
        reports.extend(joined);
    }
    let persons = standings(scope, &reports).await?;
    let mut matters: HashMap<Uuid, Matter> = HashMap::new();
    for report in reports {
        let Some(root) = root_of.get(&report.id) else { continue };
        matters.entry(*root).or_default().reports.push(report);
    }
    for person in persons {
        let Some(root) = root_of.get(&person.report) else { continue };
        matters.entry(*root).or_default().persons.push(person);
    }
    Ok(roots.iter().filter_map(|root| matters.remove(&root.id)).collect())
}

/// Where the work with each person of these reports stands.
async fn standings(scope: &Scope, reports: &[report::Model]) -> Result<Vec<Standing>> {
    let keys: Vec<Uuid> = reports.iter().map(|report| report.id).collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let order = [Order::ascending(person::Column::Id)];
    let persons = scope.find::<person::Entity>().of(person::Column::ReportId, keys.clone()).order(&order).all().await?;
    let counting = case::Column::VoidAt.is_null();
    let cases = scope.find::<case::Entity>().of(case::Column::ReportId, keys.clone()).filter(counting).all().await?;
    let cases: HashMap<Uuid, case::Model> = cases.into_iter().map(|case| (case.person_id, case)).collect();
    let ended_at = ended_at(scope, keys).await?;
    let reports: HashMap<Uuid, &report::Model> = reports.iter().map(|report| (report.id, report)).collect();
    let standing = |person: person::Model| {
        let report = reports.get(&person.report_id)?;
        let outcome = outcome(report, cases.get(&person.id), ended_at.get(&report.id).copied());
        let erased = person.sealing_key_id.is_none();
        Some(Standing { person: person.id, report: report.id, outcome, erased })
    };
    Ok(persons.into_iter().filter_map(standing).collect())
}

/// When each of these reports was last closed or passed on.
async fn ended_at(scope: &Scope, reports: Vec<Uuid>) -> Result<HashMap<Uuid, DateTime<Utc>>> {
    use report_event::Column;
    let ends = Column::ToState.is_in([State::Closed, State::PassedOn]);
    let find = scope.find::<report_event::Entity>().of(Column::ReportId, reports).filter(ends);
    let events = find.order(&[Order::ascending(Column::Id)]).all().await?;
    Ok(events.into_iter().map(|event| (event.report_id, event.occurred_at)).collect())
}

fn outcome(report: &report::Model, case: Option<&case::Model>, ended_at: Option<DateTime<Utc>>) -> Outcome {
    let changed_at = report.updated_at;
    match report.state {
        State::Joined => Outcome::Joined { changed_at },
        State::Closed | State::PassedOn => {
            let decided_at = ended_at.unwrap_or(changed_at);
            Outcome::Ended { class: Class::NotIdentified, decided_at, changed_at }
        }
        State::Accepted => {
            let decided = case.and_then(|case| Some((case.identification, case.decided_at?)));
            match decided {
                Some((Identification::Identified, decided_at)) => {
                    Outcome::Ended { class: Class::Identified, decided_at, changed_at }
                }
                Some((Identification::NotIdentified, decided_at)) => {
                    Outcome::Ended { class: Class::NotIdentified, decided_at, changed_at }
                }
                _ => Outcome::AtWork,
            }
        }
        State::Draft | State::Submitted | State::InTriage | State::MoreInformationNeeded => Outcome::AtWork,
    }
}
