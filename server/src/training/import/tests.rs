use super::columns::Column;
use super::reading::Reading;
use super::{Format, MOST_FINDINGS, csv, template, xlsx};
use crate::language::Language;
use crate::training::names;
use crate::transliteration::comparable;
use chrono::NaiveDate;
use entity::training_session::Kind;
use proptest::prelude::*;
use std::io::Write as _;
use std::ops::ControlFlow;

const HEADINGS: &str = "Назив;Врста;Дани;Општина;Сати;Број програма;Учесник;Функција;Установа;Општина установе";

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 5, 1).expect("a day")
}

fn read(text: &str) -> Reading {
    Reading::of(Format::Csv, text.as_bytes(), today())
}

/// A list of one line in which one column says something else.
fn with(column: Column, value: &str) -> Reading {
    let mut cells = ["Знакови", "обука", "12.3.2023.", "Ниш", "6", "", "Ана Анић", "педагог", "Школа", "Ниш"];
    cells[column as usize] = value;
    read(&format!("{HEADINGS}\n{}\n", cells.map(|cell| format!("\"{cell}\"")).join(";")))
}

/// What is wrong with such a list: columns and codes.
fn wrong(column: Column, value: &str) -> Vec<String> {
    let findings = with(column, value).findings.first;
    findings.iter().map(|finding| format!("{} {:?}", finding.problem.field.join("."), finding.problem.code)).collect()
}

#[test]
fn the_template_has_every_column_in_each_language() {
    for language in Language::ALL {
        let reading = read(&template(language));
        let messages: Vec<_> =
            reading.findings.first.iter().map(|finding| finding.problem.in_words(Language::English).message).collect();
        assert_eq!(messages, ["There are no lines below the headings."], "{language:?}");
    }
}

#[test]
fn every_heading_leads_to_one_column_and_every_municipality_has_a_name_of_its_own() {
    for column in Column::ALL {
        assert_eq!(Column::with_heading(column.key()), Some(column), "{column:?}");
        assert_eq!(Column::with_heading(&column.heading(Language::SerbianLatin).to_uppercase()), Some(column));
    }
    let names: std::collections::BTreeSet<String> =
        crate::code_lists::municipality_names().map(|(_, name)| comparable(name)).collect();
    assert_eq!(names.len(), crate::code_lists::municipality_names().count());
}

#[test]
fn a_line_is_read() {
    let reading = with(Column::Days, "13.3.2023, 2023-03-12");
    assert_eq!(reading.findings.first, []);
    let session = &reading.sessions[0];
    assert_eq!(session.days.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2023-03-12", "2023-03-13"]);
    assert_eq!((session.kind, session.municipality.as_deref(), session.hours), (Kind::Training, Some("nis"), 6));
    assert_eq!((reading.lines[0].number, &*reading.lines[0].name), (2, "Ана Анић"));
    assert_eq!(with(Column::Municipality, "onlajn").sessions[0].municipality, None);
}

#[test]
fn what_must_not_be_there_is_refused() {
    for name in [
        "0101990710006",
        "Ана Анић 101990710006",
        "Ана Анић, 1. 1. 1990.",
        "Ана Анић 1990-01-01",
        "Ана 01/01/90",
        "Ана 1",
    ] {
        assert_eq!(wrong(Column::Participant, name), ["participant Invalid"], "{name}");
    }
    assert_eq!(wrong(Column::Function, "педагог, рођена 1.1.1990"), ["function Invalid"]);
    assert_eq!(wrong(Column::Function, "учитељ 1, 2. и 3. разреда"), [""; 0]);
    assert_eq!(wrong(Column::Institution, "Школа 0101990710006"), ["institution Invalid"]);
    for formula in ["=1+1", "+381", "@x", "-2"] {
        assert_eq!(wrong(Column::Participant, formula), ["participant Invalid"], "{formula}");
        assert_eq!(wrong(Column::Title, formula), ["title Invalid"], "{formula}");
    }
    assert_eq!(wrong(Column::Programme, "–"), [""; 0], "a dash alone is nothing");
}

#[test]
fn what_cannot_be_right_is_refused() {
    let long = "я".repeat(201);
    for (column, value, expected) in [
        (Column::Title, "", "title Required"),
        (Column::Title, &long, "title TooLong"),
        (Column::Kind, "журка", "kind Invalid"),
        (Column::Kind, "", "kind Required"),
        (Column::Days, "", "days Required"),
        (Column::Days, "31.2.2023", "days Invalid"),
        (Column::Days, "2.5.2024", "days Invalid"),
        (Column::Days, "12.3.23", "days Invalid"),
        (Column::Days, "1.1.1089", "days Invalid"),
        (Column::Days, "1.1.2020, 1.1.2022", "days Invalid"),
        (Column::Municipality, "Атлантида", "municipality Invalid"),
        (Column::Municipality, "", "municipality Required"),
        (Column::Hours, "0", "hours Invalid"),
        (Column::Hours, "шест", "hours Invalid"),
        (Column::Hours, "99999999999", "hours Invalid"),
        (Column::Programme, &long, "programmeNumber TooLong"),
        (Column::Participant, "", "participant Required"),
        (Column::Participant, "   ", "participant Required"),
        (Column::Participant, &long, "participant TooLong"),
        (Column::Function, &long, "function TooLong"),
        (Column::Institution, "", "institution Required"),
        (Column::InstitutionMunicipality, "Атлантида", "institutionMunicipality Invalid"),
    ] {
        assert_eq!(wrong(column, value), [expected], "{value}");
    }
    assert_eq!(wrong(Column::Hours, "6,0"), [""; 0]);
}

#[test]
fn lines_of_one_session_agree() {
    let line = |kind: &str, title: &str| format!("{title};{kind};12.3.2023;Ниш;6;;Ана Анић;;Школа;Ниш\n");
    let lines = [line("обука", "Знакови"), line("training", "ZNAKOVI"), line("радионица", "Знакови")];
    let reading = read(&format!("{HEADINGS}\n{}", lines.concat()));
    assert_eq!((reading.sessions.len(), reading.lines.len(), reading.findings.number), (1, 2, 1));
    assert_eq!(reading.findings.first[0].line, 4);
}

#[test]
fn no_more_is_listed_than_one_can_read_and_all_of_it_is_counted() {
    let reading = read(&format!("{HEADINGS}\n{}", "x;;;;;;;;;\n".repeat(1_000)));
    assert_eq!((reading.findings.first.len(), reading.lines.len()), (MOST_FINDINGS, 0));
    assert_eq!(reading.findings.number, 1_000 * 7);
}

#[test]
fn headings_are_whole_and_known() {
    for (headings, expected) in [
        (HEADINGS.replace(";Сати", ""), 1),
        (format!("{HEADINGS};ЈМБГ"), 1),
        (format!("{HEADINGS};Назив"), 1),
        ("Ана;Бранка".to_owned(), 2 + 9),
    ] {
        assert_eq!(read(&format!("{headings}\n")).findings.number, expected, "{headings}");
    }
    let beside = read(&format!("{HEADINGS}\nа;обука;1.1.2020;Ниш;1;;Ана;;Школа;Ниш;0101990710006\n"));
    assert_eq!((beside.findings.number, beside.lines.len()), (1, 0));
}

/// The lines of a file, as they were read.
fn lines(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
    let mut lines = Vec::new();
    let mut each = |line, cells| {
        lines.push((line, cells));
        ControlFlow::Continue(())
    };
    csv::read(bytes, &mut each).expect("CSV");
    lines
}

#[test]
fn separators_encodings_and_line_ends_are_found_out() {
    let expected = |first: u32| {
        let cells = |one: &str, two: &str| vec![one.to_owned(), two.to_owned()];
        vec![(first, cells("Žarko", "Čačak")), (first + 1, cells("đak", "a\nb")), (first + 3, cells("x", "š"))]
    };
    for separator in [",", ";", "\t"] {
        let text = ["Žarko|Čačak", "đak|\"a\nb\"", "x|š"].join("\n").replace('|', separator);
        assert_eq!(lines(text.as_bytes()), expected(1), "UTF-8");
        assert_eq!(lines(format!("\u{feff}{text}\n").as_bytes()), expected(1), "with a mark");
        assert_eq!(lines(&encoding_rs::WINDOWS_1250.encode(&text).0), expected(1), "windows-1250");
        let utf_16: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(lines(&utf_16), expected(1), "UTF-16");
        let crlf = lines(format!("\n\n{}", text.replace('\n', "\r\n")).as_bytes());
        assert_eq!(crlf.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 6], "blank lines count");
    }
}

#[test]
fn what_unpacks_to_too_much_is_refused_before_it_is_kept() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).expect("a part");
    let zeros = vec![b' '; 1_000_000];
    (0..120).for_each(|_| archive.write_all(&zeros).expect("room"));
    let bomb = archive.finish().expect("an archive").into_inner();
    assert!(bomb.len() < 1_000_000, "{}", bomb.len());
    let mut never = |_, _| panic!("nothing is read");
    assert_eq!(xlsx::read(&bomb, &mut never), Err(super::Unreadable::TooLarge));
    assert_eq!(xlsx::read(b"PK no archive", &mut never), Err(super::Unreadable::Broken));
}

proptest! {
    #[test]
    fn whatever_is_sent_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), text in "\\PC{0,80}") {
        for format in [Format::Csv, Format::Xlsx] {
            let reading = Reading::of(format, &bytes, today());
            prop_assert!(reading.findings.number > 0, "nobody sends a good list by chance");
        }
        let reading = read(&format!("{HEADINGS}\n{text}\n"));
        prop_assert!(reading.lines.is_empty());
        if let Ok(name) = names::listed(&text, "participant") {
            prop_assert!(!name.contains(|letter: char| letter.is_ascii_digit()));
        }
    }
}
