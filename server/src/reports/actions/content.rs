//! Reading what a client sent into the rows that keep it.

use crate::code_lists::ExploitationForm;
use crate::date::Date;
use crate::error::{Problem, UserErrorCode};
use crate::ids::{self, ObjectType};
use crate::indicators::{Catalogue, TickInput, Unresolved, Version};
use crate::language::Message;
use crate::reports::rules::{self, Content};
use crate::reports::types::{IdentityInput, PersonInput, ReportContentInput};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{person, person_identity, report, ticked_indicator};
use std::sync::Arc;
use uuid::Uuid;

/// When something is read, and against which catalogue.
pub(super) struct Reader<'a> {
    /// The time.
    pub now: DateTime<Utc>,
    /// The day.
    pub today: NaiveDate,
    /// The indicators.
    pub catalogue: &'a Catalogue,
}

impl Reader<'_> {
    /// The content that an input gives a report or draft instead of the one it has; or everything that is wrong with it.
    /// `path` leads to the content in the input.
    pub fn read(&self, input: &ReportContentInput, before: &Content, path: &str) -> Result<Content, Vec<Problem>> {
        let mut reading = Reading { reader: self, before, held: self.held_versions(before), problems: Vec::new() };
        let mut content = Content {
            report: report_row(input, &before.report),
            persons: Vec::new(),
            identities: Vec::new(),
            ticks: Vec::new(),
        };
        for (position, person) in input.persons.iter().enumerate() {
            reading.person(person, &mut content, &format!("{path}.persons.{position}"));
        }
        content.report.urgency = rules::urgency(&content.report, &content.persons).column();
        content.report.reported_urgency = content.report.urgency;
        let mut problems = reading.problems;
        problems.extend(rules::validate(&content, self.today, path));
        if problems.is_empty() { Ok(content) } else { Err(problems) }
    }

    /// Versions of indicator sets that a draft was made with.
    fn held_versions(&self, content: &Content) -> Vec<Arc<Version>> {
        let mut versions: Vec<Arc<Version>> = Vec::new();
        for indicator in content.ticks.iter().filter_map(|tick| self.catalogue.indicator(tick.indicator_id)) {
            let version = indicator.version();
            if !versions.iter().any(|held| held.id == version.id) {
                versions.push(version.clone());
            }
        }
        versions
    }
}

/// The key of a ticked indicator. A version that the draft was made with stays in use for it.
fn resolve(
    catalogue: &Catalogue,
    held: &[Arc<Version>],
    tick: &TickInput,
    begun_on: NaiveDate,
) -> Result<Uuid, Unresolved> {
    let wanted = |held: &&Arc<Version>| {
        held.set == tick.set && tick.version.as_ref().is_none_or(|version| *version == held.version)
    };
    match held.iter().find(wanted) {
        Some(held) => catalogue.resolve(&tick.set, Some(&held.version), &tick.code, held.valid_from),
        None => tick.resolve(catalogue, begun_on),
    }
}

/// The reading of one content.
struct Reading<'a> {
    reader: &'a Reader<'a>,
    before: &'a Content,
    held: Vec<Arc<Version>>,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn person(&mut self, input: &PersonInput, content: &mut Content, path: &str) {
        let id = self.person_key(input, &content.persons, path);
        let mut row = person_row(input, id, &content.report, content.persons.len());
        if let Some(before) = self.before.persons.iter().find(|before| before.id == id) {
            (row.sealing_key_id, row.sealing_key) = (before.sealing_key_id, before.sealing_key.clone());
        }
        content.identities.extend(input.identity.as_ref().and_then(|identity| identity_row(identity, &row)));
        for (position, tick) in input.indicators.iter().enumerate() {
            let row = self.tick(tick, &row, &format!("{path}.indicators.{position}"));
            content.ticks.push(row);
        }
        content.persons.push(row);
    }

    /// The key of a person: that of one which the draft has, or a new one.
    fn person_key(&mut self, input: &PersonInput, taken: &[person::Model], path: &str) -> Uuid {
        let new = ids::new_key(self.reader.now);
        let Some(id) = &input.id else { return new };
        let path = format!("{path}.id");
        let known = |key: &Uuid| self.before.persons.iter().any(|person| person.id == *key);
        let Some(key) = ids::decode(ObjectType::Person, id).filter(known) else {
            self.problems.push(Problem::not_found(&path));
            return new;
        };
        if taken.iter().any(|person| person.id == key) {
            self.problems.push(Problem::new(UserErrorCode::Invalid, &path, Message::new("person-twice")));
            return new;
        }
        key
    }

    fn tick(&mut self, input: &TickInput, person: &person::Model, path: &str) -> ticked_indicator::Model {
        let resolved = resolve(self.reader.catalogue, &self.held, input, self.before.report.begun_on);
        let indicator_id = resolved.unwrap_or_else(|unresolved| {
            self.problems.push(unresolved.problem(path));
            Uuid::nil()
        });
        ticked_indicator::Model {
            id: ids::new_key(self.reader.now),
            organisation_id: person.organisation_id,
            report_id: person.report_id,
            person_id: person.id,
            indicator_id,
            remark: text(input.remark.as_ref()),
        }
    }
}

fn text(value: Option<&String>) -> String {
    value.map(|text| text.trim().to_owned()).unwrap_or_default()
}

fn day(value: Option<Date>) -> Option<NaiveDate> {
    value.map(|day| day.0)
}

fn report_row(input: &ReportContentInput, before: &report::Model) -> report::Model {
    let municipality = text(input.municipality.as_ref());
    report::Model {
        reporter_function: text(input.reporter_function.as_ref()),
        reporter_contact: text(input.reporter_contact.as_ref()),
        on_behalf_of: text(input.on_behalf_of.as_ref()),
        may_call_back: input.may_call_back,
        danger_now: input.danger_now.into(),
        exploiter_near: input.exploiter_near.into(),
        observations: text(input.observations.as_ref()),
        observed_from: day(input.observed_from),
        observed_until: day(input.observed_until),
        municipality_code: (!municipality.is_empty()).then_some(municipality),
        place: text(input.place.as_ref()),
        suspected_forms: ExploitationForm::column(&input.suspected_forms),
        exploitation_place: text(input.exploitation_place.as_ref()),
        actions_taken: text(input.actions_taken.as_ref()),
        person_knows: input.person_knows.into(),
        ..before.clone()
    }
}

fn person_row(input: &PersonInput, id: Uuid, report: &report::Model, position: usize) -> person::Model {
    let contact = input.safe_contact.as_ref();
    person::Model {
        id,
        organisation_id: report.organisation_id,
        report_id: report.id,
        position: i32::try_from(position).unwrap_or(i32::MAX),
        pseudonym: text(input.pseudonym.as_ref()),
        age_band: input.age_band.map(Into::into),
        birth_year: input.birth_year,
        child: input.child.into(),
        sex: input.sex.into(),
        citizenship: text(input.citizenship.as_ref()).to_ascii_uppercase(),
        language: text(input.language.as_ref()),
        communication_need: text(input.communication_need.as_ref()),
        guardian: text(input.guardian.as_ref()),
        guardian_may_be_involved: input.guardian_may_be_involved.into(),
        contact_channel: text(contact.and_then(|contact| contact.channel.as_ref())),
        contact_time: text(contact.and_then(|contact| contact.time.as_ref())),
        contact_caution: text(contact.and_then(|contact| contact.caution.as_ref())),
        sealing_key_id: None,
        sealing_key: Vec::new(),
    }
}

/// The row of an identity; nothing where it says nothing.
fn identity_row(input: &IdentityInput, person: &person::Model) -> Option<person_identity::Model> {
    let row = person_identity::Model {
        person_id: person.id,
        organisation_id: person.organisation_id,
        report_id: person.report_id,
        names: text(input.names.as_ref()),
        personal_number: text(input.personal_number.as_ref()),
        birth_date: input.birth_date.map(|day| day.0.to_string()).unwrap_or_default(),
        phone: text(input.phone.as_ref()),
        address: text(input.address.as_ref()),
    };
    let texts = [&row.names, &row.personal_number, &row.birth_date, &row.phone, &row.address];
    texts.iter().any(|text| !text.is_empty()).then_some(row)
}
