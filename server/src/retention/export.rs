//! Everything that is held of one person, for an access request.
//!
//! In it is what is about the person, wherever it was written: the data of the person and who it is, what was ticked, the
//! report's content, the messages between the Centre and the reporting side, the Centre's notes, reasons and decision, with
//! whom it was compared, and what became of requests to erase it. Notes are in it because what somebody writes about a person is
//! that person's data as well. Files are named in it, by their numbers: the supervisor fetches them from the report, where each
//! fetching is written down. Texts can speak of other persons too; the contract says so, and the supervisor looks through it
//! before it is handed over. What the database holds and nobody can read any more is named.
//!
//! Not in it is who reported and how to reach them, who of the Centre wrote what, and who was barred from the report and why: that
//! is data of others, and may put them in danger. Nor is who has read the data: that stands in the audit trail and in the openings
//! of the identity with their reasons and reviews, which the protection officer reads. A test knows where each sealed column is.

use crate::access::sealing::is_unreadable;
use crate::access::{Act, Action, Order, Policy, Result, Scope, Write};
use crate::error::{Outcome, Problem};
use crate::indicators::Catalogues;
use crate::openings::rules::opening_reason;
use crate::openings::{Terms, opened_by_export};
use entity::{
    attachment, case, erasure, internal_note, organisation, person, person_identity, possible_duplicate, report,
    report_event, report_message, ticked_indicator,
};
use sea_orm::{ActiveEnum, ColumnTrait, Condition};
use serde_json::{Value, json};
use uuid::Uuid;

/// Gathers what is held of the person with this key. The audit row with the reason is there before the data is.
/// Where the identity of the person is in it, that is an opening, which the protection officer reviews.
pub(super) async fn person(
    scope: &Scope,
    catalogues: &Catalogues,
    terms: Terms,
    key: Option<Uuid>,
    reason: &str,
) -> Outcome<Value> {
    let reason = opening_reason(reason)?;
    let missing = || Problem::not_found("personId");
    let key = key.ok_or_else(missing)?;
    let write = scope.begin_export().await?;
    let person = write.find::<person::Entity>().by_key(key).one().await?.ok_or_else(missing)?;
    write.audit::<person::Entity>(person.id, Act::because(Action::PersonExported, reason.as_str())).await?;
    let report = write.find::<report::Entity>().by_key(person.report_id).one().await?.ok_or_else(missing)?;
    let identity = identity(&write, &person).await?;
    if !identity.is_null() {
        opened_by_export(&write, &report, person.id, &reason, terms).await?;
    }
    let mut export = json!({
        "person": about(&person),
        "identity": identity,
        "indicators": indicators(&write, catalogues, &person).await?,
        "cases": cases(&write, &person).await?,
        "report": content(&write, &report).await?,
        "messages": messages(&write, &report).await?,
        "notes": notes(&write, &report).await?,
        "steps": steps(&write, &report).await?,
        "files": files(&write, &report).await?,
        "possibleDuplicates": possible_duplicates(&write, &person).await?,
        "erasures": erasures(&write, &person).await?,
        "otherPersonsInReport": write
            .find::<person::Entity>()
            .filter(person::Column::ReportId.eq(report.id))
            .filter(person::Column::Id.ne(person.id))
            .count()
            .await?,
        "joinedReports": joined(&write, &report).await?,
    });
    write.commit().await?;
    let mut unreadable = Vec::new();
    set_apart(&mut export, "", &mut unreadable);
    export["unreadable"] = json!(unreadable);
    Ok(export)
}

/// Takes out the marks of texts that did not open, and says where they stood: `report.observations`, `messages.0.text`.
fn set_apart(value: &mut Value, path: &str, unreadable: &mut Vec<String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::String(text) if is_unreadable(text) => {
            unreadable.push(path.to_owned());
            *value = Value::Null;
        }
        Value::Array(values) => {
            for (position, value) in values.iter_mut().enumerate() {
                set_apart(value, &below(&position.to_string()), unreadable);
            }
        }
        Value::Object(values) => values.iter_mut().for_each(|(name, value)| set_apart(value, &below(name), unreadable)),
        _ => {}
    }
}

fn about(person: &person::Model) -> Value {
    json!({
        "pseudonym": person.pseudonym,
        "ageBand": person.age_band.map(|band| band.to_value()),
        "birthYear": person.birth_year,
        "child": person.child.to_value(),
        "sex": person.sex.to_value(),
        "citizenship": person.citizenship,
        "language": person.language,
        "communicationNeed": person.communication_need,
        "guardian": person.guardian,
        "guardianMayBeInvolved": person.guardian_may_be_involved.to_value(),
        "safeContact": {
            "channel": person.contact_channel,
            "time": person.contact_time,
            "caution": person.contact_caution,
        },
    })
}

async fn identity(write: &Write, person: &person::Model) -> Result<Value> {
    let found = write.find::<person_identity::Entity>().by_key(person.id).one().await?;
    Ok(found.map_or(Value::Null, |identity| {
        json!({
            "names": identity.names,
            "personalNumber": identity.personal_number,
            "birthDate": identity.birth_date,
            "phone": identity.phone,
            "address": identity.address,
        })
    }))
}

async fn indicators(write: &Write, catalogues: &Catalogues, person: &person::Model) -> Result<Vec<Value>> {
    let of_person = ticked_indicator::Column::PersonId.eq(person.id);
    let ticks = write.find::<ticked_indicator::Entity>().filter(of_person).all().await?;
    let catalogue = catalogues.knowing(write, ticks.iter().map(|tick| tick.indicator_id)).await?;
    let one = |tick: ticked_indicator::Model| {
        let indicator = catalogue.indicator(tick.indicator_id)?;
        let (version, entry) = (indicator.version(), indicator.entry());
        Some(json!({
            "set": version.set,
            "version": version.version,
            "code": entry.code,
            "wording": entry.sr,
            "remark": tick.remark,
        }))
    };
    Ok(ticks.into_iter().filter_map(one).collect())
}

async fn cases(write: &Write, person: &person::Model) -> Result<Vec<Value>> {
    let cases = write.find::<case::Entity>().filter(case::Column::PersonId.eq(person.id)).all().await?;
    let one = |case: case::Model| {
        json!({
            "reference": case.reference,
            "openedAt": case.opened_at,
            "voidedAt": case.void_at,
            "identification": case.identification.to_value(),
            "exploitationForms": serde_json::from_str::<Value>(&case.exploitation_forms).unwrap_or_default(),
            "decidedAt": case.decided_at,
            "reason": case.decision_reason,
        })
    };
    Ok(cases.into_iter().map(one).collect())
}

async fn content(write: &Write, report: &report::Model) -> Result<Value> {
    let organisation = write.find::<organisation::Entity>().by_key(report.organisation_id).one().await?;
    Ok(json!({
        "reference": report.reference,
        "organisation": organisation.map(|found| found.name),
        "submittedAt": report.submitted_at,
        "state": report.state.to_value(),
        "dangerNow": report.danger_now.to_value(),
        "exploiterNear": report.exploiter_near.to_value(),
        "observations": report.observations,
        "observedFrom": report.observed_from,
        "observedUntil": report.observed_until,
        "municipality": report.municipality_code,
        "place": report.place,
        "suspectedForms": serde_json::from_str::<Value>(&report.suspected_forms).unwrap_or_default(),
        "exploitationPlace": report.exploitation_place,
        "actionsTaken": report.actions_taken,
        "personKnows": report.person_knows.to_value(),
    }))
}

/// Parts of a report, oldest first.
async fn parts<E: Policy>(write: &Write, column: E::Column, key: E::Column, report: Uuid) -> Result<Vec<E::Model>> {
    write.find::<E>().filter(column.eq(report)).order(&[Order::ascending(key)]).all().await
}

async fn messages(write: &Write, report: &report::Model) -> Result<Vec<Value>> {
    use report_message::{Column, Entity};
    let messages = parts::<Entity>(write, Column::ReportId, Column::Id, report.id).await?;
    let one =
        |row: report_message::Model| json!({ "at": row.created_at, "kind": row.kind.to_value(), "text": row.text });
    Ok(messages.into_iter().map(one).collect())
}

async fn notes(write: &Write, report: &report::Model) -> Result<Vec<Value>> {
    use internal_note::{Column, Entity};
    let notes = parts::<Entity>(write, Column::ReportId, Column::Id, report.id).await?;
    Ok(notes.into_iter().map(|row| json!({ "at": row.created_at, "text": row.text })).collect())
}

async fn steps(write: &Write, report: &report::Model) -> Result<Vec<Value>> {
    use report_event::{Column, Entity};
    let events = parts::<Entity>(write, Column::ReportId, Column::Id, report.id).await?;
    let one = |row: report_event::Model| json!({ "at": row.occurred_at, "step": row.transition, "reason": row.reason });
    Ok(events.into_iter().map(one).collect())
}

/// The files that have come, without a byte of them. A file has no name but its number.
async fn files(write: &Write, report: &report::Model) -> Result<Vec<Value>> {
    use attachment::{Column, Entity, State};
    let files = parts::<Entity>(write, Column::ReportId, Column::Id, report.id).await?;
    let one = |row: attachment::Model| {
        json!({
            "number": row.position,
            "ofCentre": row.of_centre,
            "kind": row.kind.map(|kind| kind.to_value()),
            "size": row.size,
            "receivedAt": row.received_at,
        })
    };
    Ok(files.into_iter().filter(|row| row.state != State::Expected).map(one).collect())
}

/// The reports in which the person may stand as well, by their references, and what was decided about that.
async fn possible_duplicates(write: &Write, person: &person::Model) -> Result<Vec<Value>> {
    use possible_duplicate::{Column, Entity};
    let either = Condition::any().add(Column::PersonId.eq(person.id)).add(Column::OtherPersonId.eq(person.id));
    let rows = write.find::<Entity>().filter(either).order(&[Order::ascending(Column::Id)]).all().await?;
    let other = |row: &possible_duplicate::Model| {
        if row.person_id == person.id { row.other_report_id } else { row.report_id }
    };
    let reports = write.find::<report::Entity>().by_keys(rows.iter().map(other)).all().await?;
    let one = |row: &possible_duplicate::Model| {
        let reference = reports.iter().find(|report| report.id == other(row)).map(|report| &report.reference);
        json!({
            "otherReport": reference,
            "agreeIn": serde_json::from_str::<Value>(&row.reasons).unwrap_or_default(),
            "proposedAt": row.proposed_at,
            "state": row.state.to_value(),
            "decidedAt": row.resolved_at,
            "reason": row.resolve_reason,
        })
    };
    Ok(rows.iter().map(one).collect())
}

/// What was proposed or asked for, to erase the person.
async fn erasures(write: &Write, person: &person::Model) -> Result<Vec<Value>> {
    use erasure::{Column, Entity};
    let of_person = Column::PersonId.eq(person.id);
    let rows = write.find::<Entity>().filter(of_person).order(&[Order::ascending(Column::Id)]).all().await?;
    let one = |row: erasure::Model| {
        json!({
            "ground": row.ground.to_value(),
            "proposedAt": row.proposed_at,
            "reason": row.reason,
            "heldAt": row.held_at,
            "holdReason": row.hold_reason,
            "droppedAt": row.dropped_at,
        })
    };
    Ok(rows.into_iter().map(one).collect())
}

/// References of the reports that this one was joined to, and that were joined to it: the person may stand there as well.
async fn joined(write: &Write, report: &report::Model) -> Result<Vec<Option<String>>> {
    let mut found = write.find::<report::Entity>().filter(report::Column::JoinedToId.eq(report.id)).all().await?;
    if let Some(into) = report.joined_to_id {
        found.extend(write.find::<report::Entity>().by_key(into).one().await?);
    }
    Ok(found.into_iter().map(|report| report.reference).collect())
}
