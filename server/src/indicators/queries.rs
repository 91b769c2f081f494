//! Reading indicator sets, and what ticked indicators would amount to.

use super::catalogue_file::{Audience, Sector};
use super::{Catalogue, Evaluation, IndicatorSetVersion, Unresolved};
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::Fault;
use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;
use uuid::Uuid;

/// The most ticks that one preview takes.
const MOST_TICKS: usize = 500;

/// An indicator that somebody ticks.
#[derive(Clone, Debug, InputObject)]
pub struct TickInput {
    /// Code of the set.
    pub set: String,
    /// Version of the set; left out: the one that the draft uses already, or else the one in use on the day on which the
    /// report was begun.
    pub version: Option<String>,
    /// Code of the indicator.
    pub code: String,
    /// What there is to say about it: a text of at most 20,000 characters. A preview ignores it.
    #[graphql(secret)]
    pub remark: Option<String>,
}

impl TickInput {
    /// The key of the indicator, for a report that was begun on this day.
    ///
    /// # Errors
    /// See [`Unresolved`].
    pub fn resolve(&self, catalogue: &Catalogue, on: NaiveDate) -> Result<Uuid, Unresolved> {
        catalogue.resolve(&self.set, self.version.as_deref(), &self.code, on)
    }

    /// The same for a preview, where a version that is named need not be in use: the draft may be older than its end.
    fn resolve_for_preview(&self, catalogue: &Catalogue, today: NaiveDate) -> Result<Uuid, Unresolved> {
        match self.resolve(catalogue, today) {
            Err(Unresolved::NotValidOn { from, .. }) if self.version.is_some() => self.resolve(catalogue, from),
            outcome => outcome,
        }
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct IndicatorQueries;

#[Object]
impl IndicatorQueries {
    /// Indicator sets, each in the version in use on one day, by the code of the set.
    #[graphql(directive = guarded::apply(Permission::SignedIn))]
    async fn indicator_sets(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only those written for exactly this sector. GENERAL ones are for everybody.")] sector: Option<
            Sector,
        >,
        #[graphql(desc = "Only those about exactly these people.")] audience: Option<Audience>,
        #[graphql(desc = "The day; left out: today.")] valid_on: Option<Date>,
    ) -> Result<Vec<IndicatorSetVersion>, Fault> {
        let day = match valid_on {
            Some(Date(day)) => day,
            None => context.scope()?.today(),
        };
        let catalogue = context.catalogue().await?;
        let versions = catalogue.versions().iter().filter(|version| {
            version.is_valid_on(day)
                && sector.is_none_or(|sector| version.definition.sector == sector)
                && audience.is_none_or(|audience| version.definition.audience == audience)
        });
        Ok(versions.cloned().map(IndicatorSetVersion).collect())
    }

    /// What these indicators amount to under the rules of their sets: one evaluation for each version that they come from.
    /// Nothing is stored, and nothing follows from it: a report may be sent whatever it says.
    #[graphql(directive = guarded::apply(Permission::Member))]
    async fn preview_evaluation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The indicators, at most 500.")] indicators: Vec<TickInput>,
    ) -> Result<Vec<Evaluation>, Fault> {
        if indicators.len() > MOST_TICKS {
            return Err(Fault::BadInput("A preview takes 500 indicators at most."));
        }
        let catalogue = context.catalogue().await?;
        let today = context.scope()?.today();
        let resolve = |tick: &TickInput| tick.resolve_for_preview(&catalogue, today).map_err(unresolved);
        let keys = indicators.iter().map(resolve).collect::<Result<Vec<_>, _>>()?;
        Ok(catalogue.evaluate(&keys))
    }
}

fn unresolved(why: Unresolved) -> Fault {
    Fault::BadInput(match why {
        Unresolved::UnknownSet => "There is no indicator set with one of these codes. `indicatorSets` lists them.",
        Unresolved::UnknownVersion => "An indicator set has no such version. Leave it out to get the one in use.",
        Unresolved::NotValidOn { .. } => "An indicator set has no version in use today.",
        Unresolved::UnknownCode => "An indicator set has no indicator with one of these codes in this version.",
    })
}
