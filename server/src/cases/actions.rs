//! What is done to cases: opened when a report is accepted, void when it is reopened, decided on by a supervisor.

use super::rules;
use crate::access::{Act, Action, Scope, Write};
use crate::bars;
use crate::code_lists::ExploitationForm;
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::ids;
use crate::language::Message;
use crate::retention::rules::not_erased;
use crate::triage::rules::reason;
use entity::case::{self, Identification};
use entity::{person, report};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Opens a case for each person of a report, carried by the one whom the report is assigned to.
pub async fn open_for(write: &Write, report: &report::Model) -> Outcome<()> {
    let mut opened = Vec::new();
    let persons = write.find::<person::Entity>().filter(person::Column::ReportId.eq(report.id)).all().await?;
    for person in persons {
        let row = case::Model {
            id: ids::new_key(write.now()),
            organisation_id: report.organisation_id,
            report_id: report.id,
            person_id: person.id,
            reference: ids::new_reference("PR"),
            case_worker_id: report.assignee_id,
            identification: Identification::Pending,
            exploitation_forms: ExploitationForm::column(&[]),
            decision_reason: String::new(),
            decided_by_id: None,
            decided_at: None,
            revision: 1,
            opened_at: write.now(),
            void_at: None,
        };
        opened.push(row.id);
        write.insert::<case::Entity>(row, Action::CaseOpened).await?;
    }
    bars::hide(write, report, &opened).await
}

/// Gives the cases of a report that count to whom the report goes.
pub async fn assign_of(write: &Write, report: &report::Model, member: Uuid) -> Outcome<()> {
    for before in open_cases(write, report).await? {
        let after = case::Model { case_worker_id: Some(member), revision: before.revision + 1, ..before.clone() };
        write.update::<case::Entity>(&before, after, Action::CaseAssigned).await?;
    }
    Ok(())
}

/// Cases of a report that count, locked.
async fn open_cases(write: &Write, report: &report::Model) -> Outcome<Vec<case::Model>> {
    let open = Condition::all().add(case::Column::ReportId.eq(report.id)).add(case::Column::VoidAt.is_null());
    Ok(write.find::<case::Entity>().filter(open).locked().all().await?)
}

/// Makes the cases of a report void, unless one of them was decided on.
pub async fn void_of(write: &Write, report: &report::Model) -> Outcome<()> {
    let cases = open_cases(write, report).await?;
    rules::may_void(&cases)?;
    for before in cases {
        let after = case::Model { void_at: Some(write.now()), revision: before.revision + 1, ..before.clone() };
        write.update::<case::Entity>(&before, after, Action::CaseVoided).await?;
    }
    Ok(())
}

/// The Centre's decision on one case.
pub(super) struct Decision {
    /// Identified or not.
    pub(super) outcome: Identification,
    /// Forms of exploitation found.
    pub(super) forms: Vec<ExploitationForm>,
    /// Why.
    pub(super) reason: String,
}

/// Writes down the decision on a case.
pub(super) async fn decide(
    scope: &Scope,
    key: Option<Uuid>,
    revision: i32,
    decision: Decision,
) -> Outcome<case::Model> {
    let reason = reason(&decision.reason)?;
    rules::forms(decision.outcome, &decision.forms)?;
    let missing = || Problem::not_found("caseId");
    let write = scope.begin().await?;
    let key = key.ok_or_else(missing)?;
    let before = write.find::<case::Entity>().by_key(key).locked().one().await?.ok_or_else(missing)?;
    if before.revision != revision {
        return Err(Problem::new(UserErrorCode::Stale, "revision", Message::new("stale-case")).into());
    }
    rules::may_decide(&before)?;
    let report = write.find::<report::Entity>().by_key(before.report_id).one().await?.ok_or_else(missing)?;
    not_erased(&report, "caseId")?;
    let after = case::Model {
        identification: decision.outcome,
        exploitation_forms: ExploitationForm::column(&decision.forms),
        decision_reason: reason.clone(),
        decided_by_id: Some(write.viewer().membership_id()),
        decided_at: Some(write.now()),
        revision: before.revision + 1,
        ..before.clone()
    };
    let act = Act::because(
        Action::IdentificationDecided,
        rules::in_the_trail(before.identification, decision.outcome, &reason),
    );
    let after = write.update::<case::Entity>(&before, after, act).await?;
    write.commit().await?;
    Ok(after)
}
