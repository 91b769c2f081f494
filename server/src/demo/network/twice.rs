//! Somebody whom two organisations report, each in its own way of writing: the first possible duplicate that the Centre finds.

use super::persons::YEAR;
use super::rows::Rows;
use entity::person::AgeBand;
use entity::{person, person_identity, report};
use uuid::Uuid;

/// How the one and the other write who it is; names by sex, female and male.
const EARLIER: [&str; 2] = ["Милица Лађаревац", "Александар Лађаревац"];
const LATER: [&str; 2] = ["Ladjarevac Mica", "Ladjarevac Aca"];
const TELEPHONES: [&str; 2] = ["060 000 7070", "+381 60 0007070"];

/// Lets the newest reports of two organisations that could be about the same person be about the same one. Nothing that is counted
/// changes, and no key.
pub(super) fn report_somebody_twice(rows: &mut Rows) {
    let Some([earlier, later]) = two(rows) else { return };
    let band = rows.persons[earlier].age_band;
    let born = rows.persons[earlier].birth_year.unwrap_or(YEAR - usual_age(band));
    for (person, names, telephone) in [(earlier, EARLIER, TELEPHONES[0]), (later, LATER, TELEPHONES[1])] {
        let row = &mut rows.persons[person];
        (row.age_band, row.birth_year) = (band, Some(born));
        let name = names[usize::from(row.sex == person::Sex::Male)];
        let identity = identity(row, name, telephone);
        rows.identities.retain(|other| other.person_id != identity.person_id);
        rows.identities.push(identity);
    }
}

/// Positions of two persons, each the first of an open report of another partner, who are alike in what is counted.
fn two(rows: &Rows) -> Option<[usize; 2]> {
    let open = |report: &&report::Model| crate::triage::rules::OPEN.contains(&report.state);
    let first =
        |report: Uuid| rows.persons.iter().position(|person| person.report_id == report && person.position == 0);
    let persons: Vec<usize> = rows.reports.iter().filter(open).filter_map(|report| first(report.id)).collect();
    let alike = |one: &person::Model, other: &person::Model| {
        let counted = |person: &person::Model| (person.sex, person.child, person.citizenship.clone());
        one.organisation_id != other.organisation_id && counted(one) == counted(other)
    };
    let child = |person: &person::Model| person.child == entity::answer::Answer::Yes && person.citizenship == "RS";
    persons.iter().enumerate().rev().find_map(|(at, later)| {
        let row = &rows.persons[*later];
        let earlier = persons[..at].iter().rev().find(|earlier| alike(&rows.persons[**earlier], row));
        earlier.filter(|_| child(row)).map(|earlier| [*earlier, *later])
    })
}

fn usual_age(band: Option<AgeBand>) -> i32 {
    match band {
        Some(AgeBand::Under12) => 10,
        Some(AgeBand::From12To14) => 13,
        _ => 16,
    }
}

fn identity(person: &person::Model, names: &str, telephone: &str) -> person_identity::Model {
    person_identity::Model {
        person_id: person.id,
        organisation_id: person.organisation_id,
        report_id: person.report_id,
        names: names.to_owned(),
        personal_number: String::new(),
        birth_date: String::new(),
        phone: telephone.to_owned(),
        address: String::new(),
    }
}
