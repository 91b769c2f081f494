//! The reports as their authors wrote them.

use super::catalogue::Catalogue;
use super::data::PHRASES;
use super::history::{self, Staff};
use super::members::{self, Seat};
use super::plan::{self, Planned};
use super::random::Random;
use super::rows::Rows;
use super::{Error, persons, training, twice};
use crate::access::Role;
use crate::clock;
use crate::code_lists::{self, ExploitationForm};
use crate::deadlines::{Deadlines, rows_of};
use crate::reports::rules::{self, Sections, Urgency};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Belgrade;
use entity::answer::Answer;
use entity::organisation::Kind;
use entity::report::{Channel, State};
use entity::{membership, report, report_deadline};
use uuid::Uuid;

/// What the rows are made with.
pub(super) struct Maker<'a> {
    pub(super) random: Random,
    pub(super) catalogue: &'a Catalogue,
    pub(super) rows: Rows,
}

/// Makes the whole network as of this day, and says which organisation is the Centre.
pub(super) fn generate(catalogue: &Catalogue, issuer: &str, today: NaiveDate) -> Result<(Rows, Uuid), Error> {
    let random = Random::seeded(b"the demonstration network, 2018.");
    let mut maker = Maker { random, catalogue, rows: Rows::default() };
    let seats = members::seats(&mut maker.random, issuer, &mut maker.rows);
    let year = plan::year(&mut maker.random, &seats);
    let staff = Staff::of(&seats[0]);
    for planned in &year {
        let seat = &seats[planned.seat];
        let author = author(&mut maker.random, seat);
        let mut report = written(&mut maker, planned, seat, author);
        let persons = persons::add(&mut maker, &report, seat.organisation.kind, &planned.persons)?;
        let rows = &maker.rows.persons;
        report.urgency = rules::urgency(&report, &rows[rows.len() - persons.len()..]).column();
        report.reported_urgency = report.urgency;
        let report = history::tell(&mut maker, planned, seat, &staff, report, &persons);
        maker.rows.reports.push(report);
    }
    add_deadlines(&mut maker.rows, clock::start_of(today));
    twice::report_somebody_twice(&mut maker.rows);
    training::tell(&mut maker.rows, &seats, today);
    Ok((maker.rows, seats[0].organisation.id))
}

/// The deadlines of every report, as they follow from its history. What was overdue by this instant was marked when it was due.
fn add_deadlines(rows: &mut Rows, now: DateTime<Utc>) {
    let mut random = Random::seeded(b"the deadlines of the reports,18.");
    let deadlines = Deadlines::default();
    for report in &rows.reports {
        let events: Vec<_> = rows.events.iter().filter(|event| event.report_id == report.id).cloned().collect();
        for row in rows_of(&deadlines, report, &events, report.created_at) {
            let missed = |at: DateTime<Utc>| (row.met_at.is_none() && at < now).then_some(at);
            let overdue_at = row.overdue_at.or(missed(row.due_at));
            let (id, escalated_at) = (random.key(row.started_at), missed(row.escalates_at));
            rows.deadlines.push(report_deadline::Model { id, overdue_at, escalated_at, ..row });
        }
    }
}

/// Who writes: mostly a reporter, at times the coordinator; at the Centre those who take the calls.
fn author<'a>(random: &mut Random, seat: &'a Seat) -> &'a membership::Model {
    let role = match seat.organisation.kind {
        Kind::Centre => Role::IntakeOfficer,
        _ if random.chance(85) => Role::Reporter,
        _ => Role::Coordinator,
    };
    let members = seat.with_role(role);
    members[random.below(members.len())]
}

/// The report as a draft, its content complete. How urgent it is, its persons say.
fn written(maker: &mut Maker, planned: &Planned, seat: &Seat, author: &membership::Model) -> report::Model {
    let random = &mut maker.random;
    let kind = seat.organisation.kind;
    let begun_on = planned.begun.with_timezone(&Belgrade).date_naive();
    let told = kind == Kind::Centre;
    let observed_until = begun_on - Days::new(random.within(0..=6).into());
    let observed_from = observed_until - Days::new(random.within(0..=60).into());
    let (danger_now, exploiter_near) = (answer(random, 10, 60), answer(random, 25, 40));
    let earlier = planned.joined_to.map(|position| maker.rows.reports[position].municipality_code.clone());
    report::Model {
        id: random.key(planned.begun),
        organisation_id: seat.organisation.id,
        author_id: author.id,
        reference: None,
        channel: channel(told, author),
        state: State::Draft,
        urgency: Urgency::Ordinary.column(),
        reported_urgency: Urgency::Ordinary.column(),
        revision: 1,
        section_revisions: Sections::default().column(),
        begun_on,
        created_at: planned.begun,
        updated_at: planned.begun,
        submitted_at: None,
        reporter_function: if told { String::new() } else { author.function.clone() },
        reporter_contact: if told { String::new() } else { contact(random, author) },
        on_behalf_of: if told { random.pick(&PHRASES.on_behalf_of).clone() } else { String::new() },
        may_call_back: random.chance(85),
        danger_now,
        exploiter_near,
        observations: observations(random, kind, planned),
        observed_from: Some(observed_from),
        observed_until: Some(observed_until),
        municipality_code: earlier.unwrap_or_else(|| Some(municipality(random, seat))),
        place: random.pick(&PHRASES.places).clone(),
        suspected_forms: ExploitationForm::column(&forms(planned)),
        exploitation_place: random.pick(&PHRASES.form(planned.persons[0].forms[0]).places).clone(),
        actions_taken: random.maybe(80, &PHRASES.actions_taken),
        person_knows: answer(random, 45, 25),
        assignee_id: None,
        joined_to_id: planned.joined_to.map(|position| maker.rows.reports[position].id),
        withdrawal_requested_at: None,
        sealing_key_id: None,
        sealing_key: Vec::new(),
    }
}

/// When it is submitted: within two hours of having been begun.
pub(super) fn submission(random: &mut Random, report: &report::Model) -> chrono::DateTime<chrono::Utc> {
    report.created_at + TimeDelta::minutes(random.within(8..=110).into())
}

fn channel(told: bool, author: &membership::Model) -> Channel {
    match &author.client_id {
        _ if told => Channel::Phone,
        Some(_) => Channel::Api,
        None => Channel::Portal,
    }
}

/// Yes and unsure so many times in a hundred each.
fn answer(random: &mut Random, yes: usize, unsure: usize) -> Answer {
    match random.below(100) {
        drawn if drawn < yes => Answer::Yes,
        drawn if drawn < yes + unsure => Answer::Unsure,
        _ => Answer::No,
    }
}

fn contact(random: &mut Random, author: &membership::Model) -> String {
    author.email.clone().unwrap_or_else(|| format!("011 000 {:04}", random.below(10_000)))
}

/// The municipality of the seat, or at times another.
fn municipality(random: &mut Random, seat: &Seat) -> String {
    if random.chance(65) {
        return seat.organisation.municipality_code.clone();
    }
    let all: Vec<&str> = code_lists::municipality_codes().collect();
    (*random.pick(&all)).to_owned()
}

/// The forms that its persons suggest.
fn forms(planned: &Planned) -> Vec<ExploitationForm> {
    planned.persons.iter().flat_map(|person| person.forms.iter().copied()).collect()
}

/// How it came to attention, and one or two signs of each suspected form.
fn observations(random: &mut Random, kind: Kind, planned: &Planned) -> String {
    let mut sentences = vec![random.pick(PHRASES.openings(kind)).as_str()];
    let mut told = Vec::new();
    for form in forms(planned) {
        if told.contains(&form) {
            continue;
        }
        told.push(form);
        let mut signs: Vec<&str> = PHRASES.form(form).signs.iter().map(String::as_str).collect();
        random.shuffle(&mut signs);
        signs.truncate(if random.chance(60) { 2 } else { 1 });
        sentences.extend(signs);
    }
    sentences.join(" ")
}
