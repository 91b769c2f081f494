//! Reading openings.

use super::Terms;
use super::types::IdentityOpening;
use crate::access::{Order, PageArguments, Permission, guarded, open_at};
use crate::clock;
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::identity_opening::{self, Attention, Column};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition};

/// Which openings to list. What is left out does not narrow the list.
#[derive(Default, InputObject)]
struct OpeningFilter {
    /// That nobody has reviewed, or that somebody has.
    unreviewed: Option<bool>,
    /// True: that nobody has reviewed although it was due.
    #[graphql(default)]
    overdue: bool,
    /// Emergency access, or openings of one identity.
    emergency: Option<bool>,
    /// That are open now, or that have ended.
    open: Option<bool>,
    /// For this membership.
    membership_id: Option<ID>,
    /// Opened at this instant or later.
    from: Option<DateTime<Utc>>,
    /// Opened before this instant.
    until: Option<DateTime<Utc>>,
}

impl OpeningFilter {
    fn condition(self, now: DateTime<Utc>, terms: Terms) -> Condition {
        let membership = self.membership_id.map(|id| ids::decode(ObjectType::Membership, &id).unwrap_or_default());
        let overdue = || ExprTrait::and(Column::ReviewedAt.is_null(), Column::OpenedAt.lt(now - terms.review));
        let either = |holds: bool, yes, no| if holds { yes } else { no };
        Condition::all()
            .add_option(
                self.unreviewed.map(|it| either(it, Column::ReviewedAt.is_null(), Column::ReviewedAt.is_not_null())),
            )
            .add_option(self.overdue.then(overdue))
            .add_option(self.emergency.map(|it| either(it, Column::PersonId.is_null(), Column::PersonId.is_not_null())))
            .add_option(self.open.map(|it| if it { open_at(now) } else { open_at(now).not() }))
            .add_option(membership.map(|key| Column::MembershipId.eq(key)))
            .add_option(self.from.map(|instant| Column::OpenedAt.gte(clock::storable(instant))))
            .add_option(self.until.map(|instant| Column::OpenedAt.lt(clock::storable(instant))))
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct OpeningQueries;

#[Object]
impl OpeningQueries {
    /// Opened identities and emergency access: all for the supervisor and the protection officer, one's own for others. First
    /// emergency access that waits for its review, then what else waits, then what was reviewed; of each the newest first.
    /// Reading them is written down, for each person or report that they opened.
    #[graphql(
        directive = guarded::apply(Permission::ReadOpenings),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn identity_openings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<OpeningFilter>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<IdentityOpening>, Fault> {
        let scope = context.scope()?;
        let condition = filter.unwrap_or_default().condition(scope.now(), *context.data_unchecked::<Terms>());
        let find = || scope.find::<identity_opening::Entity>().filter(condition.clone());
        let order = [Order::ascending(Column::Attention), Order::descending(Column::Id)];
        let read = |opening| IdentityOpening::read(scope, opening);
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, read).await
    }

    /// How many times emergency access was taken that nobody has reviewed yet, as far as you see it.
    #[graphql(directive = guarded::apply(Permission::ReadOpenings))]
    async fn unreviewed_emergency_openings(&self, context: &Context<'_>) -> Result<u64, Fault> {
        let waits = Column::Attention.eq(Attention::Emergency as i16);
        Ok(context.scope()?.find::<identity_opening::Entity>().filter(waits).count().await?)
    }
}
