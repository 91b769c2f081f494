//! Reading registrations.

use super::types::{Registration, RegistrationState};
use crate::access::{Order, PageArguments, Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, ID, InputObject, Object};
use entity::registration::{self, Column};
use sea_orm::{ColumnTrait, Condition};

/// Which registrations to list. What is left out does not narrow the list.
#[derive(Default, InputObject)]
struct RegistrationFilter {
    /// For this session.
    session_id: Option<ID>,
    /// In these states.
    states: Option<Vec<RegistrationState>>,
}

impl RegistrationFilter {
    fn condition(self) -> Condition {
        let session = self.session_id.map(|id| ids::decode(ObjectType::TrainingSession, &id).unwrap_or_default());
        let states = self.states.map(|states| states.into_iter().map(registration::State::from).collect::<Vec<_>>());
        Condition::all()
            .add_option(session.map(|key| Column::SessionId.eq(key)))
            .add_option(states.map(|states| Column::State.is_in(states)))
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct RegistrationQueries;

#[Object]
impl RegistrationQueries {
    /// Registrations, oldest first: your own; those of your organisation's staff where you coordinate it; everybody's in the
    /// sessions that you train; all for the supervisor.
    #[graphql(
        directive = guarded::apply(Permission::ReadTraining),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn registrations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<RegistrationFilter>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Registration>, Fault> {
        let scope = context.scope()?;
        let condition = filter.unwrap_or_default().condition();
        let find = || scope.find::<registration::Entity>().filter(condition.clone());
        let order = [Order::ascending(Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, Registration).await
    }
}
