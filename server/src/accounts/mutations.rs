//! Choosing the membership to act in.

use crate::access::{Action, Permission, Scope, guarded};
use crate::context::RequestContext;
use crate::context::SessionHash;
use crate::error::{Fault, Outcome, Problem};
use crate::ids::{self, ObjectType};
use crate::organisations::Membership;
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object};
use entity::{membership, session};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// The membership to act in.
#[derive(InputObject)]
struct ActForInput {
    /// One of your memberships.
    membership_id: ID,
}

payload! {
    /// Answer to `actFor`.
    ActForPayload {
        /// The membership in which your next requests act; null where it was refused.
        membership: Membership,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct AccountMutations;

#[Object]
impl AccountMutations {
    /// Chooses the membership in which this browser session acts from its next request on. Requests with an access token
    /// choose by the header `Oslonac-Organisation` instead.
    #[graphql(directive = guarded::apply(Permission::SignedIn))]
    async fn act_for(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which membership.")] input: ActForInput,
    ) -> Result<ActForPayload, Fault> {
        let key = ids::decode(ObjectType::Membership, &input.membership_id);
        let hash = context.data_opt::<SessionHash>();
        let outcome = act_for(context.scope()?, hash, key).await;
        Ok(context.answer(outcome.map(Membership))?.into())
    }
}

async fn act_for(scope: &Scope, hash: Option<&SessionHash>, key: Option<Uuid>) -> Outcome<membership::Model> {
    let missing = || Problem::not_found("membershipId");
    let (Some(hash), Some(key)) = (hash, key) else { return Err(missing().into()) };
    let write = scope.begin().await?;
    let own = Condition::all()
        .add(membership::Column::AccountId.eq(scope.viewer().account_id()))
        .add(membership::Column::EndedAt.is_null());
    let chosen = write.find::<membership::Entity>().by_key(key).filter(own).one().await?.ok_or_else(missing)?;
    let current = session::Column::TokenHash.eq(hash.0.clone());
    let before = write.find::<session::Entity>().filter(current).locked().one().await?.ok_or_else(missing)?;
    let after = session::Model { membership_id: Some(chosen.id), ..before.clone() };
    write.update::<session::Entity>(&before, after, Action::ActingChosen).await?;
    write.commit().await?;
    Ok(chosen)
}
