//! Reading organisations and memberships.

use super::types::{Organisation, OrganisationKind};
use crate::access::{Order, PageArguments, Permission, guarded};
use crate::code_lists;
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, ID, InputObject, Object};
use entity::organisation::{self, Column};
use sea_orm::{ColumnTrait, Condition};

/// Which organisations to list. What is left out does not narrow the list.
#[derive(Default, InputObject)]
struct OrganisationFilter {
    /// Of this kind.
    kind: Option<OrganisationKind>,
    /// With their seat in this municipality.
    municipality: Option<String>,
    /// Suspended ones, or those that cooperate.
    suspended: Option<bool>,
}

impl OrganisationFilter {
    fn condition(self) -> Result<Condition, Fault> {
        let municipality = self.municipality.map(code_lists::known_municipality).transpose()?;
        Ok(Condition::all()
            .add_option(self.kind.map(|kind| Column::Kind.eq(organisation::Kind::from(kind))))
            .add_option(municipality.map(|code| Column::MunicipalityCode.eq(code)))
            .add_option(self.suspended.map(|suspended| match suspended {
                true => Column::SuspendedAt.is_not_null(),
                false => Column::SuspendedAt.is_null(),
            })))
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct OrganisationQueries;

#[Object]
impl OrganisationQueries {
    /// The organisation with this id.
    #[graphql(directive = guarded::apply(Permission::ReadDirectory))]
    async fn organisation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Organisation>, Fault> {
        match ids::decode(ObjectType::Organisation, &id) {
            Some(key) => Organisation::load(context, key).await,
            None => Ok(None),
        }
    }

    /// Organisations that you may see, in the order in which they were registered. A partner sees its own.
    #[graphql(
        directive = guarded::apply(Permission::ReadDirectory),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn organisations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<OrganisationFilter>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Organisation>, Fault> {
        let scope = context.scope()?;
        let condition = filter.unwrap_or_default().condition()?;
        let find = || scope.find::<organisation::Entity>().filter(condition.clone());
        let order = [Order::ascending(Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, Organisation).await
    }
}
