//! What must be true of a cell. Pure: no database, no clock.

use crate::code_lists;
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::organisations::rules::{printable, text};
use crate::training::names::no_personal_number;
use crate::training::sessions::rules::{LONGEST_SPAN, MOST_DAYS, MOST_HOURS, within};
use crate::transliteration::comparable;
use chrono::{Datelike, NaiveDate, TimeDelta};
use entity::training_session::Kind;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What stands for a formula of a spreadsheet, whatever it says.
pub(super) const FORMULA: char = '=';
/// The longest text of a cell that is looked at, in characters: longer than any that is taken.
pub(super) const LONGEST_CELL: usize = 2_000;
/// The year before which no session can have been: nobody taught this then, so that it is a slip.
const FIRST_YEAR: i32 = 1990;

/// Kinds of session by what people call them; the first two are what the documentation says.
const KINDS: [(Kind, &[&str]); 6] = [
    (Kind::Training, &["training", "обука", "едукација", "семинар"]),
    (Kind::InformationDay, &["information day", "дан информисања", "information_day", "информативни дан"]),
    (
        Kind::ConsultationDay,
        &["consultation day", "дан консултација", "consultation_day", "консултације", "консултације и супервизија"],
    ),
    (Kind::RoundTable, &["round table", "округли сто", "round_table"]),
    (Kind::Workshop, &["workshop", "радионица"]),
    (Kind::ExternalSupervision, &["external supervision", "спољна супервизија", "external_supervision", "супервизија"]),
];

static MUNICIPALITIES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let entries = code_lists::municipality_names();
    entries.flat_map(|(code, name)| [(comparable(name), code), (comparable(code), code)]).collect()
});

/// A value as it stands in a cell: without spaces around it. A dash alone is none.
pub(super) fn value(cell: &str) -> &str {
    let cell = cell.trim();
    if matches!(cell, "-" | "–" | "—") { "" } else { cell }
}

/// Refuses what a spreadsheet would calculate with: a list holds values.
pub(super) fn no_formula(value: &str, path: &str) -> Result<(), Problem> {
    if value.starts_with([FORMULA, '+', '-', '@']) {
        return Err(Problem::new(UserErrorCode::Invalid, path, Message::new("import-formula")));
    }
    Ok(())
}

/// A text that may be left out.
pub(super) fn optional(value: &str, path: &str, longest: usize) -> Result<String, Problem> {
    no_personal_number(value, path)?;
    text(value, path, longest)
}

/// A kind of session.
pub(super) fn kind(value: &str, path: &str) -> Result<Kind, Problem> {
    required(value, path)?;
    let said = comparable(value);
    let kind = KINDS.into_iter().find(|(_, names)| names.iter().any(|name| comparable(name) == said));
    kind.map(|(kind, _)| kind).ok_or_else(|| {
        let message = Message::new("import-unknown-kind").with("kind", printable(value));
        Problem::new(UserErrorCode::Invalid, path, message)
    })
}

/// The code of a municipality that is named or given by its code.
pub(super) fn municipality(value: &str, path: &str) -> Result<String, Problem> {
    required(value, path)?;
    MUNICIPALITIES.get(&comparable(value)).map(|code| (*code).to_owned()).ok_or_else(|| {
        let message = Message::new("import-unknown-municipality").with("name", printable(value));
        Problem::new(UserErrorCode::Invalid, path, message)
    })
}

/// The municipality of a venue; nothing where a session was held online, which is said in words.
pub(super) fn venue(value: &str, path: &str) -> Result<Option<String>, Problem> {
    if matches!(&*comparable(value), "online" | "onlajn" | "onlain" | "na daljinu") {
        return Ok(None);
    }
    municipality(value, path).map(Some)
}

/// Hours of teaching. Spreadsheets write whole numbers with a fraction.
pub(super) fn hours(value: &str, path: &str) -> Result<i32, Problem> {
    required(value, path)?;
    let whole = value.strip_suffix(",0").or_else(|| value.strip_suffix(".0")).unwrap_or(value);
    let number = whole.parse().map_err(|_| {
        let message = Message::new("out-of-range").with("least", 1).with("most", MOST_HOURS);
        Problem::new(UserErrorCode::Invalid, path, message)
    })?;
    within(number, 1, MOST_HOURS, path)
}

/// The days of a session in their order, each once: until today, and no more than a session has.
pub(super) fn days(value: &str, today: NaiveDate, path: &str) -> Result<Vec<NaiveDate>, Problem> {
    required(value, path)?;
    let wrong = |message: Message| Problem::new(UserErrorCode::Invalid, path, message);
    let parts = value.split([',', ';', '\n', '+', '|']).map(str::trim).filter(|part| !part.is_empty());
    let mut days = Vec::new();
    for part in parts {
        let day = day(part).ok_or_else(|| wrong(Message::new("import-not-a-day").with("text", printable(part))))?;
        if day > today {
            return Err(wrong(Message::new("import-day-ahead").with("day", day)));
        }
        if day.year() < FIRST_YEAR {
            return Err(wrong(Message::new("import-day-too-old").with("day", day).with("year", FIRST_YEAR)));
        }
        days.push(day);
    }
    days.sort_unstable();
    days.dedup();
    if days.is_empty() || days.len() > MOST_DAYS {
        return Err(wrong(Message::new("session-days").with_number("most", MOST_DAYS)));
    }
    if days[days.len() - 1] - days[0] > TimeDelta::days(LONGEST_SPAN.num_days()) {
        return Err(wrong(Message::new("session-too-long")));
    }
    Ok(days)
}

/// A day as it is written here (12. 3. 2023.) or by ISO 8601 (2023-03-12).
fn day(text: &str) -> Option<NaiveDate> {
    let digits = |part: &str| part.trim().parse::<u32>().ok();
    let parts = |separator: char| text.trim_end_matches('.').split(separator).map(digits).collect::<Option<Vec<_>>>();
    let (year, month, day) = match (parts('-').as_deref(), parts('.').as_deref()) {
        (Some([year, month, day]), _) => (*year, *month, *day),
        (_, Some([day, month, year])) => (*year, *month, *day),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok().filter(|year| *year > 999)?, month, day)
}

fn required(value: &str, path: &str) -> Result<(), Problem> {
    if value.is_empty() {
        return Err(Problem::new(UserErrorCode::Required, path, Message::new("required")));
    }
    Ok(())
}
