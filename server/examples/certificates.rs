//! Prints 1,000 certificates, each as a file and all as one, and says what that takes:
//! `cargo run --release --example certificates [HOW MANY]`.

use chrono::{DateTime, NaiveDate};
use entity::training_session::Kind;
use oslonac::language::Language;
use oslonac::training::certificates::pdf::{self, Booklet, Printed};
use std::error::Error;
use std::fs;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1).map_or(Ok(1_000), |count| count.parse())?;
    // What is read once: fonts and wording.
    pdf::one(&printed(0))?;
    let before = peak_kilobytes()?;
    let start = Instant::now();
    let mut bytes = 0;
    for number in 0..count {
        bytes += pdf::one(&printed(number))?.len();
    }
    report("one file each", count, start, bytes, before)?;
    let before = peak_kilobytes()?;
    let start = Instant::now();
    let mut booklet = Booklet::new("UV");
    for number in 0..count {
        booklet.add(&printed(number))?;
    }
    let bytes = booklet.finish()?.len();
    report("all in one file", count, start, bytes, before)
}

fn report(what: &str, count: usize, start: Instant, bytes: usize, before: u64) -> Result<(), Box<dyn Error>> {
    let (seconds, peak) = (start.elapsed().as_secs_f64(), peak_kilobytes()?);
    let (each, size) = (seconds * 1_000.0 / count as f64, bytes / 1_024);
    println!(
        "{what}: {count} in {seconds:.2} s, {each:.2} ms each; {size} kB; memory {before} kB before, {peak} kB at the most"
    );
    Ok(())
}

/// The most memory that this process has held so far.
fn peak_kilobytes() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

fn printed(number: usize) -> Printed {
    let day = |day| NaiveDate::from_ymd_opt(2018, 11, day).unwrap_or_default();
    let names =
        ["Љубица Ђорђевић-Џамбас", "Ana Žunić", "Милица Петровић", "Đorđe Šćepanović", "Константин Живојиновић"];
    let number_text = oslonac::ids::reference_from("UV", std::array::from_fn(|at| (number >> (at * 5)) as u8));
    Printed {
        language: Language::ALL[number % Language::ALL.len()],
        verification: format!("https://oslonac.example.rs/verify/{number_text}"),
        number: number_text,
        holder: format!("{} {}", names[number % names.len()], names[number / 7 % names.len()]),
        kind: Kind::Training,
        title: "Препознавање знакова и прва реакција у школи".to_owned(),
        held: (day(5), day(6)),
        hours: 12,
        accreditation: Some(("Завод за унапређивање образовања и васпитања".to_owned(), "1123/2018".to_owned())),
        organiser: "Центар за едукацију, Београд".to_owned(),
        issued_at: DateTime::UNIX_EPOCH,
        valid_until: None,
    }
}
