//! What supervisors do about erasures: ask for one, hold one back, let it go.

use super::matters::{self, Matter};
use super::rules::{all_named, at_work};
use crate::access::{Act, Action, Order, Scope, Write};
use crate::error::{Outcome, Problem, Stop, UserErrorCode};
use crate::idempotency::Once;
use crate::ids;
use crate::language::Message;
use crate::triage::rules::reason;
use entity::erasure::{self, Column, Ground};
use entity::person;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// The most persons whom one request names.
pub(super) const MOST_PERSONS: usize = 20;

/// A request to erase somebody.
pub(super) struct Request {
    /// The persons who are this somebody; nothing for an id that leads nowhere.
    pub(super) persons: Vec<Option<Uuid>>,
    /// Why.
    pub(super) reason: String,
    /// Whether somebody made sure that it stands in none of the other joined reports.
    pub(super) stands_nowhere_else: bool,
}

fn wrong(code: UserErrorCode, path: &str, key: &'static str) -> Stop {
    Problem::new(code, path, Message::new(key)).into()
}

/// Asks for the erasure of somebody, who may stand in several reports: all of them together, after the review window.
pub(super) async fn request(scope: &Scope, once: &Once, request: Request) -> Outcome<Vec<erasure::Model>> {
    let reason = reason(&request.reason)?;
    match request.persons.len() {
        0 => return Err(wrong(UserErrorCode::Required, "personIds", "required")),
        1..=MOST_PERSONS => {}
        _ => {
            let message = Message::new("too-many-persons-to-erase").with("most", MOST_PERSONS);
            return Err(Problem::new(UserErrorCode::TooLong, "personIds", message).into());
        }
    }
    let write = scope.begin().await?;
    let persons = persons(&write, &request.persons).await?;
    let together_id = ids::new_key(write.now());
    if let Some(before) = once.claim(&write, together_id).await? {
        return together(&write, before).await;
    }
    let reports = persons.iter().map(|person| person.report_id).collect();
    let matters = matters::of_reports(&write, reports).await?;
    may_be_erased(&write, &persons, &matters).await?;
    if !request.stands_nowhere_else {
        stand_everywhere(&persons, &matters)?;
    }
    for person in &persons {
        let row = asked_for(&write, person, together_id, &request, reason.clone());
        if !write.insert_part_unless_there::<erasure::Entity>(row).await? {
            return Err(wrong(UserErrorCode::WrongState, "personIds", "erasure-waits-already"));
        }
        let act = Act::because(Action::ErasureRequested, reason.clone());
        write.audit::<person::Entity>(person.id, act).await?;
    }
    let rows = together(&write, together_id).await?;
    write.commit().await?;
    Ok(rows)
}

/// The persons with these keys, each once.
async fn persons(write: &Write, keys: &[Option<Uuid>]) -> Outcome<Vec<person::Model>> {
    let missing = |position: usize| Problem::not_found(&format!("personIds.{position}"));
    let mut persons: Vec<person::Model> = Vec::with_capacity(keys.len());
    for (position, key) in keys.iter().enumerate() {
        let key = key.ok_or_else(|| missing(position))?;
        let found = write.find::<person::Entity>().by_key(key).one().await?.ok_or_else(|| missing(position))?;
        if persons.iter().all(|person| person.id != found.id) {
            persons.push(found);
        }
    }
    Ok(persons)
}

/// Nobody is erased twice, nor while there is work on its report or on one that it was joined to.
async fn may_be_erased(write: &Write, persons: &[person::Model], matters: &[Matter]) -> Outcome<()> {
    let path = "personIds";
    if persons.iter().any(|person| person.sealing_key_id.is_none()) {
        return Err(wrong(UserErrorCode::WrongState, path, "erased-already"));
    }
    if matters.iter().any(|matter| at_work(&matter.persons)) {
        return Err(wrong(UserErrorCode::WrongState, path, "erasure-at-work"));
    }
    let keys = persons.iter().map(|person| person.id).collect();
    let open = Condition::all().add(Column::ExecutedAt.is_null()).add(Column::DroppedAt.is_null());
    if write.find::<erasure::Entity>().of(Column::PersonId, keys).filter(open).one().await?.is_some() {
        return Err(wrong(UserErrorCode::WrongState, path, "erasure-waits-already"));
    }
    Ok(())
}

/// Reports are joined because they are about the same events: who stands in one may stand in the others, and is then named
/// there too. Nobody is erased by half.
fn stand_everywhere(persons: &[person::Model], matters: &[Matter]) -> Outcome<()> {
    let named: Vec<Uuid> = persons.iter().map(|person| person.report_id).collect();
    if !matters.iter().all(|matter| all_named(&matter.persons, &named)) {
        return Err(wrong(UserErrorCode::Required, "personIds", "erasure-joined"));
    }
    Ok(())
}

fn asked_for(
    write: &Write,
    person: &person::Model,
    together_id: Uuid,
    request: &Request,
    reason: String,
) -> erasure::Model {
    erasure::Model {
        id: ids::new_key(write.now()),
        organisation_id: person.organisation_id,
        report_id: person.report_id,
        person_id: person.id,
        together_id,
        ground: Ground::Request,
        reason,
        due_at: write.now(),
        stands_nowhere_else: request.stands_nowhere_else,
        proposed_by_id: Some(write.viewer().membership_id()),
        proposed_at: write.now(),
        window_began_at: write.now(),
        held_at: None,
        held_by_id: None,
        hold_reason: String::new(),
        dropped_at: None,
        executed_at: None,
    }
}

/// What is erased together, in the order in which it was proposed.
async fn together(write: &Write, together_id: Uuid) -> Outcome<Vec<erasure::Model>> {
    let find = write.find::<erasure::Entity>().filter(Column::TogetherId.eq(together_id));
    Ok(find.order(&[Order::ascending(Column::Id)]).all().await?)
}

/// What is erased together, locked, while all of it is under review. PostgreSQL locks nothing else for a supervisor.
async fn under_review(write: &Write, together_id: Uuid) -> Outcome<Vec<erasure::Model>> {
    let all = together(write, together_id).await?.len();
    let open = Condition::all().add(Column::ExecutedAt.is_null()).add(Column::DroppedAt.is_null());
    let find = write.find::<erasure::Entity>().filter(Column::TogetherId.eq(together_id)).filter(open);
    let locked = find.order(&[Order::ascending(Column::Id)]).locked().all().await?;
    if locked.len() == all { Ok(locked) } else { Err(wrong(UserErrorCode::WrongState, "erasureId", "erasure-over")) }
}

/// Whether an erasure is to be held back or let go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// It waits until it is released.
    Hold,
    /// It goes on, with a new review window.
    Release,
}

/// Holds an erasure back, or lets it go, with all that is erased together with it.
pub(super) async fn decide(
    scope: &Scope,
    key: Option<Uuid>,
    decision: Decision,
    why: &str,
) -> Outcome<Vec<erasure::Model>> {
    let reason = reason(why)?;
    let missing = || Problem::not_found("erasureId");
    let write = scope.begin().await?;
    let found = write.find::<erasure::Entity>().by_key(key.ok_or_else(missing)?).one().await?;
    let together_id = found.ok_or_else(missing)?.together_id;
    let before = under_review(&write, together_id).await?;
    let (held, key, action) = match decision {
        Decision::Hold => (false, "erasure-held-already", Action::ErasureHeld),
        Decision::Release => (true, "erasure-not-held", Action::ErasureReleased),
    };
    // Whoever is barred from one of the reports holds and releases the rest alone: it waits until nothing of it is held.
    let of_it: Vec<&erasure::Model> = before.iter().filter(|erasure| erasure.held_at.is_some() == held).collect();
    if of_it.is_empty() {
        return Err(wrong(UserErrorCode::WrongState, "erasureId", key));
    }
    for erasure in of_it {
        let after = decided(&write, erasure, decision, &reason);
        write.update_part::<erasure::Entity>(erasure, after).await?;
        write.audit::<person::Entity>(erasure.person_id, Act::because(action, reason.clone())).await?;
    }
    let after = together(&write, together_id).await?;
    write.commit().await?;
    Ok(after)
}

fn decided(write: &Write, erasure: &erasure::Model, decision: Decision, reason: &str) -> erasure::Model {
    match decision {
        Decision::Hold => erasure::Model {
            held_at: Some(write.now()),
            held_by_id: Some(write.viewer().membership_id()),
            hold_reason: reason.to_owned(),
            ..erasure.clone()
        },
        Decision::Release => erasure::Model {
            held_at: None,
            held_by_id: None,
            hold_reason: String::new(),
            window_began_at: write.now(),
            ..erasure.clone()
        },
    }
}
