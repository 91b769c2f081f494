//! Reading coverage and effect.

use super::counting::{self, Training};
use super::rules;
use super::types::{Coverage, TrainingEffect, day};
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use async_graphql::{Context, ID, Object};

/// Root fields of the room.
#[derive(Default)]
pub struct ReachQueries;

#[Object]
impl ReachQueries {
    /// Whom training reached in a period, and whom it did not: institutions that cooperate today, in numbers. The Centre's
    /// supervisor and analyst also count the reports that came from them; the Centre's trainers do not.
    #[graphql(directive = guarded::apply(Permission::ReadCoverage))]
    async fn coverage(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "First day of the period. Left out: three years before its end.")] from: Option<Date>,
        #[graphql(desc = "Last day of the period. Left out: today.")] until: Option<Date>,
    ) -> Result<Coverage, Fault> {
        let scope = context.scope()?;
        let period = rules::period(day(from), day(until), scope.today())?;
        Ok(Coverage { period, institutions: counting::coverage(scope, period).await? })
    }

    /// Reports of those whom the sessions of a programme reached, or one session, in the 12 months before and the 12 months after.
    /// Null where there is no such programme or session.
    #[graphql(directive = guarded::apply(Permission::ReadEffect))]
    async fn training_effect(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The programme. Give either this or a session.")] programme_id: Option<ID>,
        #[graphql(desc = "The session. Give either this or a programme.")] session_id: Option<ID>,
    ) -> Result<Option<TrainingEffect>, Fault> {
        let training = match (programme_id, session_id) {
            (Some(id), None) => ids::decode(ObjectType::Programme, &id).map(Training::Programme),
            (None, Some(id)) => ids::decode(ObjectType::TrainingSession, &id).map(Training::Session),
            _ => return Err(Fault::BadInput("Give either a programme or a session.")),
        };
        let Some(training) = training else { return Ok(None) };
        Ok(counting::effect_of(context.scope()?, training).await?.map(TrainingEffect::new))
    }
}
