//! Deciding about possible duplicates. Reports are joined in `triage`.

use super::actions;
use super::types::PossibleDuplicate;
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object};

/// A possible duplicate that is none.
#[derive(InputObject)]
struct DismissPossibleDuplicateInput {
    /// The possible duplicate.
    possible_duplicate_id: ID,
    /// Why they are not the same, at most 2,000 characters.
    #[graphql(secret)]
    reason: String,
}

/// A possible duplicate to look at again.
#[derive(InputObject)]
struct ReopenPossibleDuplicateInput {
    /// The possible duplicate.
    possible_duplicate_id: ID,
    /// Why, at most 2,000 characters.
    #[graphql(secret)]
    reason: String,
}

payload! {
    /// Answer to a decision about a possible duplicate.
    PossibleDuplicatePayload {
        /// The possible duplicate as it is now; null where the decision was refused.
        possible_duplicate: PossibleDuplicate,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct DuplicateMutations;

#[Object]
impl DuplicateMutations {
    /// Says that the persons of a possible duplicate are not the same. It is not proposed again.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn dismiss_possible_duplicate(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: DismissPossibleDuplicateInput,
    ) -> Result<PossibleDuplicatePayload, Fault> {
        let key = ids::decode(ObjectType::PossibleDuplicate, &input.possible_duplicate_id);
        let outcome = actions::dismiss(context.scope()?, key, &input.reason).await;
        Ok(context.answer(outcome.map(PossibleDuplicate))?.into())
    }

    /// Takes the dismissal of a possible duplicate back: it is open again.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn reopen_possible_duplicate(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: ReopenPossibleDuplicateInput,
    ) -> Result<PossibleDuplicatePayload, Fault> {
        let key = ids::decode(ObjectType::PossibleDuplicate, &input.possible_duplicate_id);
        let outcome = actions::reopen(context.scope()?, key, &input.reason).await;
        Ok(context.answer(outcome.map(PossibleDuplicate))?.into())
    }
}
