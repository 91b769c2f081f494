//! Lines of a list, made into sessions, institutions and participants.

use super::columns::Column;
use super::{Format, csv, rules, xlsx};
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::organisations::rules::{LONGEST_NAME, printable};
use crate::training::names;
use crate::transliteration::comparable;
use chrono::NaiveDate;
use entity::training_session::Kind;
use std::collections::HashMap;
use std::ops::ControlFlow;

/// The most that is listed of what is wrong.
pub const MOST_FINDINGS: usize = 200;
/// The most lines of a list.
const MOST_LINES: usize = 50_000;
/// The most sessions of a list.
const MOST_SESSIONS: usize = 3_000;

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Its number in the file; 0 where it concerns the whole file.
    pub line: u32,
    /// What is wrong; its path is the column.
    pub problem: Problem,
}

/// What is wrong so far: all of it counted, the first kept.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) number: usize,
    pub(super) first: Vec<Finding>,
}

impl Findings {
    pub(super) fn note(&mut self, line: u32, problem: Problem) {
        self.number += 1;
        if self.first.len() < MOST_FINDINGS {
            self.first.push(Finding { line, problem });
        }
    }

    /// Both together, the first in the order of the lines.
    pub(super) fn and(mut self, others: Self) -> Self {
        self.number += others.number;
        self.first.extend(others.first);
        self.first.sort_by_key(|finding| finding.line);
        self.first.truncate(MOST_FINDINGS);
        self
    }
}

/// A session that lines name.
#[derive(Debug, PartialEq)]
pub(super) struct Session {
    /// The first line that names it.
    pub(super) line: u32,
    pub(super) title: String,
    pub(super) kind: Kind,
    pub(super) days: Vec<NaiveDate>,
    /// Nothing where it was held online.
    pub(super) municipality: Option<String>,
    pub(super) hours: i32,
    /// The number of its programme; empty where it followed none.
    pub(super) programme: String,
}

/// What a session is told from others by, among those of one organiser.
pub(super) type SessionKey = (String, NaiveDate, Option<String>);

/// What a session of this title, first day and municipality is told from others by.
pub(super) fn session_key(title: &str, first: NaiveDate, municipality: Option<&str>) -> SessionKey {
    (comparable(title), first, municipality.map(str::to_owned))
}

/// An institution that lines name.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) municipality: String,
}

/// A line that nothing is wrong with by itself: somebody of an institution, in a session.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) number: u32,
    /// Position among the sessions.
    pub(super) session: usize,
    /// Position among the institutions.
    pub(super) institution: usize,
    pub(super) name: String,
    pub(super) function: String,
}

/// What a list says.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// How many lines there are.
    pub(super) number: usize,
    pub(super) sessions: Vec<Session>,
    pub(super) institutions: Vec<Named>,
    pub(super) lines: Vec<Line>,
    pub(super) findings: Findings,
}

impl Reading {
    /// Reads a file on this day.
    pub(super) fn of(format: Format, bytes: &[u8], today: NaiveDate) -> Self {
        let mut reader = Reader { today, places: None, known: Known::default(), reading: Self::default() };
        let mut each = |line, cells: Vec<String>| reader.line(line, &cells);
        let read = match format {
            Format::Csv => csv::read(bytes, &mut each),
            Format::Xlsx => xlsx::read(bytes, &mut each),
        };
        let mut reading = reader.reading;
        match read {
            Err(unreadable) => reading.findings.note(0, unreadable.into()),
            Ok(()) if reading.number == 0 && reading.findings.number == 0 => {
                reading.findings.note(0, Problem::new(UserErrorCode::Required, "", Message::new("import-no-lines")));
            }
            Ok(()) => {}
        }
        reading
    }
}

/// What was read before, and what came of it: what stands in thousands of lines is looked at once.
#[derive(Default)]
struct Known {
    sessions: HashMap<[String; 6], Result<usize, Vec<Problem>>>,
    by_key: HashMap<SessionKey, usize>,
    institutions: HashMap<[String; 2], Result<usize, Vec<Problem>>>,
    by_name: HashMap<(String, String), usize>,
}

/// Where each column stands.
type Places = [Option<usize>; Column::ALL.len()];

struct Reader {
    today: NaiveDate,
    places: Option<Places>,
    known: Known,
    reading: Reading,
}

/// The values of one line.
struct Values<'a> {
    cells: &'a [String],
    places: Places,
}

impl Values<'_> {
    fn of(&self, column: Column) -> &str {
        let cell = self.places[column as usize].and_then(|place| self.cells.get(place));
        cell.map_or("", |cell| rules::value(cell))
    }

    fn all<const N: usize>(&self, columns: [Column; N]) -> [String; N] {
        columns.map(|column| self.of(column).to_owned())
    }
}

impl Reader {
    fn line(&mut self, number: u32, cells: &[String]) -> ControlFlow<()> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return ControlFlow::Continue(());
        }
        let Some(places) = self.places else { return self.headings(number, cells) };
        if self.reading.number == MOST_LINES {
            let message = Message::new("import-too-many-lines").with_number("most", MOST_LINES);
            self.reading.findings.note(number, Problem::new(UserErrorCode::TooLong, "", message));
            return ControlFlow::Break(());
        }
        self.reading.number += 1;
        let problems = self.values(number, &Values { cells, places });
        problems.into_iter().for_each(|problem| self.reading.findings.note(number, problem));
        ControlFlow::Continue(())
    }

    /// Reads the headings. Whatever is wrong with them, nothing below them can be read.
    fn headings(&mut self, number: u32, cells: &[String]) -> ControlFlow<()> {
        let mut places: Places = [None; Column::ALL.len()];
        let mut wrong = Vec::new();
        for (place, heading) in cells.iter().enumerate().filter(|(_, heading)| !heading.trim().is_empty()) {
            let named = |message| Message::new(message).with("heading", printable(heading));
            match Column::with_heading(heading) {
                None => wrong.push(Problem::new(UserErrorCode::Invalid, "", named("import-unknown-column"))),
                Some(column) if places[column as usize].is_some() => {
                    wrong.push(Problem::new(UserErrorCode::Invalid, column.key(), named("import-column-twice")));
                }
                Some(column) => places[column as usize] = Some(place),
            }
        }
        let missing =
            Column::ALL.into_iter().filter(|column| !column.is_optional() && places[*column as usize].is_none());
        wrong.extend(missing.map(|column| {
            let message = Message::new("import-column-missing")
                .with("heading", column.heading(crate::language::Language::English));
            Problem::new(UserErrorCode::Required, column.key(), message)
        }));
        if wrong.is_empty() {
            self.places = Some(places);
            return ControlFlow::Continue(());
        }
        wrong.into_iter().for_each(|problem| self.reading.findings.note(number, problem));
        ControlFlow::Break(())
    }

    /// Keeps what a line says, or answers what is wrong with it.
    fn values(&mut self, number: u32, values: &Values<'_>) -> Vec<Problem> {
        if let Err(problem) = nothing_beside(values) {
            return vec![problem];
        }
        let mut wrong = Vec::new();
        let session = self.session(number, values).map_err(|problems| wrong.extend(problems));
        let name = participant(values).map_err(|problem| wrong.push(problem));
        let function = function(values).map_err(|problem| wrong.push(problem));
        let institution = self.institution(values).map_err(|problems| wrong.extend(problems));
        if let (Ok(session), Ok(name), Ok(function), Ok(institution)) = (session, name, function, institution) {
            self.reading.lines.push(Line { number, session, institution, name, function });
        }
        wrong
    }

    fn session(&mut self, number: u32, values: &Values<'_>) -> Result<usize, Vec<Problem>> {
        use Column::{Days, Hours, Kind, Municipality, Programme, Title};
        let said = values.all([Title, Kind, Days, Municipality, Hours, Programme]);
        if let Some(known) = self.known.sessions.get(&said) {
            return known.clone();
        }
        let read = session(number, values, self.today).and_then(|session| self.same_or_new(session));
        self.known.sessions.insert(said, read.clone());
        read
    }

    /// The session as an earlier line has it, which this one must not contradict.
    fn same_or_new(&mut self, session: Session) -> Result<usize, Vec<Problem>> {
        let key = session_key(&session.title, session.days[0], session.municipality.as_deref());
        if let Some(at) = self.known.by_key.get(&key) {
            let earlier = &self.reading.sessions[*at];
            let as_earlier = Session { line: earlier.line, title: earlier.title.clone(), ..session };
            if as_earlier == *earlier {
                return Ok(*at);
            }
            let message = Message::new("import-session-differs").with("line", earlier.line);
            return Err(vec![Problem::new(UserErrorCode::Invalid, Column::Title.key(), message)]);
        }
        if self.reading.sessions.len() == MOST_SESSIONS {
            let message = Message::new("import-too-many-sessions").with_number("most", MOST_SESSIONS);
            return Err(vec![Problem::new(UserErrorCode::TooLong, Column::Title.key(), message)]);
        }
        self.known.by_key.insert(key, self.reading.sessions.len());
        self.reading.sessions.push(session);
        Ok(self.reading.sessions.len() - 1)
    }

    fn institution(&mut self, values: &Values<'_>) -> Result<usize, Vec<Problem>> {
        let said = values.all([Column::Institution, Column::InstitutionMunicipality]);
        if let Some(known) = self.known.institutions.get(&said) {
            return known.clone();
        }
        let read = institution(values).map(|named| {
            let key = (comparable(&named.name), named.municipality.clone());
            *self.known.by_name.entry(key).or_insert_with(|| {
                self.reading.institutions.push(named);
                self.reading.institutions.len() - 1
            })
        });
        self.known.institutions.insert(said, read.clone());
        read
    }
}

/// Refuses values that stand under no heading: nobody has said what they are.
fn nothing_beside(values: &Values<'_>) -> Result<(), Problem> {
    let filled = values.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
    match filled.map(|(place, _)| place).find(|place| !values.places.contains(&Some(*place))) {
        Some(place) => {
            let message = Message::new("import-value-without-heading").with("position", place + 1);
            Err(Problem::new(UserErrorCode::Invalid, "", message))
        }
        None => Ok(()),
    }
}

/// A value of a column by its rule, once it is none that a spreadsheet would calculate with.
fn checked<T>(
    values: &Values<'_>,
    column: Column,
    rule: impl FnOnce(&str, &str) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let value = values.of(column);
    rules::no_formula(value, column.key())?;
    rule(value, column.key())
}

fn session(line: u32, values: &Values<'_>, today: NaiveDate) -> Result<Session, Vec<Problem>> {
    let longest = |value: &str, path: &str| rules::optional(value, path, LONGEST_NAME);
    let title = checked(values, Column::Title, |value, path| names::on_certificates(names::given(value, path)?, path));
    let kind = checked(values, Column::Kind, rules::kind);
    let days = checked(values, Column::Days, |value, path| rules::days(value, today, path));
    let municipality = checked(values, Column::Municipality, rules::venue);
    let hours = checked(values, Column::Hours, rules::hours);
    let programme = checked(values, Column::Programme, longest);
    match (title, kind, days, municipality, hours, programme) {
        (Ok(title), Ok(kind), Ok(days), Ok(municipality), Ok(hours), Ok(programme)) => {
            Ok(Session { line, title, kind, days, municipality, hours, programme })
        }
        (title, kind, days, municipality, hours, programme) => {
            let problems = [title.err(), kind.err(), days.err(), municipality.err(), hours.err(), programme.err()];
            Err(problems.into_iter().flatten().collect())
        }
    }
}

fn institution(values: &Values<'_>) -> Result<Named, Vec<Problem>> {
    let name = checked(values, Column::Institution, names::given);
    let municipality = checked(values, Column::InstitutionMunicipality, rules::municipality);
    match (name, municipality) {
        (Ok(name), Ok(municipality)) => Ok(Named { name, municipality }),
        (name, municipality) => Err([name.err(), municipality.err()].into_iter().flatten().collect()),
    }
}

fn participant(values: &Values<'_>) -> Result<String, Problem> {
    checked(values, Column::Participant, names::listed)
}

fn function(values: &Values<'_>) -> Result<String, Problem> {
    checked(values, Column::Function, |value, path| {
        names::no_birth(value, path)?;
        rules::optional(value, path, LONGEST_NAME)
    })
}
