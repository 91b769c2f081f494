//! What the Centre sees of cases.

use super::loader::{CaseKey, CasesOf, Loader};
use crate::code_lists::ExploitationForm;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::loader::RequestLoader;
use crate::organisations::Membership;
use crate::reports::{Person, Report, note_read};
use crate::text::Text;
use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use entity::case;
use uuid::Uuid;

/// Where formal identification stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "case::Identification")]
pub enum Identification {
    /// Assessment goes on.
    Pending,
    /// Formally identified.
    Identified,
    /// Not formally identified.
    NotIdentified,
}

/// The Centre's work with one person after triage.
pub struct Case(pub case::Model);

/// The Centre's work with one person after triage.
#[Object]
impl Case {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::Case, self.0.id).into()
    }

    /// The number to speak of it, such as `PR-7KQ4-M2XD-5`.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// Counts changes. Send it back with a change, so that nobody overwrites what another has just done.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// The report that it was opened from.
    async fn report(&self, context: &Context<'_>) -> Result<Option<Report>, Fault> {
        Report::load(context, self.0.report_id).await
    }

    /// The person it is about.
    async fn person(&self, context: &Context<'_>) -> Result<Option<Person>, Fault> {
        Person::load(context, self.0.person_id).await
    }

    /// The member of the Centre who carries it; null while nobody does.
    async fn case_worker(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match self.0.case_worker_id {
            Some(key) => Membership::load(context, key).await,
            None => Ok(None),
        }
    }

    /// Where formal identification stands.
    async fn identification(&self) -> Identification {
        self.0.identification.into()
    }

    /// Forms of exploitation that the Centre found; none while it has not identified the person.
    async fn exploitation_forms(&self) -> Vec<ExploitationForm> {
        ExploitationForm::of_column(&self.0.exploitation_forms)
    }

    /// Why it was decided so; null while it was not.
    async fn decision_reason(&self, context: &Context<'_>) -> Result<Option<Text<'_>>, Fault> {
        if !self.0.decision_reason.is_empty() {
            note_read(context, self.0.report_id)?;
        }
        Ok(Text::written(&self.0.decision_reason))
    }

    /// The member who decided; null while nobody did.
    async fn decided_by(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match self.0.decided_by_id {
            Some(key) => Membership::load(context, key).await,
            None => Ok(None),
        }
    }

    /// When it was decided; null while it was not.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }

    /// When it was opened.
    async fn opened_at(&self) -> DateTime<Utc> {
        self.0.opened_at
    }

    /// Since when it is void because its report was reopened; null for a case that counts.
    async fn voided_at(&self) -> Option<DateTime<Utc>> {
        self.0.void_at
    }
}

impl Case {
    /// The case with this key, where the viewer may see it.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        Ok(context.data_unchecked::<RequestLoader<Loader>>().load_one(CaseKey(key)).await?.map(Self))
    }
}

/// The cases that were opened from a report, where the viewer may see them.
pub async fn of_report(context: &Context<'_>, report: Uuid) -> Result<Vec<Case>, Fault> {
    let loader = context.data_unchecked::<RequestLoader<Loader>>();
    Ok(loader.load_one(CasesOf(report)).await?.unwrap_or_default().into_iter().map(Case).collect())
}
