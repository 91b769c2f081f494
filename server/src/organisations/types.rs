//! What clients see of organisations and memberships.

use super::loader::{Loader, MembershipKey, MembershipsOf, OrganisationKey};
use crate::access::{Order, PageArguments, Role, Roles};
use crate::code_lists::Municipality;
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::relay::{self, ConnectionOf};
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use entity::{membership, organisation};
use uuid::Uuid;

/// Kinds of organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, clap::ValueEnum)]
#[graphql(remote = "organisation::Kind")]
#[value(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// The Centre itself.
    Centre,
    /// A primary or secondary school.
    School,
    /// A centre for social work.
    CentreForSocialWork,
    /// A health centre, hospital or institute.
    HealthService,
    /// A police directorate or station.
    Police,
    /// A branch of the National Employment Service.
    EmploymentService,
    /// A reception or asylum centre for migrants.
    ReceptionCentre,
    /// A home for children without parental care.
    ChildrensHome,
    /// The labour inspectorate.
    LabourInspectorate,
    /// A non-governmental organisation.
    NonGovernmental,
    /// Another public authority: prosecution, court, ministry, municipality.
    OtherAuthority,
}

/// A tenant: the Centre or one partner institution.
pub struct Organisation(pub organisation::Model);

/// A tenant: the Centre or one partner institution.
#[Object]
impl Organisation {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::Organisation, self.0.id).into()
    }

    /// Official name. In Latin script where the request asks for it.
    async fn name(&self, context: &Context<'_>) -> String {
        context.language().choose(&self.0.name, &self.0.name)
    }

    /// What kind of institution it is.
    async fn kind(&self) -> OrganisationKind {
        self.0.kind.into()
    }

    /// Municipality of its seat.
    async fn municipality(&self) -> Option<Municipality> {
        Municipality::of_code(&self.0.municipality_code)
    }

    /// Since when its members have no access; null while it cooperates.
    async fn suspended_at(&self) -> Option<DateTime<Utc>> {
        self.0.suspended_at
    }

    /// Its members, oldest first. Those whose membership ended are among them.
    #[graphql(complexity = "relay::cost(first, last, child_complexity)")]
    async fn memberships(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Membership>, Fault> {
        let loader = context.data_unchecked::<DataLoader<Loader>>();
        let rows = loader.load_one(MembershipsOf(self.0.id)).await?.unwrap_or_default();
        let order: [Order<membership::Entity>; 1] = [Order::ascending(membership::Column::Id)];
        relay::connection_of_parts(rows, &order, &PageArguments { first, after, last, before }, Membership)
    }
}

impl Organisation {
    /// The organisation with this key, where the viewer may see it.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let loader = context.data_unchecked::<DataLoader<Loader>>();
        Ok(loader.load_one(OrganisationKey(key)).await?.map(Self))
    }
}

/// One account acting for one organisation in one or more roles.
pub struct Membership(pub membership::Model);

/// One account acting for one organisation in one or more roles.
#[Object]
impl Membership {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::Membership, self.0.id).into()
    }

    /// Counts changes. Send it back with a change, so that nobody overwrites what another has just done.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// Name under which colleagues know the member.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Function in the organisation: school counsellor, nurse, inspector.
    async fn function(&self) -> &str {
        &self.0.function
    }

    /// Address the invitation went to; null for software.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// OAuth client of the organisation's own software; null for persons.
    async fn client_id(&self) -> Option<&str> {
        self.0.client_id.as_deref()
    }

    /// The roles it gives.
    async fn roles(&self) -> Vec<Role> {
        Roles::parse(&self.0.roles).iter().collect()
    }

    /// Whether the invited one has signed in.
    async fn taken_up(&self) -> bool {
        self.0.account_id.is_some()
    }

    /// When it was invited.
    async fn invited_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Since when it gives no access any more; null while it does.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.ended_at
    }

    /// The organisation it acts for.
    async fn organisation(&self, context: &Context<'_>) -> Result<Option<Organisation>, Fault> {
        Organisation::load(context, self.0.organisation_id).await
    }
}

impl Membership {
    /// The membership with this key, where the viewer may see it. A partner sees no names of the Centre's staff.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let loader = context.data_unchecked::<DataLoader<Loader>>();
        Ok(loader.load_one(MembershipKey(key)).await?.map(Self))
    }
}
