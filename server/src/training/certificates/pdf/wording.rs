//! The words on a certificate, in its language and script.

use super::Printed;
use crate::language::{Language, Message};
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Europe::Belgrade;
use entity::training_session::Kind;

impl Printed {
    pub(super) fn say(&self, message: Message) -> String {
        self.language.say(&message)
    }

    /// A text as somebody wrote it, in the certificate's script.
    pub(super) fn in_script(&self, text: &str) -> String {
        self.language.choose(text, &crate::transliteration::in_latin(text))
    }

    pub(super) fn heading(&self) -> String {
        self.say(Message::new("certificate-heading")).to_uppercase()
    }

    /// What it is given for: taking part in a session of this kind.
    pub(super) fn occasion(&self) -> String {
        self.say(match self.kind {
            Kind::Training => Message::new("certificate-for-training"),
            Kind::InformationDay => Message::new("certificate-for-information-day"),
            Kind::ConsultationDay => Message::new("certificate-for-consultation-day"),
            Kind::RoundTable => Message::new("certificate-for-round-table"),
            Kind::Workshop => Message::new("certificate-for-workshop"),
            Kind::ExternalSupervision => Message::new("certificate-for-external-supervision"),
        })
    }

    /// When the session was, and for how many hours.
    pub(super) fn extent(&self) -> String {
        let hours = usize::try_from(self.hours).unwrap_or_default();
        let hours = self.say(Message::new("certificate-hours").with_number("hours", hours));
        format!("{} · {hours}", days(self.language, self.held.0, self.held.1))
    }

    pub(super) fn accredited(&self) -> String {
        let Some((accreditor, number)) = &self.accreditation else { return String::new() };
        let message = Message::new("certificate-accredited");
        self.say(message.with("accreditor", self.in_script(accreditor)).with("number", self.in_script(number)))
    }

    pub(super) fn number_line(&self) -> String {
        self.say(Message::new("certificate-number").with("number", &self.number))
    }

    pub(super) fn issued(&self) -> String {
        let day = self.issued_at.with_timezone(&Belgrade).date_naive();
        self.say(Message::new("certificate-issued").with("day", self.language.day(day)))
    }

    pub(super) fn validity(&self) -> String {
        let Some(day) = self.valid_until else { return String::new() };
        self.say(Message::new("certificate-valid-until").with("day", self.language.day(day)))
    }

    pub(super) fn where_to_verify(&self) -> String {
        self.say(Message::new("certificate-verify").with("address", &self.verification))
    }
}

fn days(language: Language, first: NaiveDate, last: NaiveDate) -> String {
    if first == last {
        return language.day(first);
    }
    format!("{} – {}", language.day(first), language.day(last))
}

/// An instant as the document's own data has it.
pub(super) fn timestamp(instant: DateTime<Utc>) -> krilla::metadata::DateTime {
    let part = |number: u32| u8::try_from(number).unwrap_or_default();
    krilla::metadata::DateTime::new(u16::try_from(instant.year()).unwrap_or_default())
        .month(part(instant.month()))
        .day(part(instant.day()))
        .hour(part(instant.hour()))
        .minute(part(instant.minute()))
        .second(part(instant.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
