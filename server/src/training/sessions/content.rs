//! What a session says, as it is checked before it is kept.

use super::rules::{self, MOST_HOURS, Times};
use crate::code_lists;
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::organisations::rules::{LONGEST_NAME, municipality, name, printable, text};
use crate::training::names::on_certificates;
use entity::organisation;
use entity::training_session::{Kind, Mode, Model};
use uuid::Uuid;

/// The longest text about a topic or a venue, in characters.
const LONGEST_TEXT: usize = 2_000;
/// The most months for which a certificate is valid.
const LONGEST_VALIDITY: i32 = 240;

/// What somebody says of a session.
pub struct Content {
    pub programme: Option<String>,
    pub kind: Kind,
    pub title: String,
    pub topic: String,
    pub hours: i32,
    pub mode: Mode,
    pub municipality: Option<String>,
    pub venue: String,
    pub online_address: String,
    pub language: String,
    pub partners: String,
    pub donor: String,
    pub indicator_sets: Vec<String>,
    pub capacity: i32,
    pub waiting_list: bool,
    pub approval: bool,
    pub offer_hours: i32,
    pub window: Times,
    pub days: Vec<Times>,
    pub places: Vec<(organisation::Kind, i32)>,
    pub attendance_percent: i32,
    pub certificate_needs_test: bool,
    pub certificate_months: Option<i32>,
}

impl Content {
    /// Puts what was said into a session, or says all that is wrong with it.
    pub(super) fn put_into(&self, session: &mut Model) -> Result<Vec<Times>, Vec<Problem>> {
        let mut wrong = Wrong::default();
        let days = wrong.or_default(rules::days(self.days.clone(), "session.days"));
        if let (Some(first), Some(last)) = (days.first(), days.last()) {
            (session.starts_at, session.ends_at) = (first.0, last.1);
            let window = rules::window(self.window, first.0, "session.registrationClosesAt");
            if let Some((opens, closes)) = wrong.some(window) {
                (session.registration_opens_at, session.registration_closes_at) = (opens, closes);
            }
        }
        self.put_words(session, &mut wrong);
        self.put_place(session, &mut wrong);
        self.put_numbers(session, &mut wrong);
        wrong.or(days)
    }

    fn put_words(&self, session: &mut Model, wrong: &mut Wrong) {
        session.kind = self.kind;
        session.title = wrong.or_default(title(&self.title));
        session.topic = wrong.or_default(text(&self.topic, "session.topic", LONGEST_TEXT));
        session.partners = wrong.or_default(text(&self.partners, "session.partners", LONGEST_TEXT));
        session.donor = wrong.or_default(text(&self.donor, "session.donor", LONGEST_NAME));
        session.language = wrong.or_default(language(&self.language, "session.language"));
        session.indicator_sets = self.indicator_sets.join(",");
    }

    fn put_place(&self, session: &mut Model, wrong: &mut Wrong) {
        session.mode = self.mode;
        session.venue = wrong.or_default(text(&self.venue, "session.venue", LONGEST_TEXT));
        session.online_address = wrong.or_default(online(&self.online_address, self.mode, "session.onlineAddress"));
        session.municipality_code = match (&self.municipality, self.mode) {
            (Some(code), _) => Some(wrong.or_default(municipality(code, "session.municipality"))),
            (None, Mode::Online) => None,
            (None, Mode::OnSite | Mode::Mixed) => {
                wrong.note(Problem::new(UserErrorCode::Required, "session.municipality", Message::new("required")));
                None
            }
        };
    }

    fn put_numbers(&self, session: &mut Model, wrong: &mut Wrong) {
        session.hours = wrong.or_default(rules::within(self.hours, 1, MOST_HOURS, "session.hours"));
        session.capacity = wrong.or_default(rules::capacity(self.capacity, session.taken, "session.capacity"));
        session.offer_hours = wrong.or_default(rules::offer_hours(self.offer_hours, "session.offerHours"));
        session.waiting_list = self.waiting_list;
        session.approval = self.approval;
        session.attendance_percent =
            wrong.or_default(rules::within(self.attendance_percent, 1, 100, "session.attendancePercent"));
        session.certificate_needs_test = self.certificate_needs_test;
        let months = self
            .certificate_months
            .map(|months| wrong.or_default(rules::within(months, 1, LONGEST_VALIDITY, "session.certificateMonths")));
        session.certificate_months = months;
        wrong.some(kept_places(&self.places, self.capacity, "session.keptPlaces"));
    }

    /// The programme it names.
    pub(super) fn programme(&self) -> Option<Option<Uuid>> {
        use crate::ids::{ObjectType, decode};
        self.programme.as_deref().map(|id| decode(ObjectType::Programme, id))
    }
}

/// What is wrong so far.
#[derive(Default)]
struct Wrong(Vec<Problem>);

impl Wrong {
    fn note(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    fn some<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.0.push(problem)).ok()
    }

    fn or_default<T: Default>(&mut self, result: Result<T, Problem>) -> T {
        self.some(result).unwrap_or_default()
    }

    fn or<T>(self, good: T) -> Result<T, Vec<Problem>> {
        if self.0.is_empty() { Ok(good) } else { Err(self.0) }
    }
}

/// A code of ISO 639-1.
pub(in crate::training) fn language(code: &str, path: &str) -> Result<String, Problem> {
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_code {
        Ok(code.to_owned())
    } else {
        Err(Problem::new(UserErrorCode::Invalid, path, Message::new("not-a-language")))
    }
}

/// An address to go to online. Only https: it goes to participants as a link.
fn online(address: &str, mode: Mode, path: &str) -> Result<String, Problem> {
    let address = text(address, path, LONGEST_NAME)?;
    let fits =
        if mode == Mode::OnSite { address.is_empty() } else { address.is_empty() || address.starts_with("https://") };
    if fits {
        Ok(address)
    } else {
        Err(Problem::new(UserErrorCode::Invalid, path, Message::new("not-an-https-address")))
    }
}

/// Places that are kept for kinds of institution: once a kind, and together no more than there are.
fn kept_places(places: &[(organisation::Kind, i32)], capacity: i32, path: &str) -> Result<(), Problem> {
    let invalid = |path: &str, message| Err(Problem::new(UserErrorCode::Invalid, path, Message::new(message)));
    let mut left = i64::from(capacity);
    for (at, (kind, number)) in places.iter().enumerate() {
        if *number < 1 {
            return invalid(&format!("{path}.{at}.places"), "kept-places");
        }
        if places[..at].iter().any(|(other, _)| other == kind) {
            return invalid(&format!("{path}.{at}.kind"), "kept-places");
        }
        left -= i64::from(*number);
        if left < 0 {
            return invalid(&format!("{path}.{at}.places"), "kept-places-exceed");
        }
    }
    Ok(())
}

/// Codes of districts, or the one that is none.
pub(super) fn districts(codes: &[String], path: &str) -> Result<(), Problem> {
    match codes.iter().enumerate().find(|(_, code)| !code_lists::is_district(code)) {
        Some((at, code)) => {
            let message = Message::new("unknown-district").with("code", printable(code));
            Err(Problem::new(UserErrorCode::Invalid, &format!("{path}.{at}"), message))
        }
        None => Ok(()),
    }
}

fn title(value: &str) -> Result<String, Problem> {
    on_certificates(name(value, "session.title")?, "session.title")
}
