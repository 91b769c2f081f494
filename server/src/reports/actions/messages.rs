//! What the reporting side says about a report after it was submitted: the author, or a coordinator of the organisation.

use crate::access::{Act, Action, Order, Scope, Write};
use crate::deadlines::Deadlines;
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::language::Message;
use crate::organisations::rules::reason;
use crate::reports::mutations::{AddInformationInput, AnswerInformationRequestInput, RequestWithdrawalInput};
use crate::reports::rules::{self, LONGEST_TEXT, Status};
use crate::retention::rules::not_erased;
use crate::triage::record;
use crate::triage::rules::{Actor, Transition, next};
use async_graphql::ID;
use chrono::TimeDelta;
use entity::report::{self, Column, Model, State};
use entity::report_message::{self, Kind};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Adds what was learned since.
pub async fn add_information(scope: &Scope, input: &AddInformationInput) -> Outcome<Model> {
    let once = Once::new("addInformation", &input.idempotency_key, input)?;
    let text = rules::message(&input.text, "text")?;
    let write = scope.begin().await?;
    let before = submitted(&write, &input.report_id).await?;
    let id = next_key(&write, before.id).await?;
    if once.claim(&write, id).await?.is_some() {
        return Ok(before);
    }
    insert(&write, &before, id, Kind::Information, None, text).await?;
    let after = Model { updated_at: write.now(), ..before.clone() };
    let after = write.update::<report::Entity>(&before, after, Action::InformationAdded).await?;
    write.commit().await?;
    Ok(after)
}

/// Asks the Centre to withdraw the report. Whether it does is the Centre's decision: nothing is removed.
pub async fn request_withdrawal(scope: &Scope, input: &RequestWithdrawalInput) -> Outcome<Model> {
    let once = Once::new("requestWithdrawal", &input.idempotency_key, input)?;
    let reason = reason(&input.reason, LONGEST_TEXT)?;
    let write = scope.begin().await?;
    let before = submitted(&write, &input.report_id).await?;
    let id = next_key(&write, before.id).await?;
    if once.claim(&write, id).await?.is_some() {
        return Ok(before);
    }
    if before.withdrawal_requested_at.is_some() || rules::status(before.state) == Status::Closed {
        return Err(wrong_state("reportId", Message::new("cannot-be-withdrawn")).into());
    }
    insert(&write, &before, id, Kind::WithdrawalRequest, None, reason.clone()).await?;
    let now = write.now();
    let after = Model { withdrawal_requested_at: Some(now), updated_at: now, ..before.clone() };
    let act = Act::because(Action::WithdrawalRequested, reason);
    let after = write.update::<report::Entity>(&before, after, act).await?;
    write.commit().await?;
    Ok(after)
}

/// Answers the Centre's question, which takes the report up again.
pub async fn answer_information_request(
    scope: &Scope,
    deadlines: &Deadlines,
    input: &AnswerInformationRequestInput,
) -> Outcome<Model> {
    let once = Once::new("answerInformationRequest", &input.idempotency_key, input)?;
    let text = rules::message(&input.text, "text")?;
    let write = scope.begin_timekeeping().await?;
    let before = submitted(&write, &input.report_id).await?;
    let id = next_key(&write, before.id).await?;
    if once.claim(&write, id).await?.is_some() {
        return Ok(before);
    }
    let request = open_request(&write, &before, &input.message_id).await?;
    let state = next(before.state, Transition::Answer, Actor::on(write.viewer(), &before))
        .map_err(|_| wrong_state("reportId", Message::new("no-answer-awaited")))?;
    insert(&write, &before, id, Kind::Answer, Some(request), text).await?;
    let revision = before.revision + 1;
    let after = Model { state, revision, updated_at: write.now(), ..before.clone() };
    let after = write.update::<report::Entity>(&before, after, Action::InformationAnswered).await?;
    record(&write, deadlines, Transition::Answer, before.state, &after, String::new()).await?;
    write.commit().await?;
    Ok(after)
}

fn wrong_state(path: &str, message: Message) -> Problem {
    Problem::new(UserErrorCode::WrongState, path, message)
}

/// Finds a submitted report of the viewer's organisation, locked.
async fn submitted(write: &Write, id: &ID) -> Outcome<Model> {
    let missing = || Problem::not_found("reportId");
    let key = ids::decode(ObjectType::Report, id).ok_or_else(missing)?;
    let own = Column::OrganisationId.eq(write.viewer().organisation_id());
    let found = write.find::<report::Entity>().by_key(key).filter(own).locked().one().await?;
    let found = found.ok_or_else(missing)?;
    if found.state == State::Draft {
        return Err(wrong_state("reportId", Message::new("still-a-draft")).into());
    }
    not_erased(&found, "reportId")?;
    Ok(found)
}

/// The key of a request of the Centre on this report that nobody has answered yet.
async fn open_request(write: &Write, report: &Model, id: &ID) -> Outcome<Uuid> {
    use report_message::Column;
    let missing = || Problem::not_found("messageId");
    let key = ids::decode(ObjectType::ReportMessage, id).ok_or_else(missing)?;
    let asked = Condition::all().add(Column::ReportId.eq(report.id)).add(Column::Kind.eq(Kind::Request));
    let request = write.find::<report_message::Entity>().by_key(key).filter(asked).one().await?;
    let request = request.ok_or_else(missing)?;
    let answered = Column::InReplyToId.eq(request.id);
    if write.find::<report_message::Entity>().filter(answered).one().await?.is_some() {
        return Err(wrong_state("messageId", Message::new("answered-already")).into());
    }
    Ok(request.id)
}

/// A key for the next message on a report, which is locked: behind those that are there, whatever the clock says, because lists
/// and cursors follow keys.
pub async fn next_key(write: &Write, report: Uuid) -> Outcome<Uuid> {
    use report_message::Column;
    let there = write.find::<report_message::Entity>().filter(Column::ReportId.eq(report));
    let last = there.order(&[Order::descending(Column::Id)]).one().await?;
    let behind = last.map(|last| ids::instant_of(last.id) + TimeDelta::milliseconds(1));
    Ok(ids::new_key(behind.map_or(write.now(), |behind| behind.max(write.now()))))
}

/// Refuses a message where the report, which is locked, has as many of its kind as it takes.
pub async fn expect_room(write: &Write, report: &Model, kind: Kind) -> Outcome<()> {
    use report_message::Column;
    let alike = Condition::all().add(Column::ReportId.eq(report.id)).add(Column::Kind.eq(kind));
    let number = write.find::<report_message::Entity>().filter(alike).count().await?;
    Ok(rules::one_more_message(number, "reportId")?)
}

/// Adds a message, where the report takes one more of its kind; the audit row is the report's.
async fn insert(
    write: &Write,
    report: &Model,
    id: Uuid,
    kind: Kind,
    in_reply_to_id: Option<Uuid>,
    text: String,
) -> Outcome<()> {
    expect_room(write, report, kind).await?;
    let row = report_message::Model {
        id,
        organisation_id: report.organisation_id,
        report_id: report.id,
        author_id: write.viewer().membership_id(),
        kind,
        in_reply_to_id,
        text,
        created_at: write.now(),
    };
    write.insert_part::<report_message::Entity>(row).await?;
    Ok(())
}
