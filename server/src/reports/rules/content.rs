//! What a report may say, and what it must say before it is submitted.

use crate::code_lists;
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::organisations::rules::{printable, text};
use chrono::{Datelike, NaiveDate};
use entity::{person, person_identity, report, ticked_indicator};
use std::collections::HashSet;
use uuid::Uuid;

/// The most persons a report names.
pub const MOST_PERSONS: usize = 50;
/// The most indicators ticked for one person.
pub const MOST_TICKS: usize = 300;
/// The longest text of one line, in characters.
const LONGEST_LINE: usize = 200;
/// The longest text, in characters.
pub const LONGEST_TEXT: usize = 20_000;
/// The first year in which a person alive can be born, and the first of any date.
pub const EARLIEST_YEAR: i32 = 1900;

/// A report with its parts, as their tables hold them.
#[derive(Clone, Debug)]
pub struct Content {
    /// The report.
    pub report: report::Model,
    /// Its persons, in order.
    pub persons: Vec<person::Model>,
    /// Identities of some of them.
    pub identities: Vec<person_identity::Model>,
    /// Their indicators, those of one person in order.
    pub ticks: Vec<ticked_indicator::Model>,
}

impl Content {
    /// Whether persons, indicators and identities are the same. Keys of ticks do not matter, nor does the order of persons'
    /// parts among those of others.
    pub(super) fn same_persons(&self, other: &Self) -> bool {
        let ticks = |content: &Self, person: Uuid| -> Vec<(Uuid, String)> {
            content.ticks_of(person).map(|tick| (tick.indicator_id, tick.remark.clone())).collect()
        };
        let same_parts = |person: &person::Model| {
            self.identity_of(person.id) == other.identity_of(person.id)
                && ticks(self, person.id) == ticks(other, person.id)
        };
        self.persons == other.persons && self.persons.iter().all(same_parts)
    }

    fn ticks_of(&self, person: Uuid) -> impl Iterator<Item = &ticked_indicator::Model> {
        self.ticks.iter().filter(move |tick| tick.person_id == person)
    }

    fn identity_of(&self, person: Uuid) -> Option<&person_identity::Model> {
        self.identities.iter().find(|identity| identity.person_id == person)
    }
}

/// What is wrong with the content of a report or draft; nothing where it may be kept. `path` leads to the content in the
/// input.
pub fn validate(content: &Content, today: NaiveDate, path: &str) -> Vec<Problem> {
    let mut check = Check { today, problems: Vec::new() };
    check.report(&content.report, path);
    if content.persons.len() > MOST_PERSONS {
        check.refuse(UserErrorCode::TooLong, &format!("{path}.persons"), too_many(MOST_PERSONS));
        return check.problems;
    }
    for (position, person) in content.persons.iter().enumerate() {
        let path = format!("{path}.persons.{position}");
        check.person(person, &path);
        if let Some(identity) = content.identity_of(person.id) {
            check.identity(identity, &format!("{path}.identity"));
        }
        check.ticks(content.ticks_of(person.id), &format!("{path}.indicators"));
    }
    check.problems
}

/// What is missing before a report can be submitted. The bar is low on purpose: whom it is about, and one thing that was
/// noticed. A name is never asked for.
pub fn missing(content: &Content, path: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut require = |there: bool, field: &str, message: Message| {
        if !there {
            problems.push(Problem::new(UserErrorCode::Required, &format!("{path}{field}"), message));
        }
    };
    require(!content.persons.is_empty(), ".persons", Message::new("person-required"));
    let noticed = !content.report.observations.is_empty() || !content.ticks.is_empty();
    require(noticed, ".observations", Message::new("observation-required"));
    problems
}

/// The most messages of one kind on one report. They are read together, and a side that writes without end must not keep the
/// other from writing.
pub const MOST_MESSAGES: u64 = 200;

/// Whether a report with so many messages of a kind takes one more.
pub fn one_more_message(number: u64, path: &str) -> Result<(), Problem> {
    if number < MOST_MESSAGES {
        return Ok(());
    }
    let message = Message::new("too-many-messages").with("most", MOST_MESSAGES);
    Err(Problem::new(UserErrorCode::TooLong, path, message))
}

/// The text of a message, or the reason why it is none.
pub fn message(value: &str, path: &str) -> Result<String, Problem> {
    let value = text(value, path, LONGEST_TEXT)?;
    if value.is_empty() {
        Err(Problem::new(UserErrorCode::Required, path, Message::new("required")))
    } else {
        Ok(value)
    }
}

fn too_many(most: usize) -> Message {
    Message::new("too-many").with("most", most)
}

/// Collects what is wrong.
struct Check {
    today: NaiveDate,
    problems: Vec<Problem>,
}

impl Check {
    fn refuse(&mut self, code: UserErrorCode, path: &str, message: Message) {
        self.problems.push(Problem::new(code, path, message));
    }

    fn report(&mut self, report: &report::Model, path: &str) {
        let at = |field: &str| format!("{path}.{field}");
        self.line(&report.reporter_function, &at("reporterFunction"));
        self.line(&report.reporter_contact, &at("reporterContact"));
        self.line(&report.on_behalf_of, &at("onBehalfOf"));
        self.text(&report.observations, &at("observations"));
        self.day(report.observed_from, &at("observedFrom"));
        self.day(report.observed_until, &at("observedUntil"));
        if let (Some(from), Some(until)) = (report.observed_from, report.observed_until)
            && from > until
        {
            self.refuse(UserErrorCode::Invalid, &at("observedUntil"), Message::new("ends-before-it-begins"));
        }
        if let Some(code) = report.municipality_code.as_deref().filter(|code| !code_lists::is_municipality(code)) {
            let message = Message::new("unknown-municipality").with("code", printable(code));
            self.refuse(UserErrorCode::Invalid, &at("municipality"), message);
        }
        self.line(&report.place, &at("place"));
        self.line(&report.exploitation_place, &at("exploitationPlace"));
        self.text(&report.actions_taken, &at("actionsTaken"));
    }

    fn person(&mut self, person: &person::Model, path: &str) {
        let at = |field: &str| format!("{path}.{field}");
        self.line(&person.pseudonym, &at("pseudonym"));
        let years = EARLIEST_YEAR..=self.today.year();
        if person.birth_year.is_some_and(|year| !years.contains(&year)) {
            let message = Message::new("birth-year").with("earliest", EARLIEST_YEAR).with("latest", years.end());
            self.refuse(UserErrorCode::Invalid, &at("birthYear"), message);
        }
        if !is_country(&person.citizenship) {
            self.refuse(UserErrorCode::Invalid, &at("citizenship"), Message::new("not-a-country-code"));
        }
        if !is_language_tag(&person.language) {
            self.refuse(UserErrorCode::Invalid, &at("language"), Message::new("not-a-language-tag"));
        }
        self.line(&person.communication_need, &at("communicationNeed"));
        self.line(&person.guardian, &at("guardian"));
        self.line(&person.contact_channel, &at("safeContact.channel"));
        self.line(&person.contact_time, &at("safeContact.time"));
        self.line(&person.contact_caution, &at("safeContact.caution"));
    }

    fn identity(&mut self, identity: &person_identity::Model, path: &str) {
        let at = |field: &str| format!("{path}.{field}");
        self.line(&identity.names, &at("names"));
        if !is_personal_number(&identity.personal_number) {
            self.refuse(UserErrorCode::Invalid, &at("personalNumber"), Message::new("not-a-personal-number"));
        }
        self.day(identity.birth_date.parse().ok(), &at("birthDate"));
        self.line(&identity.phone, &at("phone"));
        self.line(&identity.address, &at("address"));
    }

    fn ticks<'a>(&mut self, ticks: impl Iterator<Item = &'a ticked_indicator::Model>, path: &str) {
        let mut seen = HashSet::new();
        for (position, tick) in ticks.enumerate() {
            if position == MOST_TICKS {
                return self.refuse(UserErrorCode::TooLong, path, too_many(MOST_TICKS));
            }
            self.text(&tick.remark, &format!("{path}.{position}.remark"));
            if !tick.indicator_id.is_nil() && !seen.insert(tick.indicator_id) {
                let path = format!("{path}.{position}.code");
                self.refuse(UserErrorCode::Invalid, &path, Message::new("indicator-ticked-twice"));
            }
        }
    }

    fn line(&mut self, value: &str, path: &str) {
        self.problems.extend(text(value, path, LONGEST_LINE).err());
    }

    fn text(&mut self, value: &str, path: &str) {
        self.problems.extend(text(value, path, LONGEST_TEXT).err());
    }

    fn day(&mut self, day: Option<NaiveDate>, path: &str) {
        let Some(day) = day else { return };
        if day > self.today {
            self.refuse(UserErrorCode::Invalid, path, Message::new("day-in-the-future"));
        } else if day.year() < EARLIEST_YEAR {
            self.refuse(UserErrorCode::Invalid, path, Message::new("day-too-early").with("earliest", EARLIEST_YEAR));
        }
    }
}

/// The shape of an ISO 3166-1 alpha-2 code, or nothing. Which codes exist changes; XK is in use without being one.
fn is_country(code: &str) -> bool {
    code.is_empty() || (code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// The shape of a BCP 47 tag, or nothing: subtags of up to eight letters and digits, the first one of two letters or more.
fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let first = subtags.next().unwrap_or_default();
    let well_formed =
        |subtag: &str| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_primary = (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    tag.is_empty() || (tag.len() <= 35 && is_primary && subtags.all(well_formed))
}

/// Loosely the shape of a personal number or of the number of a travel document of any state.
fn is_personal_number(number: &str) -> bool {
    number.chars().count() <= 30 && number.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '/' | '.'))
}
