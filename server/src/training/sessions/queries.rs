//! Reading sessions.

use super::types::{SessionKind, TrainingSession};
use crate::access::{Order, PageArguments, Permission, guarded};
use crate::clock;
use crate::code_lists;
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, ID, InputObject, Object};
use entity::training_session::{self, Column, State};
use sea_orm::{ColumnTrait, Condition};

/// Which sessions to list. What is left out does not narrow the list.
#[derive(Default, InputObject)]
struct SessionFilter {
    /// Of this kind.
    kind: Option<SessionKind>,
    /// In this municipality: a code of the municipality list.
    municipality: Option<String>,
    /// That begin on this day or later.
    starts_from: Option<Date>,
    /// That begin on this day or earlier.
    starts_until: Option<Date>,
    /// For which one can register now, or cannot.
    registration_open: Option<bool>,
    /// Of the series with this id.
    series_id: Option<ID>,
}

impl SessionFilter {
    fn condition(self, now: chrono::DateTime<chrono::Utc>) -> Result<Condition, Fault> {
        let municipality = self.municipality.map(code_lists::known_municipality).transpose()?;
        let until = self.starts_until.and_then(|day| day.0.succ_opt());
        let series = self.series_id.map(|id| ids::decode(ObjectType::TrainingSession, &id).unwrap_or_default());
        let open = Condition::all()
            .add(Column::State.eq(State::Open))
            .add(Column::RegistrationOpensAt.lte(now))
            .add(Column::RegistrationClosesAt.gt(now));
        Ok(Condition::all()
            .add_option(self.kind.map(|kind| Column::Kind.eq(training_session::Kind::from(kind))))
            .add_option(municipality.map(|code| Column::MunicipalityCode.eq(code)))
            .add_option(self.starts_from.map(|day| Column::StartsAt.gte(clock::start_of(day.0))))
            .add_option(until.map(|day| Column::StartsAt.lt(clock::start_of(day))))
            .add_option(series.map(|key| Column::SeriesId.eq(key)))
            .add_option(self.registration_open.map(|wanted| if wanted { open } else { open.not() })))
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct SessionQueries;

#[Object]
impl SessionQueries {
    /// The session with this id.
    #[graphql(directive = guarded::apply(Permission::ReadTraining))]
    async fn training_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<TrainingSession>, Fault> {
        match ids::decode(ObjectType::TrainingSession, &id) {
            Some(key) => TrainingSession::load(context, key).await,
            None => Ok(None),
        }
    }

    /// Sessions, in the order in which they begin. A trainer sees those that it trains, a partner those that are for it and
    /// those in which it has taken part, the supervisor all.
    #[graphql(
        directive = guarded::apply(Permission::ReadTraining),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn training_sessions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<SessionFilter>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<TrainingSession>, Fault> {
        let scope = context.scope()?;
        let condition = filter.unwrap_or_default().condition(scope.now())?;
        let find = || scope.find::<training_session::Entity>().filter(condition.clone());
        let order = [Order::ascending(Column::StartsAt), Order::ascending(Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, TrainingSession).await
    }
}
