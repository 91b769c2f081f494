//! What is done to registrations.

use super::needs::{Needs, remove_needs, set_needs};
use super::placing::{self, Placing};
use super::rules;
use crate::access::{Action, Scope, Write};
use crate::error::{Outcome, Problem, Stop, UserErrorCode};
use crate::idempotency::Once;
use crate::ids;
use crate::language::Message;
use crate::organisations::rules::{LONGEST_NAME, text};
use crate::training::names;
use crate::transliteration::comparable;
use entity::organisation::Kind;
use entity::registration::{self, Column, Model, State};
use entity::{membership, organisation, training_session};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Whom to register.
pub(super) enum Who {
    /// The viewer itself.
    Oneself,
    /// A member of the viewer's organisation; nothing where the id is none.
    Member(Option<Uuid>),
    /// Somebody of the viewer's organisation without a membership.
    Named { name: String, function: String },
}

/// Somebody of an institution.
pub(super) struct Participant {
    pub(super) institution: Uuid,
    kind: Kind,
    pub(super) membership_id: Option<Uuid>,
    pub(super) name: String,
    function: String,
}

/// Registers somebody of the viewer's organisation: with a place, on the waiting list, or for approval.
pub(super) async fn register(
    scope: &Scope,
    once: &Once,
    session: Option<Uuid>,
    who: Who,
    needs: Option<Needs>,
) -> Outcome<Model> {
    let needs = needs.map(Needs::checked).transpose()?;
    let write = scope.begin_placement().await?;
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        return registration_of(&write, Some(earlier)).await;
    }
    let session = session_of(&write, session).await?;
    rules::may_register(&session, write.now())?;
    let participant = participant(&write, who).await?;
    let mut placing = Placing::begin(&write, session.id).await?;
    rules::may_register(&placing.session, write.now())?;
    let state = first_state(&write, &placing, participant.kind).await?;
    let row = new_row(&write, id, &placing.session, participant, state);
    refuse_second(&write, &placing, &row).await?;
    let row = placing.add(&write, row).await?;
    set_needs(&write, &row, needs.as_ref()).await?;
    placing.end(&write).await?;
    write.commit().await?;
    Ok(row)
}

/// Adds somebody whom a trainer knows of: from a list, or because it came without having registered.
pub(super) async fn add(
    scope: &Scope,
    once: &Once,
    session: Option<Uuid>,
    institution: Option<Uuid>,
    (written, function): (&str, &str),
    walk_in: bool,
) -> Outcome<Model> {
    let missing = || Problem::not_found("organisationId");
    let name = names::participant(written, "name")?;
    let function = text(function, "function", LONGEST_NAME)?;
    let write = scope.begin().await?;
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        return registration_of(&write, Some(earlier)).await;
    }
    let session = session_of(&write, session).await?;
    let found = write.find::<organisation::Entity>().by_key(institution.ok_or_else(missing)?).one().await?;
    let institution = found.ok_or_else(missing)?;
    let participant =
        Participant { institution: institution.id, kind: institution.kind, membership_id: None, name, function };
    let mut placing = Placing::begin(&write, session.id).await?;
    rules::may_add(&placing.session)?;
    if walk_in {
        rules::has_come(&placing.session, write.now())?;
    }
    if !walk_in && !placing.places(write.now()).has_one_for(participant.kind) {
        return Err(Problem::new(UserErrorCode::WrongState, "sessionId", Message::new("no-place-left")).into());
    }
    let row = Model { walk_in, ..new_row(&write, id, &placing.session, participant, State::Registered) };
    refuse_second(&write, &placing, &row).await?;
    let row = placing.add(&write, row).await?;
    placing.end(&write).await?;
    write.commit().await?;
    Ok(row)
}

/// Approves a registration, which then gets a place or waits for one, or declines it.
pub(super) async fn decide(scope: &Scope, key: Option<Uuid>, revision: i32, approved: bool) -> Outcome<Model> {
    let write = scope.begin().await?;
    let (mut placing, row) = locked(&write, key, revision).await?;
    rules::expect(&row, State::Requested, "registration-not-requested")?;
    let (state, action) = if approved {
        rules::may_add(&placing.session)?;
        (place_or_queue(&write, &placing, row.kind, "registrationId").await?, Action::RegistrationApproved)
    } else {
        (State::Declined, Action::RegistrationDeclined)
    };
    let row = placing.change(&write, &row, |row| row.state = state, action).await?;
    placing.end(&write).await?;
    write.commit().await?;
    Ok(row)
}

/// Gives a registration up. Its place goes to whoever waits.
pub(super) async fn withdraw(scope: &Scope, key: Option<Uuid>, revision: i32) -> Outcome<Model> {
    visible(scope, key).await?;
    let write = scope.begin_placement().await?;
    let (mut placing, row) = locked(&write, key, revision).await?;
    rules::may_give_up(&row, &placing.session, write.now())?;
    let give_up = |row: &mut Model| (row.state, row.offered_until) = (State::Withdrawn, None);
    let row = placing.change(&write, &row, give_up, Action::RegistrationWithdrawn).await?;
    remove_needs(&write, &row).await?;
    placing.end(&write).await?;
    write.commit().await?;
    Ok(row)
}

/// Takes an offered place.
pub(super) async fn accept(scope: &Scope, key: Option<Uuid>, revision: i32) -> Outcome<Model> {
    visible(scope, key).await?;
    let write = scope.begin_placement().await?;
    let (mut placing, row) = locked(&write, key, revision).await?;
    rules::expect(&row, State::Offered, "nothing-offered")?;
    if !rules::gives_out(&placing.session, write.now()) {
        return Err(has_begun().into());
    }
    if row.offered_until.is_some_and(|until| until <= write.now()) {
        return Err(Problem::new(UserErrorCode::WrongState, "registrationId", Message::new("offer-ended")).into());
    }
    let take = |row: &mut Model| (row.state, row.offered_until) = (State::Registered, None);
    let row = placing.change(&write, &row, take, Action::OfferAccepted).await?;
    placing.end(&write).await?;
    write.commit().await?;
    Ok(row)
}

/// Passes a place on to a colleague, who needs no approval and does not wait.
pub(super) async fn transfer(scope: &Scope, once: &Once, key: Option<Uuid>, revision: i32, who: Who) -> Outcome<Model> {
    visible(scope, key).await?;
    let write = scope.begin_placement().await?;
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        return registration_of(&write, Some(earlier)).await;
    }
    let (mut placing, row) = locked(&write, key, revision).await?;
    rules::expect(&row, State::Registered, "no-place-to-pass-on")?;
    rules::may_give_up(&row, &placing.session, write.now())?;
    let participant = participant(&write, who).await?;
    if participant.institution != row.organisation_id {
        return Err(Problem::not_found("registrationId").into());
    }
    let given = placing.change(&write, &row, |row| row.state = State::Transferred, Action::PlaceTransferred).await?;
    remove_needs(&write, &given).await?;
    let new = new_row(&write, id, &placing.session, participant, State::Registered);
    refuse_second(&write, &placing, &new).await?;
    let row = placing.add(&write, new).await?;
    placing.end(&write).await?;
    write.commit().await?;
    Ok(row)
}

/// The first state of somebody who registers.
async fn first_state(write: &Write, placing: &Placing, kind: Kind) -> Outcome<State> {
    if placing.session.approval {
        Ok(State::Requested)
    } else {
        place_or_queue(write, placing, kind, "sessionId").await
    }
}

/// A place, or the end of the waiting list where there is one. Whoever waits already comes first.
async fn place_or_queue(write: &Write, placing: &Placing, kind: Kind, path: &str) -> Outcome<State> {
    if placing.places(write.now()).has_one_for(kind) && !placing.is_waited_for(write, kind).await? {
        return Ok(State::Registered);
    }
    // Who would wait for a session that has begun would wait in vain.
    if placing.session.waiting_list && rules::gives_out(&placing.session, write.now()) {
        return Ok(State::Waiting);
    }
    Err(Problem::new(UserErrorCode::WrongState, path, Message::new("no-place-left")).into())
}

fn new_row(
    write: &Write,
    id: Uuid,
    session: &training_session::Model,
    participant: Participant,
    state: State,
) -> Model {
    Model {
        id,
        organisation_id: participant.institution,
        session_id: session.id,
        organiser_id: session.organisation_id,
        membership_id: participant.membership_id,
        name: participant.name,
        function: participant.function,
        kind: participant.kind,
        state,
        offered_until: None,
        walk_in: false,
        registered_by_id: write.viewer().membership_id(),
        revision: 1,
        created_at: write.now(),
        changed_at: write.now(),
    }
}

/// Nobody is registered twice for one session: a member by its membership, somebody without one by its name, in whichever script
/// and however it is spaced.
async fn refuse_second(write: &Write, placing: &Placing, new: &Model) -> Outcome<()> {
    let colleagues = placing::of(&placing.session, &rules::ACTIVE).add(Column::OrganisationId.eq(new.organisation_id));
    let same = match new.membership_id {
        Some(member) => colleagues.add(Column::MembershipId.eq(member)),
        None => colleagues.add(Column::MembershipId.is_null()),
    };
    let named = |row: &Model| new.membership_id.is_some() || comparable(&row.name) == comparable(&new.name);
    if write.find::<registration::Entity>().filter(same).all().await?.iter().any(named) {
        return Err(Problem::new(UserErrorCode::Taken, "sessionId", Message::new("registered-already")).into());
    }
    Ok(())
}

/// The session with this key, where the viewer may see it.
pub(super) async fn session_of(write: &Write, key: Option<Uuid>) -> Outcome<training_session::Model> {
    let missing = || Problem::not_found("sessionId");
    let found = write.find::<training_session::Entity>().by_key(key.ok_or_else(missing)?).one().await?;
    Ok(found.ok_or_else(missing)?)
}

pub(super) async fn registration_of(write: &Write, key: Option<Uuid>) -> Outcome<Model> {
    let missing = || Problem::not_found("registrationId");
    let found = write.find::<registration::Entity>().by_key(key.ok_or_else(missing)?).one().await?;
    Ok(found.ok_or_else(missing)?)
}

/// Whether the viewer sees a registration by what it is, before it reaches for the places of others.
async fn visible(scope: &Scope, key: Option<Uuid>) -> Outcome<()> {
    let missing = || Problem::not_found("registrationId");
    let found = scope.find::<registration::Entity>().by_key(key.ok_or_else(missing)?).one().await?;
    Ok(found.map(drop).ok_or_else(missing)?)
}

fn has_begun() -> Problem {
    Problem::new(UserErrorCode::WrongState, "registrationId", Message::new("session-has-begun"))
}

/// A registration with its session, locked; the session first, as everywhere.
async fn locked(write: &Write, key: Option<Uuid>, revision: i32) -> Outcome<(Placing, Model)> {
    let found = registration_of(write, key).await?;
    let placing = match Placing::begin(write, found.session_id).await {
        // Of a session that was called off, or took place, there are no places.
        Err(Stop::Refused(_)) => Err(has_begun().into()),
        placing => placing,
    }?;
    let over = || Problem::new(UserErrorCode::WrongState, "registrationId", Message::new("registration-is-over"));
    // Once more under the lock: what was found before may have changed meanwhile.
    let active = placing::of(&placing.session, &rules::ACTIVE);
    let row = write.find::<registration::Entity>().by_key(found.id).filter(active).one().await?.ok_or_else(over)?;
    if row.revision != revision {
        return Err(Problem::new(UserErrorCode::Stale, "revision", Message::new("stale-registration")).into());
    }
    Ok((placing, row))
}

/// Who is meant, of the viewer's organisation. Who does not coordinate it registers nobody but itself.
pub(super) async fn participant(write: &Write, who: Who) -> Outcome<Participant> {
    use crate::access::Role;
    let viewer = write.viewer();
    let acting = viewer.membership().copied().ok_or_else(|| Problem::not_found("sessionId"))?;
    let (institution, kind) = (acting.organisation_id, acting.organisation_kind);
    let coordinates = viewer.has_any(&[Role::Coordinator]);
    let key = match who {
        Who::Named { name: written, function } if coordinates => {
            let function = text(&function, "participant.function", LONGEST_NAME)?;
            let name = names::participant(&written, "participant.name")?;
            return Ok(Participant { institution, kind, membership_id: None, name, function });
        }
        Who::Named { .. } => {
            return Err(Problem::new(UserErrorCode::Invalid, "participant.name", Message::new("only-oneself")).into());
        }
        Who::Oneself => acting.id,
        Who::Member(key) => key.ok_or_else(|| Problem::not_found("participant.membershipId"))?,
    };
    let active = Condition::all()
        .add(membership::Column::OrganisationId.eq(institution))
        .add(membership::Column::EndedAt.is_null())
        .add(membership::Column::ClientId.is_null());
    let member = write.find::<membership::Entity>().by_key(key).filter(active).one().await?;
    let member = member
        .filter(|_| coordinates || key == acting.id)
        .ok_or_else(|| Problem::not_found("participant.membershipId"))?;
    Ok(Participant { institution, kind, membership_id: Some(member.id), name: member.name, function: member.function })
}
