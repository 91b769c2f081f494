//! Institutions and programmes by what people call them.

use super::columns::Column;
use super::reading::{Named, Session};
use crate::access::Scope;
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::language::Message;
use crate::organisations::rules::printable;
use crate::training::programmes::rules::is_valid_on;
use crate::transliteration::comparable;
use entity::organisation::{self, Kind};
use entity::programme;
use sea_orm::ColumnTrait;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// How many names are proposed where one is not found.
const PROPOSED: usize = 3;
/// How much alike two names are at least, of 1, for one to be proposed for the other.
const ALIKE: f64 = 0.45;
/// How many searches for close names one list is worth: as many as can be listed.
const MOST_SEARCHES: usize = super::MOST_FINDINGS;

/// An institution of the directory: its key and kind.
pub(super) type Institution = (Uuid, Kind);

/// Finds the institutions that a list names, each with what is wrong where it is not found.
pub(super) async fn institutions(scope: &Scope, named: &[Named]) -> Outcome<Vec<Result<Institution, Problem>>> {
    let places: BTreeSet<&str> = named.iter().map(|named| &*named.municipality).collect();
    let there = organisation::Column::MunicipalityCode.is_in(places);
    let rows = scope.find::<organisation::Entity>().filter(there).all().await?;
    let mut directory: HashMap<&str, Vec<(String, &organisation::Model)>> = HashMap::new();
    for row in &rows {
        directory.entry(&row.municipality_code).or_default().push((comparable(&row.name), row));
    }
    let mut searches = 0;
    let found = named.iter().map(|named| {
        let near = directory.get(&*named.municipality).map(Vec::as_slice).unwrap_or_default();
        let name = comparable(&named.name);
        let mut same = near.iter().filter(|(known, _)| *known == name).map(|(_, row)| (row.id, row.kind));
        match (same.next(), same.next()) {
            (Some(institution), None) => Ok(institution),
            (Some(_), Some(_)) => Err(problem(Message::new("import-institution-ambiguous"))),
            (None, _) => {
                searches += 1;
                Err(not_found(named, &name, if searches > MOST_SEARCHES { &[] } else { near }))
            }
        }
    });
    Ok(found.collect())
}

fn problem(message: Message) -> Problem {
    Problem::new(UserErrorCode::NotFound, Column::Institution.key(), message)
}

/// Says which names of the same municipality come closest.
fn not_found(named: &Named, name: &str, near: &[(String, &organisation::Model)]) -> Problem {
    let likeness = |known: &str| strsim::sorensen_dice(known, name).max(strsim::jaro(known, name) - 0.2);
    let mut close: Vec<(f64, &str)> = near.iter().map(|(known, row)| (likeness(known), &*row.name)).collect();
    close.retain(|(likeness, _)| *likeness >= ALIKE);
    close.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    let names: Vec<String> = close.iter().take(PROPOSED).map(|(_, name)| format!("„{name}“")).collect();
    let message = if names.is_empty() { "import-institution-unknown" } else { "import-institution-close" };
    problem(Message::new(message).with("name", printable(&named.name)).with("names", names.join(", ")))
}

/// Finds the programmes that sessions follow, by their numbers: those of the viewer's organisation, valid on the first day.
pub(super) async fn programmes(scope: &Scope, sessions: &[Session]) -> Outcome<Vec<Result<Option<Uuid>, Problem>>> {
    if sessions.iter().all(|session| session.programme.is_empty()) {
        return Ok(sessions.iter().map(|_| Ok(None)).collect());
    }
    let own = programme::Column::OrganisationId.eq(scope.viewer().organisation_id());
    let rows = scope.find::<programme::Entity>().filter(own).all().await?;
    let mut numbers: HashMap<String, Vec<&programme::Model>> = HashMap::new();
    for row in &rows {
        numbers.entry(comparable(&row.accreditation_number)).or_default().push(row);
    }
    let refused = |message| Problem::new(UserErrorCode::Invalid, Column::Programme.key(), message);
    let found = sessions.iter().map(|session| {
        if session.programme.is_empty() {
            return Ok(None);
        }
        let unknown =
            || refused(Message::new("import-unknown-programme").with("number", printable(&session.programme)));
        let same = numbers.get(&comparable(&session.programme)).ok_or_else(unknown)?;
        let valid = same.iter().find(|programme| is_valid_on(programme, session.days[0]));
        valid.map(|programme| Some(programme.id)).ok_or_else(|| refused(Message::new("programme-not-valid")))
    });
    Ok(found.collect())
}
