//! Names of those who take part, of somebody without a membership whatever a coordinator, a trainer or a list says; and what else
//! stands on certificates. Pure: no database, no clock.

use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::organisations::rules::name;
use crate::training::certificates::pdf;

/// Digits of a personal number. Spreadsheets drop the first where it is a zero.
const PERSONAL_NUMBER: std::ops::RangeInclusive<usize> = 12..=13;

/// Refuses a personal number, wherever it stands.
pub(super) fn no_personal_number(value: &str, path: &str) -> Result<(), Problem> {
    let runs = value.split(|letter: char| !letter.is_ascii_digit());
    if runs.map(str::len).any(|length| PERSONAL_NUMBER.contains(&length)) {
        return Err(Problem::new(UserErrorCode::Invalid, path, Message::new("name-personal-number")));
    }
    Ok(())
}

/// The name of somebody whom a coordinator or a trainer registers: no date of birth and no personal number. No answer repeats what
/// stood there.
pub(super) fn participant(value: &str, path: &str) -> Result<String, Problem> {
    no_birth(value, path)?;
    given(value, path)
}

/// The same in a list, where digits belong to another column.
pub(super) fn listed(value: &str, path: &str) -> Result<String, Problem> {
    no_birth(value, path)?;
    if value.contains(|letter: char| letter.is_ascii_digit()) {
        return Err(Problem::new(UserErrorCode::Invalid, path, Message::new("name-digits")));
    }
    given(value, path)
}

/// Refuses the day of somebody's birth, and the personal number, which holds it, however it is spaced.
pub(super) fn no_birth(value: &str, path: &str) -> Result<(), Problem> {
    let all: String = value.chars().filter(char::is_ascii_digit).collect();
    let joined: String = value.chars().filter(|letter| !letter.is_whitespace()).collect();
    let mut runs = joined.split(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | '/' | '-')));
    let message = match (PERSONAL_NUMBER.contains(&all.len()), runs.any(is_date)) {
        (true, _) => "name-personal-number",
        (_, true) => "name-birth-date",
        _ => return no_personal_number(value, path),
    };
    Err(Problem::new(UserErrorCode::Invalid, path, Message::new(message)))
}

/// Whether these are a day, a month and a year, in whichever order.
fn is_date(digits: &str) -> bool {
    let lengths: Vec<usize> = digits.split(['.', '/', '-']).map(str::len).filter(|length| *length > 0).collect();
    matches!(*lengths, [1..=2, 1..=2, 2 | 4] | [4, 1..=2, 1..=2] | [8])
}

/// Refuses letters that a certificate could not show: what this says stands on certificates one day.
pub(super) fn on_certificates(value: String, path: &str) -> Result<String, Problem> {
    if pdf::can_print(&value) {
        return Ok(value);
    }
    Err(Problem::new(UserErrorCode::Invalid, path, Message::new("letters-not-printable")))
}

/// A name that is given, in one line.
pub(super) fn given(value: &str, path: &str) -> Result<String, Problem> {
    no_personal_number(value, path)?;
    name(&value.split_whitespace().collect::<Vec<_>>().join(" "), path)
}
