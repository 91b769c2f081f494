//! Who is asking.

use crate::access::{Permission, Role, Viewer as Acting, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::organisations::Membership;
use async_graphql::{Context, Object};
use entity::membership;
use sea_orm::{ColumnTrait, Condition};

/// You: the account that signed in, and the membership that it acts in.
pub struct Viewer(Acting);

/// You: the account that signed in, and the membership that it acts in.
#[Object]
impl Viewer {
    /// The membership you act in; null while you have not chosen one of several, or have none that gives access.
    async fn membership(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match self.0.membership() {
            Some(membership) => Membership::load(context, membership.id).await,
            None => Ok(None),
        }
    }

    /// The roles you act in now.
    async fn roles(&self) -> Vec<Role> {
        self.0.roles().iter().collect()
    }

    /// Your active memberships: `actFor` chooses one of them.
    async fn memberships(&self, context: &Context<'_>) -> Result<Vec<Membership>, Fault> {
        let own = Condition::all()
            .add(membership::Column::AccountId.eq(self.0.account_id()))
            .add(membership::Column::EndedAt.is_null());
        let rows = context.scope()?.find::<membership::Entity>().filter(own).all().await?;
        Ok(rows.into_iter().map(Membership).collect())
    }

    /// Whether roles of the Centre were left out because you signed in without a second factor. Sign in again with one.
    async fn second_factor_missing(&self) -> bool {
        self.0.second_factor_missing()
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct AccountQueries;

#[Object]
impl AccountQueries {
    /// Who is asking.
    #[graphql(directive = guarded::apply(Permission::SignedIn))]
    async fn viewer(&self, context: &Context<'_>) -> Result<Viewer, Fault> {
        Ok(Viewer(context.scope()?.viewer().clone()))
    }
}
