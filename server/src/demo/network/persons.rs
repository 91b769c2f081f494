//! The persons of a report: what it says about them, who they are, and which indicators were ticked for them.

use super::data::{NAMES, PHRASES};
use super::plan::Profile;
use super::reports::Maker;
use super::{Error, random::Random};
use chrono::{Datelike, NaiveDate};
use entity::answer::Answer;
use entity::organisation::Kind;
use entity::person::{AgeBand, Sex};
use entity::{person, person_identity, report, ticked_indicator};
use uuid::Uuid;

/// Year of the reports, from which ages are counted.
pub(super) const YEAR: i32 = 2018;

/// Adds the persons of a report to the rows, and answers their keys.
pub(super) fn add(maker: &mut Maker, report: &report::Model, kind: Kind, who: &[Profile]) -> Result<Vec<Uuid>, Error> {
    let mut keys = Vec::new();
    let mut pseudonyms = NAMES.pseudonym.iter().collect::<Vec<_>>();
    maker.random.shuffle(&mut pseudonyms);
    for (position, (profile, pseudonym)) in who.iter().zip(pseudonyms).enumerate() {
        let row = person(&mut maker.random, report, profile, position, pseudonym);
        keys.push(row.id);
        if profile.citizenship == "RS" && maker.random.chance(40) {
            let identity = identity(&mut maker.random, &row);
            maker.rows.identities.push(identity);
        }
        tick(maker, report, &row, kind, profile)?;
        maker.rows.persons.push(row);
    }
    Ok(keys)
}

fn person(
    random: &mut Random,
    report: &report::Model,
    profile: &Profile,
    position: usize,
    pseudonym: &str,
) -> person::Model {
    let (age_band, youngest, oldest) = age(random, profile.child);
    let child = profile.child != Answer::No;
    let guardian = if child { random.maybe(75, &PHRASES.guardians) } else { String::new() };
    let involved =
        if guardian.is_empty() { Answer::Unsure } else { [Answer::No, Answer::Yes, Answer::Unsure][random.below(3)] };
    let contact_channel = random.maybe(70, &PHRASES.contact_channels);
    let reachable = if contact_channel.is_empty() { 0 } else { 80 };
    person::Model {
        id: random.key(report.created_at),
        organisation_id: report.organisation_id,
        report_id: report.id,
        position: position as i32,
        pseudonym: pseudonym.to_owned(),
        age_band: Some(age_band),
        birth_year: random.chance(55).then(|| YEAR - random.within(youngest..=oldest) as i32),
        child: profile.child,
        sex: profile.sex,
        citizenship: profile.citizenship.clone(),
        language: language(random, &profile.citizenship).to_owned(),
        communication_need: random.maybe(10, &PHRASES.communication_needs),
        guardian,
        guardian_may_be_involved: involved,
        contact_channel,
        contact_time: random.maybe(reachable, &PHRASES.contact_times),
        contact_caution: random.maybe(reachable, &PHRASES.contact_cautions),
        sealing_key_id: None,
        sealing_key: Vec::new(),
    }
}

/// An age band, with the ages that the year of birth may give within it.
fn age(random: &mut Random, child: Answer) -> (AgeBand, u32, u32) {
    let bands: &[_] = match child {
        Answer::Yes => &[(AgeBand::Under12, 7, 11), (AgeBand::From12To14, 12, 14), (AgeBand::From15To17, 15, 17)],
        Answer::Unsure => &[(AgeBand::From15To17, 16, 17), (AgeBand::From18To24, 18, 19)],
        Answer::No => &[
            (AgeBand::From18To24, 19, 24),
            (AgeBand::From25To39, 25, 39),
            (AgeBand::From25To39, 25, 39),
            (AgeBand::From40To59, 40, 59),
        ],
    };
    *random.pick(bands)
}

fn language(random: &mut Random, citizenship: &str) -> &'static str {
    match citizenship {
        "RS" if random.chance(75) => "sr",
        "RS" => ["rom", "hu", "sq"][random.below(3)],
        "AF" => "fa",
        "SY" => "ar",
        "PK" => "ur",
        "RO" => "ro",
        "BG" => "bg",
        "BA" => "bs",
        _ => "",
    }
}

/// Invented names, and numbers that are nobody's.
fn identity(random: &mut Random, row: &person::Model) -> person_identity::Model {
    let first = if row.sex == Sex::Female { &NAMES.female } else { &NAMES.male };
    let names = format!("{} {}", random.pick(first), random.pick(&NAMES.family));
    let (day, month) = (random.within(1..=28), random.within(1..=12));
    let birth_date = row.birth_year.and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    let number = birth_date.map(|born| personal_number(random, born, row.sex)).unwrap_or_default();
    let phone = if random.chance(60) { format!("060 000 {:04}", random.below(10_000)) } else { String::new() };
    let address = random.maybe(60, &NAMES.street);
    let address = if address.is_empty() { address } else { format!("{address} {}", random.within(1..=90)) };
    person_identity::Model {
        person_id: row.id,
        organisation_id: row.organisation_id,
        report_id: row.report_id,
        names,
        personal_number: number,
        birth_date: birth_date.map(|day| day.to_string()).unwrap_or_default(),
        phone,
        address,
    }
}

/// A personal number (JMBG) with a wrong check digit.
fn personal_number(random: &mut Random, born: NaiveDate, sex: Sex) -> String {
    let serial = random.below(500) + if sex == Sex::Female { 500 } else { 0 };
    let region = random.within(70..=99);
    let digits = format!("{:02}{:02}{:03}{region}{serial:03}", born.day(), born.month(), born.year() % 1000);
    format!("{digits}{}", (check_digit(&digits) + random.within(1..=9)) % 10)
}

/// The digit with which a personal number that begins so would be a real one.
pub(super) fn check_digit(digits: &str) -> u32 {
    let weights = [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let sum: u32 = digits.chars().filter_map(|digit| digit.to_digit(10)).zip(weights).map(|(d, w)| d * w).sum();
    (11 - sum % 11) % 11 % 10
}

/// Ticks three to eight indicators of the sets that fit person, form and organisation.
fn tick(
    maker: &mut Maker,
    report: &report::Model,
    row: &person::Model,
    kind: Kind,
    profile: &Profile,
) -> Result<(), Error> {
    let form = PHRASES.form(profile.forms[0]);
    let sets = if profile.child == Answer::No { &form.adult } else { &form.child };
    let mut fitting = Vec::new();
    let education = (kind == Kind::School).then_some("rs-education-domains");
    for set in education.into_iter().chain(sets.iter().map(String::as_str)) {
        fitting.extend(maker.catalogue.indicators(set, report.begun_on)?);
    }
    maker.random.shuffle(&mut fitting);
    fitting.truncate(maker.random.within(3..=8) as usize);
    for indicator_id in fitting {
        let tick = ticked_indicator::Model {
            id: maker.random.key(report.created_at),
            organisation_id: report.organisation_id,
            report_id: report.id,
            person_id: row.id,
            indicator_id,
            remark: maker.random.maybe(25, &PHRASES.remarks),
        };
        maker.rows.ticks.push(tick);
    }
    Ok(())
}
