//! Registering and withdrawing programmes.

use super::actions::{self, NewProgramme};
use super::types::Programme;
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::{Fault, Outcome};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object};
use entity::programme::Model;

/// A programme to register.
#[derive(InputObject)]
struct RegisterProgrammeInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again registers no second one.
    idempotency_key: String,
    /// Title, as accredited.
    title: String,
    /// What it is about, at most 2,000 characters.
    #[graphql(default)]
    topic: String,
    /// Who accredited it.
    accreditor: String,
    /// Number under which the accreditor keeps it.
    accreditation_number: String,
    /// Length in hours of teaching, 1 to 1,000.
    hours: i32,
    /// First day of the accreditation.
    valid_from: Date,
    /// Last day of the accreditation; left out where it has no end.
    valid_until: Option<Date>,
}

/// A programme to withdraw.
#[derive(InputObject)]
struct WithdrawProgrammeInput {
    /// The programme, which is one of your organisation's.
    programme_id: ID,
    /// The revision that you read.
    revision: i32,
    /// Why.
    reason: String,
}

payload! {
    /// Answer to a change of a programme.
    ProgrammePayload {
        /// The programme as it is now; null where the change was refused.
        programme: Programme,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct ProgrammeMutations;

#[Object]
impl ProgrammeMutations {
    /// Registers an accredited programme of your organisation.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn register_programme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to register.")] input: RegisterProgrammeInput,
    ) -> Result<ProgrammePayload, Fault> {
        Ok(context.answer(register(context, input).await.map(Programme))?.into())
    }

    /// Withdraws a programme of your organisation. No session of it can be planned any more, and its certificates are not valid
    /// from now on.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn withdraw_programme(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: WithdrawProgrammeInput,
    ) -> Result<ProgrammePayload, Fault> {
        let key = ids::decode(ObjectType::Programme, &input.programme_id);
        let outcome = actions::withdraw(context.scope()?, key, input.revision, &input.reason).await;
        Ok(context.answer(outcome.map(Programme))?.into())
    }
}

async fn register(context: &Context<'_>, input: RegisterProgrammeInput) -> Outcome<Model> {
    let once = Once::new("registerProgramme", &input.idempotency_key, &input)?;
    let new = NewProgramme {
        title: input.title,
        topic: input.topic,
        accreditor: input.accreditor,
        accreditation_number: input.accreditation_number,
        hours: input.hours,
        valid_from: input.valid_from.0,
        valid_until: input.valid_until.map(|day| day.0),
    };
    actions::register(context.scope()?, &once, new).await
}
