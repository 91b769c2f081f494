//! Persons of concern, what was ticked for them, and who they are.

use super::{AgeBand, Answer, Report, Sex};
use crate::access::Action;
use crate::access::sealing::is_unreadable;
use crate::context::RequestContext;
use crate::date::Date;
use crate::duplicates::{self, DuplicateState, PossibleDuplicate};
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::indicators::{Catalogue, Evaluation, Indicator};
use crate::loader::RequestLoader;
use crate::reports::loader::{IdentityOf, Loader, PersonKey, TicksOf};
use crate::reports::{note_read, rules, written};
use crate::text::{Text, unreadable};
use async_graphql::{Context, Error, ID, Object};
use chrono::NaiveDate;
use entity::{person, person_identity, ticked_indicator};
use uuid::Uuid;

/// A person of concern: somebody whom a report is about. Who it is stands apart, in `identity`.
pub struct Person {
    /// The row.
    pub row: person::Model,
    /// The day its report was begun.
    pub begun_on: NaiveDate,
}

/// A person of concern: somebody whom a report is about. Who it is stands apart, in `identity`.
#[Object]
impl Person {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::Person, self.row.id).into()
    }

    /// Whether it was erased: what says who it is is gone for good.
    async fn erased(&self) -> bool {
        self.row.sealing_key_id.is_none()
    }

    /// A name to speak of the person without naming it.
    async fn pseudonym(&self) -> Option<Text<'_>> {
        Text::written(&self.row.pseudonym)
    }

    /// Estimated age.
    async fn age_band(&self) -> Option<AgeBand> {
        self.row.age_band.map(Into::into)
    }

    /// Year of birth, where known.
    async fn birth_year(&self) -> Option<i32> {
        self.row.birth_year
    }

    /// Is the person a child? As the reporter answered.
    async fn child(&self) -> Answer {
        self.row.child.into()
    }

    /// Whether the person is treated as a child: when it is one, when nobody is sure, and when age band or birth year
    /// contradict a no, because a disputed age counts as a child's until it is settled.
    async fn treated_as_child(&self) -> bool {
        rules::treated_as_child(&self.row, self.begun_on)
    }

    /// Sex.
    async fn sex(&self) -> Sex {
        self.row.sex.into()
    }

    /// Citizenship: a two-letter code of ISO 3166-1.
    async fn citizenship(&self) -> Option<&str> {
        written(&self.row.citizenship)
    }

    /// A language that the person speaks: a BCP 47 tag.
    async fn language(&self) -> Option<&str> {
        written(&self.row.language)
    }

    /// Disability or communication need.
    async fn communication_need(&self) -> Option<Text<'_>> {
        Text::written(&self.row.communication_need)
    }

    /// Who the guardian is, as far as known.
    async fn guardian(&self) -> Option<Text<'_>> {
        Text::written(&self.row.guardian)
    }

    /// May the guardian be involved in the exploitation?
    async fn guardian_may_be_involved(&self) -> Answer {
        self.row.guardian_may_be_involved.into()
    }

    /// How to reach the person without putting it in danger.
    async fn safe_contact(&self) -> SafeContact<'_> {
        SafeContact(&self.row)
    }

    /// Indicators that were ticked for the person.
    async fn indicators(&self, context: &Context<'_>) -> Result<Vec<TickedIndicator>, Fault> {
        let ticks = self.ticks(context).await?;
        let ids: Vec<Uuid> = ticks.iter().map(|tick| tick.indicator_id).collect();
        let catalogue = context.catalogue_knowing(&ids).await?;
        ticks.into_iter().map(|tick| TickedIndicator::of(tick, &catalogue)).collect()
    }

    /// What the ticked indicators amount to: one evaluation for each version of a set that they come from.
    async fn evaluation(&self, context: &Context<'_>) -> Result<Vec<Evaluation>, Fault> {
        let ticked: Vec<Uuid> = self.ticks(context).await?.iter().map(|tick| tick.indicator_id).collect();
        Ok(context.catalogue_knowing(&ticked).await?.evaluate(&ticked))
    }

    /// Who the person is. Null unless you wrote it and the Centre has not accepted the report yet, or you opened it with
    /// `openIdentity`, or its report in an emergency, and that has not ended. Each reading is written down.
    async fn identity(&self, context: &Context<'_>) -> Result<Option<Identity>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let found = loader.load_one(IdentityOf(self.row.id)).await?;
        if found.is_some() {
            context.scope()?.note_read(Action::IdentityRead, ObjectType::Person, self.row.id);
        }
        Ok(found.map(Identity))
    }

    /// Persons of other reports who may be the same, oldest first. For the Centre, where it sees both reports; null for others.
    #[graphql(complexity = "1 + child_complexity.saturating_mul(10)")]
    async fn possible_duplicates(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "In this state; left out, in any.")] state: Option<DuplicateState>,
    ) -> Result<Option<Vec<PossibleDuplicate>>, Fault> {
        duplicates::of_person(context, self.row.report_id, self.row.id, state).await
    }

    /// The report.
    async fn report(&self, context: &Context<'_>) -> Result<Option<Report>, Fault> {
        Report::load(context, self.row.report_id).await
    }
}

impl Person {
    /// The person with this key, where the viewer may see it. That its report was read is noted.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let Some(row) = loader.load_one(PersonKey(key)).await? else { return Ok(None) };
        note_read(context, row.report_id)?;
        let report = Report::load(context, row.report_id).await?;
        Ok(report.map(|report| Self { row, begun_on: report.row.begun_on }))
    }

    async fn ticks(&self, context: &Context<'_>) -> Result<Vec<ticked_indicator::Model>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        Ok(loader.load_one(TicksOf(self.row.id)).await?.unwrap_or_default())
    }
}

/// How to reach a person without putting it in danger.
struct SafeContact<'a>(&'a person::Model);

/// How to reach a person without putting it in danger.
#[Object]
impl SafeContact<'_> {
    /// By which channel.
    async fn channel(&self) -> Option<Text<'_>> {
        Text::written(&self.0.contact_channel)
    }

    /// At what time.
    async fn time(&self) -> Option<Text<'_>> {
        Text::written(&self.0.contact_time)
    }

    /// Who else may pick up, listen or read.
    async fn caution(&self) -> Option<Text<'_>> {
        Text::written(&self.0.contact_caution)
    }
}

/// An indicator that was ticked for a person, in the version of the set that the report was made with.
struct TickedIndicator {
    row: ticked_indicator::Model,
    indicator: Indicator,
}

impl TickedIndicator {
    fn of(row: ticked_indicator::Model, catalogue: &Catalogue) -> Result<Self, Fault> {
        let indicator = catalogue.indicator(row.indicator_id).ok_or(Fault::Internal)?;
        Ok(Self { row, indicator })
    }
}

/// An indicator that was ticked for a person, in the version of the set that the report was made with.
#[Object]
impl TickedIndicator {
    /// The indicator.
    async fn indicator(&self) -> &Indicator {
        &self.indicator
    }

    /// The reporter's remark.
    async fn remark(&self) -> Option<Text<'_>> {
        Text::written(&self.row.remark)
    }
}

/// Who a person is.
pub struct Identity(pub person_identity::Model);

/// Who a person is.
#[Object]
impl Identity {
    /// Names.
    async fn names(&self) -> Option<Text<'_>> {
        Text::written(&self.0.names)
    }

    /// Personal number, or number of a travel document.
    async fn personal_number(&self) -> Option<Text<'_>> {
        Text::written(&self.0.personal_number)
    }

    /// Date of birth.
    async fn birth_date(&self, context: &Context<'_>) -> Result<Option<Date>, Error> {
        if is_unreadable(&self.0.birth_date) {
            return Err(unreadable(context.language()));
        }
        Ok(self.0.birth_date.parse().ok().map(Date))
    }

    /// Telephone.
    async fn phone(&self) -> Option<Text<'_>> {
        Text::written(&self.0.phone)
    }

    /// Address.
    async fn address(&self) -> Option<Text<'_>> {
        Text::written(&self.0.address)
    }
}
