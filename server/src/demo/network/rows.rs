//! The rows of the whole network, before they are written.

use crate::access::{Known, Result, Write};
use crate::duplicates;
use entity::{
    account, attendance, case, certificate, certificate_content, evaluation, evaluation_answered, internal_note,
    match_subject, material, membership, organisation, person, person_identity, printed_material, programme, question,
    registration, report, report_deadline, report_event, report_message, session_audience, session_evaluation,
    session_reach, session_test, session_trainer, test_attempt, test_question, test_result, ticked_indicator,
    training_day, training_session,
};

/// Rows by table.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Rows {
    pub(super) organisations: Vec<organisation::Model>,
    pub(super) accounts: Vec<account::Model>,
    pub(super) memberships: Vec<membership::Model>,
    pub(super) reports: Vec<report::Model>,
    pub(super) persons: Vec<person::Model>,
    pub(super) identities: Vec<person_identity::Model>,
    pub(super) ticks: Vec<ticked_indicator::Model>,
    pub(super) messages: Vec<report_message::Model>,
    pub(super) events: Vec<report_event::Model>,
    pub(super) deadlines: Vec<report_deadline::Model>,
    pub(super) notes: Vec<internal_note::Model>,
    pub(super) cases: Vec<case::Model>,
    pub(super) programmes: Vec<programme::Model>,
    pub(super) sessions: Vec<training_session::Model>,
    pub(super) days: Vec<training_day::Model>,
    pub(super) trainers: Vec<session_trainer::Model>,
    pub(super) audiences: Vec<session_audience::Model>,
    pub(super) registrations: Vec<registration::Model>,
    pub(super) attendances: Vec<attendance::Model>,
    pub(super) materials: Vec<material::Model>,
    pub(super) printed: Vec<printed_material::Model>,
    pub(super) reach: Vec<session_reach::Model>,
    pub(super) questions: Vec<question::Model>,
    pub(super) tests: Vec<session_test::Model>,
    pub(super) asked: Vec<test_question::Model>,
    pub(super) attempts: Vec<test_attempt::Model>,
    pub(super) results: Vec<test_result::Model>,
    pub(super) evaluated: Vec<session_evaluation::Model>,
    pub(super) evaluations: Vec<evaluation::Model>,
    pub(super) answered: Vec<evaluation_answered::Model>,
    pub(super) certificates: Vec<certificate::Model>,
    pub(super) contents: Vec<certificate_content::Model>,
}

impl Rows {
    /// The persons of submitted reports as they are compared with each other, and what each is known by.
    pub(super) fn to_compare(&self) -> Vec<(match_subject::Model, Vec<Known<Option<String>>>)> {
        let of = |person: &person::Model| {
            let report = self.reports.iter().find(|report| report.id == person.report_id)?;
            let identity = self.identities.iter().find(|identity| identity.person_id == person.id);
            Some(duplicates::rows_of(report, person, identity, report.submitted_at?))
        };
        self.persons.iter().filter_map(of).collect()
    }

    /// Writes them, each table after those that it refers to.
    pub(super) async fn store(self, write: &Write) -> Result<()> {
        write.insert_parts::<organisation::Entity>(self.organisations).await?;
        write.insert_parts::<account::Entity>(self.accounts).await?;
        write.insert_parts::<membership::Entity>(self.memberships).await?;
        write.insert_parts::<report::Entity>(self.reports).await?;
        write.insert_parts::<person::Entity>(self.persons).await?;
        write.insert_parts::<person_identity::Entity>(self.identities).await?;
        write.insert_parts::<ticked_indicator::Entity>(self.ticks).await?;
        write.insert_parts::<report_message::Entity>(self.messages).await?;
        write.insert_parts::<report_event::Entity>(self.events).await?;
        write.insert_parts::<report_deadline::Entity>(self.deadlines).await?;
        write.insert_parts::<internal_note::Entity>(self.notes).await?;
        write.insert_parts::<case::Entity>(self.cases).await?;
        write.insert_parts::<programme::Entity>(self.programmes).await?;
        write.insert_parts::<training_session::Entity>(self.sessions).await?;
        write.insert_parts::<training_day::Entity>(self.days).await?;
        write.insert_parts::<session_trainer::Entity>(self.trainers).await?;
        write.insert_parts::<session_audience::Entity>(self.audiences).await?;
        write.insert_parts::<registration::Entity>(self.registrations).await?;
        write.insert_parts::<attendance::Entity>(self.attendances).await?;
        write.insert_parts::<material::Entity>(self.materials).await?;
        write.insert_parts::<printed_material::Entity>(self.printed).await?;
        write.insert_parts::<session_reach::Entity>(self.reach).await?;
        write.insert_parts::<question::Entity>(self.questions).await?;
        write.insert_parts::<session_test::Entity>(self.tests).await?;
        write.insert_parts::<test_question::Entity>(self.asked).await?;
        write.insert_parts::<test_attempt::Entity>(self.attempts).await?;
        write.insert_parts::<test_result::Entity>(self.results).await?;
        write.insert_parts::<session_evaluation::Entity>(self.evaluated).await?;
        write.insert_parts::<evaluation::Entity>(self.evaluations).await?;
        write.insert_parts::<evaluation_answered::Entity>(self.answered).await?;
        write.insert_parts::<certificate::Entity>(self.certificates).await?;
        write.insert_parts::<certificate_content::Entity>(self.contents).await
    }
}
