//! Relay's Node: any object by its id.

use crate::access::{Permission, guarded};
use crate::attachments::Attachment;
use crate::cases::Case;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::indicators::IndicatorSetVersion;
use crate::organisations::{Membership, Organisation};
use crate::reports::{Message, Person, Report};
use crate::training::certificates::Certificate;
use crate::training::materials::Material;
use crate::training::programmes::Programme;
use crate::training::registrations::Registration;
use crate::training::sessions::TrainingSession;
use async_graphql::{Context, ID, Interface, Object};
use futures_util::future::try_join_all;

/// The most objects that one field gives by their ids.
const MOST_IDS: usize = 100;

/// An object that has an id of its own.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque id."))]
#[expect(clippy::large_enum_variant, reason = "it lives for as long as one field is answered")]
pub enum Node {
    /// A file of a report.
    Attachment(Attachment),
    /// A case.
    Case(Case),
    /// A certificate.
    Certificate(Certificate),
    /// A version of an indicator set.
    IndicatorSet(IndicatorSetVersion),
    /// A version of a material for participants.
    Material(Material),
    /// A membership.
    Membership(Membership),
    /// A message on a report.
    Message(Message),
    /// An organisation.
    Organisation(Organisation),
    /// A person of concern.
    Person(Person),
    /// An accredited programme.
    Programme(Programme),
    /// A registration for a session.
    Registration(Registration),
    /// A report.
    Report(Report),
    /// A session of training.
    TrainingSession(TrainingSession),
}

impl Node {
    /// The object with this id, where the viewer may see it.
    async fn load(context: &Context<'_>, id: &ID) -> Result<Option<Self>, Fault> {
        let Some((object_type, key)) = ids::decode_any(id) else { return Ok(None) };
        Ok(match object_type {
            ObjectType::Attachment => Attachment::load(context, key).await?.map(Self::from),
            ObjectType::Case => Case::load(context, key).await?.map(Self::from),
            ObjectType::Certificate => Certificate::load(context, key).await?.map(Self::from),
            ObjectType::IndicatorSet => IndicatorSetVersion::load(context, key).await?.map(Self::from),
            ObjectType::Material => Material::load(context, key).await?.map(Self::from),
            ObjectType::Membership => Membership::load(context, key).await?.map(Self::from),
            ObjectType::ReportMessage => Message::load(context, key).await?.map(Self::from),
            ObjectType::Organisation => Organisation::load(context, key).await?.map(Self::from),
            ObjectType::Person => Person::load(context, key).await?.map(Self::from),
            ObjectType::Programme => Programme::load(context, key).await?.map(Self::from),
            ObjectType::Registration => Registration::load(context, key).await?.map(Self::from),
            ObjectType::Report => Report::load(context, key).await?.map(Self::from),
            ObjectType::TrainingSession => TrainingSession::load(context, key).await?.map(Self::from),
            ObjectType::Account
            | ObjectType::AuditEvent
            | ObjectType::CalendarFeed
            | ObjectType::Erasure
            | ObjectType::IdentityOpening
            | ObjectType::InternalNote
            | ObjectType::Notification
            | ObjectType::PossibleDuplicate
            | ObjectType::PrintedMaterial
            | ObjectType::ReportBar
            | ObjectType::ReportEvent
            | ObjectType::Question
            | ObjectType::Session
            | ObjectType::SessionTest
            | ObjectType::TestAttempt
            | ObjectType::TrainingDay
            | ObjectType::Webhook => None,
        })
    }
}

/// Root fields for objects by their ids.
#[derive(Default)]
pub struct NodeQueries;

#[Object]
impl NodeQueries {
    /// The object with this id; null where there is none for you, or the id is malformed.
    #[graphql(directive = guarded::apply(Permission::Member))]
    async fn node(&self, context: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Result<Option<Node>, Fault> {
        Node::load(context, &id).await
    }

    /// The objects with these ids, in their order; null for each that does not exist for you.
    #[graphql(
        directive = guarded::apply(Permission::Member),
        complexity = "1 + ids.len().saturating_mul(child_complexity)"
    )]
    async fn nodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Their ids, at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>, Fault> {
        if ids.len() > MOST_IDS {
            return Err(Fault::BadInput("Ask for at most 100 objects at once."));
        }
        try_join_all(ids.iter().map(|id| Node::load(context, id))).await
    }
}
