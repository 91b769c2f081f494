//! What must be true of certificates. Pure: no database, no clock.

use super::pdf;
use crate::access::Standing;
use crate::error::{Problem, UserErrorCode};
use crate::ids;
use crate::language::Message;
use crate::organisations::rules::name;
use crate::training::names::on_certificates;
use crate::transliteration::to_latin;
use chrono::{Months, NaiveDate};
use entity::certificate::{Model, Revocation};
use entity::training_session::{self, State};

/// What the numbers of certificates begin with: уверење.
pub const NUMBER_PREFIX: &str = "UV";

/// What a session asks of those who want a certificate.
#[derive(Clone, Copy, Debug)]
pub struct Requirements {
    /// How many days it has.
    pub days: usize,
    /// How many percent of them one attends.
    pub attendance_percent: i32,
    /// Whether one passes the test after it.
    pub test: bool,
}

/// What a participant has done for it.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// On how many days it was there.
    pub attended: usize,
    /// Whether it passed the test after the session, in whichever attempt.
    pub passed: bool,
}

/// Why a participant gets no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotEarned {
    /// It was there on too few days.
    AttendanceTooLow,
    /// It has not passed the test after the session.
    TestNotPassed,
    /// It had one, which was revoked. Only replacing gives it another.
    Revoked,
    /// The name has letters that the certificate's font does not: write it in Latin or Cyrillic.
    NameNotPrintable,
}

/// Whether a participant has earned a certificate. Nobody has where the session has no days.
pub fn earned(required: Requirements, done: Done) -> Result<(), NotEarned> {
    let percent = usize::try_from(required.attendance_percent).unwrap_or_default();
    if required.days == 0 || done.attended * 100 < percent * required.days {
        return Err(NotEarned::AttendanceTooLow);
    }
    if required.test && !done.passed {
        return Err(NotEarned::TestNotPassed);
    }
    Ok(())
}

/// Whether a participant who has earned a certificate can get one: not again, and not under a name that cannot be printed.
pub fn eligible(name: &str, had_one: bool) -> Result<(), NotEarned> {
    if had_one {
        return Err(NotEarned::Revoked);
    }
    if pdf::can_print(name) { Ok(()) } else { Err(NotEarned::NameNotPrintable) }
}

/// Whether certificates of the session can be issued: once it took place.
pub fn may_issue(session: &training_session::Model) -> Result<(), Problem> {
    match session.state {
        State::Held | State::Completed => Ok(()),
        State::Draft | State::Open | State::Closed | State::Cancelled => {
            Err(Problem::new(UserErrorCode::WrongState, "sessionId", Message::new("certificates-too-early")))
        }
    }
}

/// Refuses texts that stand on every certificate of a session and have letters that cannot be printed.
pub fn printable(texts: [&str; 4]) -> Result<(), Problem> {
    match texts.into_iter().find(|text| !pdf::can_print(text)) {
        None => Ok(()),
        Some(text) => {
            let message = Message::new("certificate-not-printable").with("text", text);
            Err(Problem::new(UserErrorCode::Invalid, "sessionId", message))
        }
    }
}

/// Whether the certificate can be revoked: once.
pub fn may_revoke(certificate: &Model) -> Result<(), Problem> {
    if certificate.revoked_at.is_some() {
        let message = Message::new("certificate-revoked-already");
        return Err(Problem::new(UserErrorCode::WrongState, "certificateId", message));
    }
    Ok(())
}

/// Whether another can be issued in its place: once. One that was revoked may be replaced, which puts a mistake right.
pub fn may_replace(certificate: &Model) -> Result<(), Problem> {
    if certificate.revocation == Some(Revocation::Replaced) {
        let message = Message::new("certificate-replaced-already");
        return Err(Problem::new(UserErrorCode::WrongState, "certificateId", message));
    }
    Ok(())
}

/// A name as it can stand on a certificate.
pub fn holder(value: &str) -> Result<String, Problem> {
    on_certificates(name(value, "holderName")?, "holderName")
}

/// The last day of a certificate's validity, so many months behind the day of its issuing; nothing where it has no end.
pub fn valid_until(issued_on: NaiveDate, months: Option<i32>) -> Option<NaiveDate> {
    let months = u32::try_from(months?).ok()?;
    issued_on.checked_add_months(Months::new(months))
}

/// Whether a certificate is valid, or why it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// It is.
    Valid,
    /// Its time has ended.
    Expired,
    /// It was revoked.
    Revoked,
    /// Another was issued in its place.
    Replaced,
    /// The programme was withdrawn.
    ProgrammeWithdrawn,
}

/// Whether a certificate is valid on a day, its last one included.
pub fn validity(standing: &Standing, today: NaiveDate) -> Validity {
    match standing.revocation {
        Some(Revocation::Revoked) => Validity::Revoked,
        Some(Revocation::Replaced) => Validity::Replaced,
        None if standing.programme_withdrawn => Validity::ProgrammeWithdrawn,
        None if standing.valid_until.is_some_and(|last| last < today) => Validity::Expired,
        None => Validity::Valid,
    }
}

/// A number as people write it in its one written form; nothing where it cannot be one. A keyboard may be set to Cyrillic.
pub fn number(written: &str) -> Option<String> {
    ids::normalise_reference(NUMBER_PREFIX, &to_latin(written))
}

#[cfg(test)]
mod tests;
