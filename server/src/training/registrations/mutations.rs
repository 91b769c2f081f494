//! Registering for sessions, and what follows from it.

use super::actions::{self, Who};
use super::inputs::{NeedsInput, ParticipantInput};
use super::needs;
use super::types::Registration;
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::{Fault, Outcome};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object};
use entity::registration::Model;
use uuid::Uuid;

/// A registration to make.
#[derive(InputObject)]
struct RegisterForSessionInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again registers nobody twice.
    idempotency_key: String,
    /// The session.
    session_id: ID,
    /// Who takes part; you, where it is left out.
    participant: Option<ParticipantInput>,
    /// What the participant needs.
    needs: Option<NeedsInput>,
}

/// Somebody to add to a session.
#[derive(InputObject)]
struct AddParticipantInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again adds nobody twice.
    idempotency_key: String,
    /// The session, which you train.
    session_id: ID,
    /// The participant's institution.
    organisation_id: ID,
    /// The participant's name.
    name: String,
    /// The participant's function in the institution.
    #[graphql(default)]
    function: String,
    /// Whether it came without having registered. It then takes none of the places that are counted.
    #[graphql(default)]
    walk_in: bool,
}

/// A registration to change.
#[derive(InputObject)]
struct RegistrationStepInput {
    /// The registration.
    registration_id: ID,
    /// The revision that you read.
    revision: i32,
}

/// A place to pass on.
#[derive(InputObject)]
struct TransferPlaceInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again passes nothing on twice.
    idempotency_key: String,
    /// The registration that has the place.
    registration_id: ID,
    /// The revision that you read.
    revision: i32,
    /// The colleague who takes it.
    participant: ParticipantInput,
}

/// What a participant needs.
#[derive(InputObject)]
struct SayNeedsInput {
    /// The registration.
    registration_id: ID,
    /// All that the participant needs from now on.
    needs: NeedsInput,
}

payload! {
    /// Answer to a change of a registration.
    RegistrationPayload {
        /// The registration as it is now; null where the change was refused.
        registration: Registration,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct RegistrationMutations;

#[Object]
impl RegistrationMutations {
    /// Registers you for a session or, where you coordinate your organisation, somebody of it. The answer says whether there is a
    /// place, a place on the waiting list, or an approval to wait for.
    #[graphql(directive = guarded::apply(Permission::TakePart))]
    async fn register_for_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom, and for which session.")] input: RegisterForSessionInput,
    ) -> Result<RegistrationPayload, Fault> {
        answer(context, register(context, &input).await)
    }

    /// Adds somebody of any institution to a session: from a list on paper, or because it came without having registered.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn add_participant(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom, and to which session.")] input: AddParticipantInput,
    ) -> Result<RegistrationPayload, Fault> {
        answer(context, add(context, &input).await)
    }

    /// Approves a registration, which then has a place or waits for one.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn approve_registration(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one.")] input: RegistrationStepInput,
    ) -> Result<RegistrationPayload, Fault> {
        let outcome = actions::decide(context.scope()?, key(&input.registration_id), input.revision, true).await;
        answer(context, outcome)
    }

    /// Declines a registration.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn decline_registration(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one.")] input: RegistrationStepInput,
    ) -> Result<RegistrationPayload, Fault> {
        let outcome = actions::decide(context.scope()?, key(&input.registration_id), input.revision, false).await;
        answer(context, outcome)
    }

    /// Gives a registration up before the session begins. Its place goes to whoever waits.
    #[graphql(directive = guarded::apply(Permission::TakePart))]
    async fn withdraw_registration(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one.")] input: RegistrationStepInput,
    ) -> Result<RegistrationPayload, Fault> {
        let outcome = actions::withdraw(context.scope()?, key(&input.registration_id), input.revision).await;
        answer(context, outcome)
    }

    /// Takes a place that became free and is kept for you until the offer ends.
    #[graphql(directive = guarded::apply(Permission::TakePart))]
    async fn accept_offer(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which registration.")] input: RegistrationStepInput,
    ) -> Result<RegistrationPayload, Fault> {
        let outcome = actions::accept(context.scope()?, key(&input.registration_id), input.revision).await;
        answer(context, outcome)
    }

    /// Passes a place on to a colleague of the same organisation.
    #[graphql(directive = guarded::apply(Permission::TakePart))]
    async fn transfer_place(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which place, and to whom.")] input: TransferPlaceInput,
    ) -> Result<RegistrationPayload, Fault> {
        answer(context, transfer(context, &input).await)
    }

    /// Says what a participant needs, in place of what was said before.
    #[graphql(directive = guarded::apply(Permission::TakePart))]
    async fn say_needs(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose, and which.")] input: SayNeedsInput,
    ) -> Result<RegistrationPayload, Fault> {
        let needs = (&input.needs).into();
        answer(context, needs::say_needs(context.scope()?, key(&input.registration_id), needs).await)
    }
}

fn answer(context: &Context<'_>, outcome: Outcome<Model>) -> Result<RegistrationPayload, Fault> {
    Ok(context.answer(outcome.map(Registration))?.into())
}

fn key(id: &ID) -> Option<Uuid> {
    ids::decode(ObjectType::Registration, id)
}

async fn register(context: &Context<'_>, input: &RegisterForSessionInput) -> Outcome<Model> {
    let once = Once::new("registerForSession", &input.idempotency_key, input)?;
    let session = ids::decode(ObjectType::TrainingSession, &input.session_id);
    let needs = input.needs.as_ref().map(Into::into);
    actions::register(context.scope()?, &once, session, Who::from(input.participant.as_ref()), needs).await
}

async fn add(context: &Context<'_>, input: &AddParticipantInput) -> Outcome<Model> {
    let once = Once::new("addParticipant", &input.idempotency_key, input)?;
    let session = ids::decode(ObjectType::TrainingSession, &input.session_id);
    let institution = ids::decode(ObjectType::Organisation, &input.organisation_id);
    let who = (&*input.name, &*input.function);
    actions::add(context.scope()?, &once, session, institution, who, input.walk_in).await
}

async fn transfer(context: &Context<'_>, input: &TransferPlaceInput) -> Outcome<Model> {
    let once = Once::new("transferPlace", &input.idempotency_key, input)?;
    let who = Who::from(Some(&input.participant));
    actions::transfer(context.scope()?, &once, key(&input.registration_id), input.revision, who).await
}
