//! What clients see of sessions.

use super::loader::{AudienceOf, DayKey, DaysOf, Loader, PlacesOf, SessionKey};
use super::rules::{self, Standing};
use crate::access::{PageArguments, Role};
use crate::code_lists::Municipality;
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::loader::RequestLoader;
use crate::organisations::{Organisation, OrganisationKind};
use crate::relay::{self, ConnectionOf};
use crate::training::programmes::Programme;
use crate::training::registrations::{Registration, has_a_place};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::training_session::{self, Model};
use entity::{session_audience, training_day};
use uuid::Uuid;

/// Kinds of session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "training_session::Kind")]
pub enum SessionKind {
    /// A training.
    Training,
    /// An information day.
    InformationDay,
    /// A day of consultation and supervision.
    ConsultationDay,
    /// A round table.
    RoundTable,
    /// A workshop.
    Workshop,
    /// External supervision for the organiser's own staff.
    ExternalSupervision,
}

/// How a session is attended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "training_session::Mode")]
pub enum SessionMode {
    /// At a venue.
    OnSite,
    /// Over the network.
    Online,
    /// Either way.
    Mixed,
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Standing")]
pub enum SessionState {
    /// Being planned; nobody but its trainers and the supervisor sees it.
    Draft,
    /// Published: one can register within the window.
    Open,
    /// All places are given out. One may still wait for one, where there is a waiting list.
    Full,
    /// Registration has ended.
    Closed,
    /// It took place.
    Held,
    /// Attendance and results are final.
    Completed,
    /// It was called off.
    Cancelled,
}

/// A session: one training, information day, consultation, round table or workshop, of one day or several.
pub struct TrainingSession(pub Model);

/// A session: one training, information day, consultation, round table or workshop, of one day or several.
#[Object]
impl TrainingSession {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::TrainingSession, self.0.id).into()
    }

    /// Counts changes. Send it back with a change, so that nobody overwrites what another has just done.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// What kind of session it is.
    async fn kind(&self) -> SessionKind {
        self.0.kind.into()
    }

    /// Where it stands.
    async fn state(&self, context: &Context<'_>) -> Result<SessionState, Fault> {
        Ok(rules::standing(&self.0, context.scope()?.now()).into())
    }

    /// Title, as on the invitation.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about.
    async fn topic(&self) -> &str {
        &self.0.topic
    }

    /// Length in hours of teaching.
    async fn hours(&self) -> i32 {
        self.0.hours
    }

    /// The accredited programme that it follows; null where it follows none.
    async fn programme(&self, context: &Context<'_>) -> Result<Option<Programme>, Fault> {
        match self.0.programme_id {
            Some(key) => Programme::load(context, key).await,
            None => Ok(None),
        }
    }

    /// What sessions of one series have in common; null where it is part of none.
    async fn series_id(&self) -> Option<ID> {
        self.0.series_id.map(|key| ids::encode(ObjectType::TrainingSession, key).into())
    }

    /// How it is attended.
    async fn mode(&self) -> SessionMode {
        self.0.mode.into()
    }

    /// Municipality of the venue; null where it is held online.
    async fn municipality(&self) -> Option<Municipality> {
        self.0.municipality_code.as_deref().and_then(Municipality::of_code)
    }

    /// Name and address of the venue.
    async fn venue(&self) -> Option<&str> {
        given(&self.0.venue)
    }

    /// Where to go online; null for those who have no place in it.
    async fn online_address(&self, context: &Context<'_>) -> Result<Option<&str>, Fault> {
        let has_a_place = reads_all(context)? || has_a_place(context, self.0.id).await?;
        Ok(given(&self.0.online_address).filter(|_| has_a_place))
    }

    /// Language it is held in: a code of ISO 639-1.
    async fn language(&self) -> &str {
        &self.0.language
    }

    /// Name of the organisation that organises it. In Latin script where the request asks for it.
    async fn organiser(&self, context: &Context<'_>) -> String {
        context.language().choose(&self.0.organiser, &self.0.organiser)
    }

    /// Organisations that help to hold it.
    async fn partners(&self) -> Option<&str> {
        given(&self.0.partners)
    }

    /// Who pays for it.
    async fn donor(&self) -> Option<&str> {
        given(&self.0.donor)
    }

    /// Names of its trainers, as on the invitation.
    async fn trainers(&self) -> &str {
        &self.0.trainer_names
    }

    /// Codes of the indicator sets that it teaches.
    async fn indicator_sets(&self) -> Vec<&str> {
        rules::codes(&self.0.indicator_sets).collect()
    }

    /// How many places there are.
    async fn capacity(&self) -> i32 {
        self.0.capacity
    }

    /// How many places are neither given out nor offered; null for partners, who see whether it is full.
    async fn places_left(&self, context: &Context<'_>) -> Result<Option<i32>, Fault> {
        Ok(Some(self.0.capacity - self.0.taken).filter(|_| matches!(reads_all(context), Ok(true))))
    }

    /// Places that are kept for kinds of institution until registration ends.
    async fn kept_places(&self, context: &Context<'_>) -> Result<Vec<KeptPlaces>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let rows = loader.load_one(PlacesOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| KeptPlaces { kind: row.kind.into(), places: row.places }).collect())
    }

    /// Whether those who find no place may wait for one.
    async fn waiting_list(&self) -> bool {
        self.0.waiting_list
    }

    /// Whether a trainer approves each registration.
    async fn needs_approval(&self) -> bool {
        self.0.approval
    }

    /// For how many hours a place that became free is kept for whoever waits first; 0 where it is given at once.
    async fn offer_hours(&self) -> i32 {
        self.0.offer_hours
    }

    /// From when one can register.
    async fn registration_opens_at(&self) -> DateTime<Utc> {
        self.0.registration_opens_at
    }

    /// Until when one can register.
    async fn registration_closes_at(&self) -> DateTime<Utc> {
        self.0.registration_closes_at
    }

    /// When its first day begins.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.0.starts_at
    }

    /// When its last day ends.
    async fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }

    /// Its days, in their order.
    async fn days(&self, context: &Context<'_>) -> Result<Vec<TrainingDay>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let rows = loader.load_one(DaysOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(TrainingDay).collect())
    }

    /// Whom it is for: everybody to whom one of these applies. A partner sees those that apply to it.
    async fn audience(&self, context: &Context<'_>) -> Result<Vec<Audience>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let rows = loader.load_one(AudienceOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Audience).collect())
    }

    /// Registrations for it that you may see, oldest first: your own; those of your organisation's staff where you coordinate
    /// it; everybody's for its trainers and the supervisor.
    #[graphql(complexity = "relay::cost(first, last, child_complexity)")]
    async fn registrations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Registration>, Fault> {
        Registration::of_session(context, self.0.id, &PageArguments { first, after, last, before }).await
    }

    /// How much of it, in percent of its days, one attends for a certificate.
    async fn attendance_percent(&self) -> i32 {
        self.0.attendance_percent
    }

    /// Whether a certificate takes a passed test.
    async fn certificate_needs_test(&self) -> bool {
        self.0.certificate_needs_test
    }

    /// For how many months a certificate is valid; null where it has no end.
    async fn certificate_months(&self) -> Option<i32> {
        self.0.certificate_months
    }
}

impl TrainingSession {
    /// The session with this key, where the viewer may see it.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        Ok(loader.load_one(SessionKey(key)).await?.map(Self))
    }
}

/// Whether the viewer sees all of a session that it sees: its trainers and the supervisor.
fn reads_all(context: &Context<'_>) -> Result<bool, Fault> {
    Ok(context.scope()?.viewer().has_any(&[Role::Trainer, Role::Supervisor]))
}

/// A text, where there is one.
fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Places that are kept for one kind of institution.
#[derive(SimpleObject)]
struct KeptPlaces {
    /// The kind of institution.
    kind: OrganisationKind,
    /// How many of the session's places are kept for it.
    places: i32,
}

/// A day of a session.
pub struct TrainingDay(pub training_day::Model);

/// A day of a session.
#[Object]
impl TrainingDay {
    /// Opaque id.
    async fn id(&self) -> ID {
        ids::encode(ObjectType::TrainingDay, self.0.id).into()
    }

    /// When it begins.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.0.starts_at
    }

    /// When it ends.
    async fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }
}

impl TrainingDay {
    /// The day with this key, where the viewer may see it.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        Ok(loader.load_one(DayKey(key)).await?.map(Self))
    }
}

/// Whom a session is for: institutions to whom everything applies that is not null.
struct Audience(session_audience::Model);

/// Whom a session is for: institutions to whom everything applies that is not null.
#[Object(name = "SessionAudience")]
impl Audience {
    /// Institutions of this kind.
    async fn kind(&self) -> Option<OrganisationKind> {
        self.0.kind.map(Into::into)
    }

    /// Institutions in this district: a code of the district list.
    async fn district(&self) -> Option<&str> {
        self.0.district_code.as_deref()
    }

    /// This institution, by name or by invitation.
    async fn organisation(&self, context: &Context<'_>) -> Result<Option<Organisation>, Fault> {
        match self.0.invited_id {
            Some(key) => Organisation::load(context, key).await,
            None => Ok(None),
        }
    }
}
