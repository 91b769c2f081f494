//! Sessions as entries of a calendar (RFC 5545). Pure: no database, no clock.
//!
//! A day of a session is an entry. Times are instants in UTC, which every calendar shows as the time on its own wall, on days on
//! which the clocks change too; so no rules of time zones need to travel along. An entry keeps its UID when its day moves, and
//! its SEQUENCE grows with each change of the session or of the place in it. There is no alarm: each person sets its own.

use crate::code_lists::Municipality;
use crate::language::{Language, Message};
use chrono::{DateTime, Duration, Utc};
use entity::training_session::Kind;
use icalendar::{Calendar, Class, Component, Event, EventLike, EventStatus, Property};

/// Whether the session takes place for whoever looks at its calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is being planned, or the place is only offered.
    Tentative,
    /// It does.
    Confirmed,
    /// It was called off.
    Cancelled,
}

/// A day of a session.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The id of the session.
    pub session: String,
    /// Which of its days it is, from 1, and of how many.
    pub day: (usize, usize),
    /// What kind of session it is.
    pub kind: Kind,
    /// The municipality of the venue; nothing where it is held online.
    pub municipality: Option<Municipality>,
    /// When the day begins and ends.
    pub times: (DateTime<Utc>, DateTime<Utc>),
    /// Counts changes.
    pub sequence: i32,
    /// Whether it takes place.
    pub standing: Standing,
}

/// How often a calendar programme need look again.
const LOOK_AGAIN: Duration = Duration::hours(4);

/// A calendar of these entries, as of an instant.
pub fn calendar(entries: &[Entry], language: Language, now: DateTime<Utc>) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", "-//Oslonac//Oslonac//SR"), ("CALSCALE", "GREGORIAN")] {
        calendar.append_property(Property::new(name, value));
    }
    calendar.name(&language.say(&Message::new("calendar-name"))).ttl(&LOOK_AGAIN);
    for entry in entries {
        calendar.push(event(entry, language, now));
    }
    calendar.to_string()
}

fn event(entry: &Entry, language: Language, now: DateTime<Utc>) -> Event {
    let mut event = Event::with_uid(&format!("{}-{}", entry.session, entry.day.0));
    event
        .timestamp(now)
        .starts(entry.times.0)
        .ends(entry.times.1)
        .sequence(u32::try_from(entry.sequence).unwrap_or_default())
        .class(Class::Private)
        .summary(&summary(entry, language))
        .status(match entry.standing {
            Standing::Tentative => EventStatus::Tentative,
            Standing::Confirmed => EventStatus::Confirmed,
            Standing::Cancelled => EventStatus::Cancelled,
        });
    if let Some(municipality) = entry.municipality {
        event.location(municipality.name_in(language));
    }
    event.done()
}

/// The kind of session and the town, with the day where there are several.
fn summary(entry: &Entry, language: Language) -> String {
    let online = || language.say(&Message::new("calendar-online"));
    let place = entry.municipality.map_or_else(online, |municipality| municipality.name_in(language).to_owned());
    let kind = language.say(&kind(entry.kind));
    match entry.day {
        (_, 1) => format!("{kind}, {place}"),
        (day, days) => format!("{kind}, {place} ({day}/{days})"),
    }
}

fn kind(kind: Kind) -> Message {
    match kind {
        Kind::Training => Message::new("calendar-training"),
        Kind::InformationDay => Message::new("calendar-information-day"),
        Kind::ConsultationDay => Message::new("calendar-consultation-day"),
        Kind::RoundTable => Message::new("calendar-round-table"),
        Kind::Workshop => Message::new("calendar-workshop"),
        Kind::ExternalSupervision => Message::new("calendar-external-supervision"),
    }
}

#[cfg(test)]
mod tests;
