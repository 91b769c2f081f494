//! Reading what was given out, and how much of it.

use super::types::{PrintedMaterial, PrintedMaterialTotal};
use crate::access::{Order, PageArguments, Permission, guarded};
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, ID, InputObject, Object};
use entity::printed_material::{self, Column};
use sea_orm::{ColumnTrait, Condition};

/// What to list or add up. What is left out does not narrow it.
#[derive(Default, InputObject)]
struct PrintedMaterialFilter {
    /// Given on this day or later.
    given_from: Option<Date>,
    /// Given on this day or earlier.
    given_until: Option<Date>,
    /// In this language: a code of ISO 639-1.
    language: Option<String>,
    /// At this session.
    session_id: Option<ID>,
    /// To this institution.
    recipient_id: Option<ID>,
}

impl PrintedMaterialFilter {
    fn condition(self) -> Condition {
        let key = |object_type, id: Option<ID>| id.map(|id| ids::decode(object_type, &id).unwrap_or_default());
        // No language has a NUL in it, which PostgreSQL would refuse.
        let language = self.language.map(|code| if code.contains('\0') { String::new() } else { code });
        Condition::all()
            .add_option(self.given_from.map(|day| Column::GivenOn.gte(day.0)))
            .add_option(self.given_until.map(|day| Column::GivenOn.lte(day.0)))
            .add_option(language.map(|code| Column::Language.eq(code)))
            .add_option(key(ObjectType::TrainingSession, self.session_id).map(|key| Column::SessionId.eq(key)))
            .add_option(key(ObjectType::Organisation, self.recipient_id).map(|key| Column::RecipientId.eq(key)))
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct PrintedQueries;

#[Object]
impl PrintedQueries {
    /// Printed material that was given out, the latest first: by a trainer's own organisation; by all for the supervisor.
    #[graphql(
        directive = guarded::apply(Permission::ReadPrinted),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn printed_materials(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<PrintedMaterialFilter>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<PrintedMaterial>, Fault> {
        let scope = context.scope()?;
        let condition = filter.unwrap_or_default().condition();
        let find = || scope.find::<printed_material::Entity>().filter(condition.clone());
        let order = [Order::descending(Column::GivenOn), Order::descending(Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, PrintedMaterial).await
    }

    /// How much was given out, a line for each item and language, in the order of their names.
    #[graphql(directive = guarded::apply(Permission::ReadPrinted))]
    async fn printed_material_totals(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Of which.")] filter: Option<PrintedMaterialFilter>,
    ) -> Result<Vec<PrintedMaterialTotal>, Fault> {
        let tally = context.scope()?.tally::<printed_material::Entity>().await?;
        let tally = tally.filter(filter.unwrap_or_default().condition()).by(Column::Item).by(Column::Language);
        let mut groups = tally.sum(Column::Quantity).await?;
        groups.sort();
        let total = |(names, quantity): (Vec<String>, u64)| {
            let mut names = names.into_iter();
            let (item, language) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
            PrintedMaterialTotal { item, language, quantity }
        };
        Ok(groups.into_iter().map(total).collect())
    }
}
