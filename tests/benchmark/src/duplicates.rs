//! How well possible duplicates are found: precision and recall on generated persons, by the service's own rules. What the
//! service keeps as digests is compared here as it is, which finds the same.

mod generator;
mod names;

use crate::Result;
use clap::Args;
use entity::match_key::Kind;
use entity::person::{AgeBand, Sex};
use entity::possible_duplicate::Strength;
use generator::{Disturbance, Generator, NOW, Reported};
use oslonac::access::Known;
use oslonac::duplicates::normalising::{Identity, known_by, number_of_parts};
use oslonac::duplicates::rules::{Agreement, Open, comparable, propose};
use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

/// Of those who are proposed so many must be the same, and of those who are the same so many must be proposed, where the names
/// are given in full and nothing but their writing differs.
const PRECISION: f64 = 0.65;
const RECALL: f64 = 0.97;

/// What to measure.
#[derive(Args)]
pub struct Options {
    /// Numbers of people.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', default_values_t = [1_000, 5_000, 20_000])]
    people: Vec<usize>,
    /// How many in a hundred are reported twice.
    #[arg(long, value_name = "NUMBER", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=100))]
    twice: u32,
    /// Where chance begins.
    #[arg(long, value_name = "NUMBER", default_value_t = 2026)]
    seed: u64,
    /// Fails where, among 5,000, precision is below 0.65, or recall below 0.97 of those whose names are only written otherwise.
    #[arg(long)]
    check: bool,
}

/// A reported person as it is compared.
struct Compared {
    open: Open,
    known: Vec<Known<String>>,
}

/// Pairs of reports that were found, and how much speaks for each.
type Found = BTreeMap<(usize, usize), Strength>;

/// Measures and prints. Says whether the limits hold, where that is asked for.
pub fn run(options: &Options) -> Result<bool> {
    let mut holds = true;
    for people in &options.people {
        let reports = Generator::seeded(options.seed).reports(*people, options.twice);
        let began = Instant::now();
        let compared: Vec<Compared> = reports.iter().map(compared).collect();
        let found = find(&compared);
        let each = began.elapsed() / u32::try_from(reports.len())?;
        println!("{people} people, {} reports, {:.0} µs each", reports.len(), each.as_secs_f64() * 1e6);
        let good = print(&reports, &found);
        holds &= *people != 5_000 || good;
    }
    Ok(holds || !options.check)
}

fn compared(reported: &Reported) -> Compared {
    let identity = Identity {
        names: &reported.names,
        personal_number: &reported.number,
        birth_date: &reported.birth_date,
        phone: &reported.phone,
    };
    let there = |known: Known<Option<String>>| Some(Known { kind: known.kind, part: known.part, what: known.what? });
    let open = Open {
        name_parts: usize::try_from(number_of_parts(&reported.names)).unwrap_or_default(),
        birth_year: reported.birth_year,
        age_band: reported.age.or(reported.birth_year.map(|year| NOW - year)).map(band),
        sex: reported.female.map_or(Sex::Unknown, |female| if female { Sex::Female } else { Sex::Male }),
        municipality: reported.municipality.map(|place| place.to_string()),
    };
    Compared { open, known: known_by(&identity).into_iter().filter_map(there).collect() }
}

fn band(age: i32) -> AgeBand {
    match age {
        ..12 => AgeBand::Under12,
        12..15 => AgeBand::From12To14,
        15..18 => AgeBand::From15To17,
        18..25 => AgeBand::From18To24,
        25..40 => AgeBand::From25To39,
        40..60 => AgeBand::From40To59,
        60.. => AgeBand::Over60,
    }
}

/// What is compared with what, as the service's index has it.
fn place(known: &Known<String>) -> (Kind, &str) {
    let kind = if known.kind == Kind::NearOther { Kind::NearKnown } else { known.kind };
    (kind, &known.what)
}

/// Who is known by what.
type Index<'a> = HashMap<(Kind, &'a str), Vec<(usize, &'a Known<String>)>>;

fn find(compared: &[Compared]) -> Found {
    let mut index = Index::new();
    let mut found = Found::new();
    for (report, one) in compared.iter().enumerate() {
        let mut agreements: HashMap<usize, Vec<Agreement>> = HashMap::new();
        for known in &one.known {
            let others = index.get(&place(known)).map_or(&[][..], Vec::as_slice);
            for (other, theirs) in others {
                if comparable(known.kind, theirs.kind) {
                    let (one, theirs) = ((known.kind, known.part), (theirs.kind, theirs.part));
                    let agreement = Agreement { one, other: theirs, known_of: others.len() + 1 };
                    agreements.entry(*other).or_default().push(agreement);
                }
            }
        }
        for (other, agreements) in agreements {
            if let Some(proposal) = propose(&one.open, &compared[other].open, &agreements, report) {
                found.insert((other, report), proposal.strength);
            }
        }
        one.known.iter().for_each(|known| index.entry(place(known)).or_default().push((report, known)));
    }
    found
}

/// Prints precision and recall. Says whether they are good enough.
fn print(reports: &[Reported], found: &Found) -> bool {
    let same = |pair: &(usize, usize)| reports[pair.0].who == reports[pair.1].who;
    let precision = |strength: Option<Strength>| {
        let proposed: Vec<_> =
            found.iter().filter(|(_, found)| strength.is_none_or(|wanted| **found == wanted)).collect();
        let right = proposed.iter().filter(|(pair, _)| same(pair)).count();
        (right, proposed.len(), right as f64 / proposed.len().max(1) as f64)
    };
    for (name, strength) in [("strong", Some(Strength::Strong)), ("moderate", Some(Strength::Moderate)), ("all", None)]
    {
        let (right, proposed, share) = precision(strength);
        println!("  {name:<10} {proposed:>6} proposed, {right:>6} of them the same: precision {share:.3}");
    }
    let (mut written_otherwise, mut all) = ((0, 0), (0, 0));
    for disturbance in Disturbance::ALL {
        let of = |(at, report): (usize, &Reported)| (report.disturbed == Some(disturbance)).then(|| (at - 1, at));
        let pairs: Vec<_> = reports.iter().enumerate().filter_map(of).collect();
        let right = pairs.iter().filter(|pair| found.contains_key(pair)).count();
        let share = right as f64 / pairs.len().max(1) as f64;
        println!("  {:<24} {:>5} pairs, {right:>5} found: recall {share:.3}", disturbance.in_words(), pairs.len());
        all = (all.0 + right, all.1 + pairs.len());
        if disturbance <= Disturbance::Order {
            written_otherwise = (written_otherwise.0 + right, written_otherwise.1 + pairs.len());
        }
    }
    let share = |(right, of): (usize, usize)| right as f64 / of.max(1) as f64;
    println!("  {:<24} {:>5} pairs, {:>5} found: recall {:.3}\n", "all", all.1, all.0, share(all));
    precision(None).2 >= PRECISION && share(written_otherwise) >= RECALL
}
