//! What clients see of registrations.

use super::loader::{AttendanceOf, Loader, NeedsKey, RegistrationKey, RegistrationsOf};
use crate::access::{Action, Order, PageArguments};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::loader::RequestLoader;
use crate::organisations::{Organisation, OrganisationKind};
use crate::relay::{self, ConnectionOf};
use crate::text::Text;
use crate::training::attendance::Attendance;
use crate::training::certificates::Certificate;
use crate::training::sessions::TrainingSession;
use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use entity::participant_needs;
use entity::registration::{self, Model, State};
use uuid::Uuid;

/// States of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "registration::State")]
pub enum RegistrationState {
    /// Waits for a trainer's approval; holds no place.
    Requested,
    /// On the waiting list.
    Waiting,
    /// A place became free and is kept until the offer ends.
    Offered,
    /// Has a place.
    Registered,
    /// A trainer declined it.
    Declined,
    /// Given up by the participant or its institution.
    Withdrawn,
    /// The offer ended without an answer.
    Lapsed,
    /// The place went to a colleague.
    Transferred,
}

/// A registration: somebody of an institution, for a session.
pub struct Registration(pub Model);

/// A registration: somebody of an institution, for a session.
#[Object]
impl Registration {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::Registration, self.0.id).into()
    }

    /// Counts changes. Send it back with a change, so that nobody overwrites what another has just done.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// The session.
    async fn session(&self, context: &Context<'_>) -> Result<Option<TrainingSession>, Fault> {
        TrainingSession::load(context, self.0.session_id).await
    }

    /// The participant's name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The participant's function in the institution.
    async fn function(&self) -> &str {
        &self.0.function
    }

    /// The participant's institution.
    async fn organisation(&self, context: &Context<'_>) -> Result<Option<Organisation>, Fault> {
        Organisation::load(context, self.0.organisation_id).await
    }

    /// What kind of institution it is, as of the registration.
    async fn organisation_kind(&self) -> OrganisationKind {
        self.0.kind.into()
    }

    /// Where it stands.
    async fn state(&self) -> RegistrationState {
        self.0.state.into()
    }

    /// Until when an offered place is kept; null where none is offered.
    async fn offered_until(&self) -> Option<DateTime<Utc>> {
        self.0.offered_until
    }

    /// Whether the participant came without having registered.
    async fn walk_in(&self) -> bool {
        self.0.walk_in
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When its state last changed.
    async fn changed_at(&self) -> DateTime<Utc> {
        self.0.changed_at
    }

    /// What the participant needs; null where nothing was said, you may not see it, or the session is over. Reading it is
    /// written to the audit trail.
    async fn needs(&self, context: &Context<'_>) -> Result<Option<ParticipantNeeds>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let Some(row) = loader.load_one(NeedsKey(self.0.id)).await? else { return Ok(None) };
        context.scope()?.note_read(Action::NeedsRead, ObjectType::Registration, self.0.id);
        Ok(Some(ParticipantNeeds(row)))
    }

    /// How the participant attended, a day each, in the order in which it was written down.
    async fn attendance(&self, context: &Context<'_>) -> Result<Vec<Attendance>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let rows = loader.load_one(AttendanceOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Attendance).collect())
    }

    /// The participant's certificate, the newest where there were several; null where none was issued.
    async fn certificate(&self, context: &Context<'_>) -> Result<Option<Certificate>, Fault> {
        Certificate::of_registration(context, self.0.id).await
    }
}

impl Registration {
    /// The registration with this key, where the viewer may see it.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        Ok(loader.load_one(RegistrationKey(key)).await?.map(Self))
    }

    /// A page of the registrations of a session that the viewer may see.
    pub async fn of_session(
        context: &Context<'_>,
        session: Uuid,
        arguments: &PageArguments,
    ) -> Result<ConnectionOf<Self>, Fault> {
        let order: [Order<registration::Entity>; 1] = [Order::ascending(registration::Column::Id)];
        relay::connection_of_parts(of(context, session).await?, &order, arguments, Self)
    }
}

/// Whether the viewer, or somebody whose registration it sees, has a place in a session.
pub async fn has_a_place(context: &Context<'_>, session: Uuid) -> Result<bool, Fault> {
    Ok(of(context, session).await?.iter().any(|row| row.state == State::Registered))
}

async fn of(context: &Context<'_>, session: Uuid) -> Result<Vec<Model>, Fault> {
    let loader = context.data_unchecked::<RequestLoader<Loader>>();
    Ok(loader.load_one(RegistrationsOf(session)).await?.unwrap_or_default())
}

/// What a participant needs at a session. It is deleted after it.
struct ParticipantNeeds(participant_needs::Model);

/// What a participant needs at a session. It is deleted after it.
#[Object]
impl ParticipantNeeds {
    /// Whether the participant agrees to be photographed.
    async fn photograph(&self) -> bool {
        self.0.photograph
    }

    /// What it does not eat.
    async fn dietary(&self) -> Option<Text<'_>> {
        Text::written(&self.0.dietary)
    }

    /// What it needs to take part.
    async fn access(&self) -> Option<Text<'_>> {
        Text::written(&self.0.access)
    }
}
