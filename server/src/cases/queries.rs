//! Reading cases.

use super::types::{Case, Identification};
use crate::access::{Order, PageArguments, Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, ID, InputObject, Object};
use entity::case::{self, Column};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Which cases to list. What is left out does not narrow the list.
#[derive(Default, InputObject)]
struct CaseFilter {
    /// Where formal identification stands here.
    identification: Option<Identification>,
    /// True: that you carry yourself.
    #[graphql(default)]
    mine: bool,
    /// Void ones, or those that count.
    voided: Option<bool>,
}

impl CaseFilter {
    fn condition(self, viewer: Uuid) -> Condition {
        let identification = self.identification.map(case::Identification::from);
        Condition::all()
            .add_option(identification.map(|outcome| Column::Identification.eq(outcome)))
            .add_option(self.mine.then(|| Column::CaseWorkerId.eq(viewer)))
            .add_option(self.voided.map(|voided| match voided {
                true => Column::VoidAt.is_not_null(),
                false => Column::VoidAt.is_null(),
            }))
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct CaseQueries;

#[Object]
impl CaseQueries {
    /// The case with this id.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn case(&self, context: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Result<Option<Case>, Fault> {
        match ids::decode(ObjectType::Case, &id) {
            Some(key) => Case::load(context, key).await,
            None => Ok(None),
        }
    }

    /// Cases that you may see, newest first. A case worker sees those from reports assigned to it.
    #[graphql(
        directive = guarded::apply(Permission::Triage),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn cases(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<CaseFilter>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Case>, Fault> {
        let scope = context.scope()?;
        let condition = filter.unwrap_or_default().condition(scope.viewer().membership_id());
        let find = || scope.find::<case::Entity>().filter(condition.clone());
        let order = [Order::descending(Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, Case).await
    }
}
