//! What the Centre and its partners did about a report: transitions, messages, notes, cases.

use super::data::{PHRASES, Question};
use super::members::Seat;
use super::plan::{Planned, working_hour};
use super::reports::{self, Maker};
use crate::access::Role;
use crate::code_lists::ExploitationForm;
use crate::reports::REFERENCE_PREFIX;
use crate::reports::rules::Urgency;
use crate::triage::rules::Transition;
use chrono::{DateTime, TimeDelta, Utc};
use entity::case::{self, Identification};
use entity::organisation::Kind;
use entity::report::{self, State};
use entity::report_event;
use entity::report_message::{self, Kind as Message};
use uuid::Uuid;

/// The Centre's members who work on reports.
pub(super) struct Staff {
    intake: Vec<Uuid>,
    case_workers: Vec<Uuid>,
    supervisor: Uuid,
}

impl Staff {
    /// Those of the Centre.
    pub(super) fn of(centre: &Seat) -> Self {
        let with = |role| centre.with_role(role).iter().map(|member| member.id).collect::<Vec<_>>();
        Self {
            intake: with(Role::IntakeOfficer),
            case_workers: with(Role::CaseWorker),
            supervisor: with(Role::Supervisor)[0],
        }
    }
}

/// Tells what became of a report, adds the rows that say so, and answers it as it stands in the end.
pub(super) fn tell(
    maker: &mut Maker,
    planned: &Planned,
    seat: &Seat,
    staff: &Staff,
    report: report::Model,
    persons: &[Uuid],
) -> report::Model {
    let mut story = Story { now: report.created_at, maker, staff, report };
    story.submit();
    if planned.state == State::Submitted {
        return story.report;
    }
    story.take_up();
    if planned.reopened {
        story.close();
        story.reopen();
    }
    let partner = seat.organisation.kind != Kind::Centre;
    let waits = planned.state == State::MoreInformationNeeded;
    if waits || (partner && story.maker.random.chance(25)) {
        let question = story.maker.random.pick(&PHRASES.questions);
        let request = story.ask(question);
        if waits {
            return story.report;
        }
        story.answer(request, question, seat);
    } else if partner {
        story.partner_writes();
    }
    match planned.state {
        State::Accepted => story.accept(planned, persons),
        State::Joined => story.end(Transition::Join, State::Joined, &PHRASES.reasons_to_join),
        State::PassedOn => story.pass_on(),
        State::Closed => story.close(),
        _ => {}
    }
    if partner && story.maker.random.chance(15) {
        story.notice();
    }
    story.report
}

/// A report on its way.
struct Story<'m, 'c, 's> {
    now: DateTime<Utc>,
    maker: &'m mut Maker<'c>,
    staff: &'s Staff,
    report: report::Model,
}

impl Story<'_, '_, '_> {
    /// Time passes until working hours, at least so many days later.
    fn wait(&mut self, fewest: u32, most: u32) {
        let days = self.maker.random.within(fewest..=most);
        self.now = working_hour(self.now, days, &mut self.maker.random);
    }

    fn step(&mut self, transition: Transition, to: State, actor_id: Uuid, reason: &str) {
        let event = report_event::Model {
            id: self.maker.random.key(self.now),
            organisation_id: self.report.organisation_id,
            report_id: self.report.id,
            actor_id,
            transition: transition.as_str().to_owned(),
            from_state: self.report.state,
            to_state: to,
            revision: self.report.revision + 1,
            urgency: None,
            assignee_id: (transition == Transition::Assign).then_some(self.report.assignee_id).flatten(),
            reason: reason.to_owned(),
            occurred_at: self.now,
        };
        self.maker.rows.events.push(event);
        self.report.state = to;
        self.report.revision += 1;
        self.report.updated_at = self.now;
    }

    fn write(&mut self, kind: Message, author_id: Uuid, in_reply_to_id: Option<Uuid>, text: &str) -> Uuid {
        let message = report_message::Model {
            id: self.maker.random.key(self.now),
            organisation_id: self.report.organisation_id,
            report_id: self.report.id,
            author_id,
            kind,
            in_reply_to_id,
            text: text.to_owned(),
            created_at: self.now,
        };
        let id = message.id;
        self.maker.rows.messages.push(message);
        self.report.updated_at = self.now;
        id
    }

    fn submit(&mut self) {
        self.now = reports::submission(&mut self.maker.random, &self.report);
        self.report.reference = Some(self.maker.random.reference(REFERENCE_PREFIX));
        self.report.submitted_at = Some(self.now);
        self.step(Transition::Submit, State::Submitted, self.report.author_id, "");
    }

    /// An intake officer takes it, at once where someone is in danger, and at times leaves a note.
    fn take_up(&mut self) {
        if self.report.urgency == Urgency::Immediate.column() {
            self.now += TimeDelta::minutes(self.maker.random.within(10..=50).into());
        } else {
            self.wait(1, 2);
        }
        let officer = *self.maker.random.pick(&self.staff.intake);
        self.assign(officer, officer);
        if self.maker.random.chance(40) {
            let note = entity::internal_note::Model {
                id: self.maker.random.key(self.now),
                organisation_id: self.report.organisation_id,
                report_id: self.report.id,
                author_id: officer,
                text: self.maker.random.pick(&PHRASES.notes).clone(),
                created_at: self.now,
            };
            self.maker.rows.notes.push(note);
        }
    }

    fn assign(&mut self, actor: Uuid, assignee: Uuid) {
        self.report.assignee_id = Some(assignee);
        self.step(Transition::Assign, State::InTriage, actor, "");
    }

    /// Who works on it; nobody works on what was not assigned, so this is asked only afterwards.
    fn assignee(&self) -> Uuid {
        self.report.assignee_id.unwrap_or(self.staff.supervisor)
    }

    fn ask(&mut self, question: &Question) -> Uuid {
        self.wait(1, 2);
        let request = self.write(Message::Request, self.assignee(), None, &question.request);
        self.step(Transition::RequestInformation, State::MoreInformationNeeded, self.assignee(), "");
        request
    }

    /// The author answers; for software, which cannot, the coordinator does.
    fn answer(&mut self, request: Uuid, question: &Question, seat: &Seat) {
        self.wait(1, 3);
        let software = seat.members.iter().any(|m| m.id == self.report.author_id && m.client_id.is_some());
        let coordinator = seat.with_role(Role::Coordinator)[0].id;
        let author = if software { coordinator } else { self.report.author_id };
        self.write(Message::Answer, author, Some(request), &question.answer);
        self.step(Transition::Answer, State::InTriage, author, "");
    }

    /// At times the partner adds what it learned, and seldom it asks to withdraw the report.
    fn partner_writes(&mut self) {
        let drawn = self.maker.random.below(100);
        if drawn < 15 {
            self.wait(1, 2);
            let text = self.maker.random.pick(&PHRASES.information);
            self.write(Message::Information, self.report.author_id, None, text);
        } else if drawn < 20 {
            self.wait(1, 2);
            let text = self.maker.random.pick(&PHRASES.withdrawals);
            self.write(Message::WithdrawalRequest, self.report.author_id, None, text);
            self.report.withdrawal_requested_at = Some(self.now);
        }
    }

    fn notice(&mut self) {
        self.wait(1, 1);
        let text = self.maker.random.pick(&PHRASES.notices);
        self.write(Message::Notice, self.assignee(), None, text);
    }

    fn end(&mut self, transition: Transition, state: State, reasons: &[String]) {
        self.wait(2, 5);
        let reason = self.maker.random.pick(reasons).clone();
        self.step(transition, state, self.assignee(), &reason);
    }

    fn close(&mut self) {
        self.end(Transition::Close, State::Closed, &PHRASES.reasons_to_close);
    }

    fn reopen(&mut self) {
        self.wait(1, 2);
        let reason = self.maker.random.pick(&PHRASES.reasons_to_reopen).clone();
        self.step(Transition::Reopen, State::InTriage, self.staff.supervisor, &reason);
    }

    fn pass_on(&mut self) {
        self.wait(1, 4);
        let authority = self.maker.random.pick(&PHRASES.authorities);
        let reason = format!("{authority}: {}", self.maker.random.pick(&PHRASES.reasons_to_pass_on));
        self.step(Transition::PassOn, State::PassedOn, self.assignee(), &reason);
    }

    /// The supervisor gives it to a case worker and accepts it; each person gets a case.
    fn accept(&mut self, planned: &Planned, persons: &[Uuid]) {
        self.wait(2, 6);
        let case_worker = *self.maker.random.pick(&self.staff.case_workers);
        self.assign(self.staff.supervisor, case_worker);
        let reason = self.maker.random.pick(&PHRASES.reasons_to_accept).clone();
        self.step(Transition::Accept, State::Accepted, self.staff.supervisor, &reason);
        let opened_at = self.now;
        for (profile, person_id) in planned.persons.iter().zip(persons) {
            let identification = profile.identification.unwrap_or(Identification::Pending);
            let case = self.case(*person_id, case_worker, opened_at, identification, &profile.forms);
            self.maker.rows.cases.push(case);
        }
    }

    fn case(
        &mut self,
        person_id: Uuid,
        case_worker: Uuid,
        opened_at: DateTime<Utc>,
        identification: Identification,
        forms: &[ExploitationForm],
    ) -> case::Model {
        let random = &mut self.maker.random;
        let (reason, forms) = match identification {
            Identification::Pending => (String::new(), &[][..]),
            Identification::Identified => (random.pick(&PHRASES.reasons_identified).clone(), forms),
            Identification::NotIdentified => (random.pick(&PHRASES.reasons_not_identified).clone(), &[][..]),
        };
        let days = random.within(14..=38);
        let decided_at = working_hour(opened_at, days, random);
        let decided = identification != Identification::Pending;
        case::Model {
            id: random.key(opened_at),
            organisation_id: self.report.organisation_id,
            report_id: self.report.id,
            person_id,
            reference: random.reference("PR"),
            case_worker_id: Some(case_worker),
            identification,
            exploitation_forms: ExploitationForm::column(forms),
            decision_reason: reason,
            decided_by_id: decided.then_some(self.staff.supervisor),
            decided_at: decided.then_some(decided_at),
            revision: if decided { 2 } else { 1 },
            opened_at,
            void_at: None,
        }
    }
}
