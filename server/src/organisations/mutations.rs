//! Changing organisations and memberships.

use super::actions::{self, NewMember, NewOrganisation};
use super::types::{Membership, Organisation, OrganisationKind};
use crate::access::{Permission, Role, Scope, guarded};
use crate::context::RequestContext;
use crate::error::{Fault, Outcome, Problem};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object};
use entity::{membership, organisation};

/// An organisation to register.
#[derive(InputObject)]
struct RegisterOrganisationInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again makes no second organisation.
    idempotency_key: String,
    /// Official name, in Serbian Cyrillic.
    name: String,
    /// What kind of institution it is.
    kind: OrganisationKind,
    /// Code of the municipality of its seat.
    municipality: String,
}

/// A person to invite to an organisation.
#[derive(InputObject)]
struct InviteMemberInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again makes no second invitation.
    idempotency_key: String,
    /// The organisation to act for. Left out: your own.
    organisation_id: Option<ID>,
    /// Name under which colleagues will know the member.
    name: String,
    /// Function in the organisation.
    #[graphql(default)]
    function: String,
    /// E-mail address; whoever signs in with it, verified by the issuer, takes the membership up.
    email: String,
    /// The roles to give.
    roles: Vec<Role>,
}

/// Software of a partner to connect.
#[derive(InputObject)]
struct ConnectSoftwareInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again makes no second connection.
    idempotency_key: String,
    /// The partner whose software it is.
    organisation_id: ID,
    /// Name under which the organisation knows it.
    name: String,
    /// The OAuth client whose access tokens it sends.
    client_id: String,
}

/// Other roles for a member.
#[derive(InputObject)]
struct ChangeMembershipRolesInput {
    /// The membership.
    membership_id: ID,
    /// Its revision as you read it.
    revision: i32,
    /// All the roles it is to have.
    roles: Vec<Role>,
}

/// A membership to end.
#[derive(InputObject)]
struct EndMembershipInput {
    /// The membership.
    membership_id: ID,
    /// Its revision as you read it.
    revision: i32,
    /// Why.
    reason: String,
}

/// An organisation to suspend or to take back.
#[derive(InputObject)]
struct SuspendOrganisationInput {
    /// The organisation.
    organisation_id: ID,
    /// Why.
    reason: String,
}

payload! {
    /// Answer to a change of a membership.
    MembershipPayload {
        /// The membership as it is now; null where the change was refused.
        membership: Membership,
    }
}

payload! {
    /// Answer to a change of an organisation.
    OrganisationPayload {
        /// The organisation as it is now; null where the change was refused.
        organisation: Organisation,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct OrganisationMutations;

#[Object]
impl OrganisationMutations {
    /// Registers an organisation as a partner.
    #[graphql(directive = guarded::apply(Permission::ManageOrganisations))]
    async fn register_organisation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to register.")] input: RegisterOrganisationInput,
    ) -> Result<OrganisationPayload, Fault> {
        let outcome = register(context.scope()?, input).await;
        Ok(context.answer(outcome.map(Organisation))?.into())
    }

    /// Suspends an organisation: its members have no access from now on.
    #[graphql(directive = guarded::apply(Permission::ManageOrganisations))]
    async fn suspend_organisation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: SuspendOrganisationInput,
    ) -> Result<OrganisationPayload, Fault> {
        let key = ids::decode(ObjectType::Organisation, &input.organisation_id);
        let outcome = actions::suspend(context.scope()?, key, true, &input.reason).await;
        Ok(context.answer(outcome.map(Organisation))?.into())
    }

    /// Takes a suspended organisation back: its members have access again.
    #[graphql(directive = guarded::apply(Permission::ManageOrganisations))]
    async fn reinstate_organisation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: SuspendOrganisationInput,
    ) -> Result<OrganisationPayload, Fault> {
        let key = ids::decode(ObjectType::Organisation, &input.organisation_id);
        let outcome = actions::suspend(context.scope()?, key, false, &input.reason).await;
        Ok(context.answer(outcome.map(Organisation))?.into())
    }

    /// Invites a person to act for an organisation: a coordinator for its own, an administrator for any.
    #[graphql(directive = guarded::apply(Permission::ManageMemberships))]
    async fn invite_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom, and in which roles.")] input: InviteMemberInput,
    ) -> Result<MembershipPayload, Fault> {
        let outcome = invite(context.scope()?, input).await;
        Ok(context.answer(outcome.map(Membership))?.into())
    }

    /// Lets a partner's own software submit reports: access tokens of this OAuth client act as a reporter of this one
    /// organisation.
    #[graphql(directive = guarded::apply(Permission::ManageOrganisations))]
    async fn connect_software(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which client, for which organisation.")] input: ConnectSoftwareInput,
    ) -> Result<MembershipPayload, Fault> {
        let outcome = connect(context.scope()?, input).await;
        Ok(context.answer(outcome.map(Membership))?.into())
    }

    /// Gives a member other roles. An organisation keeps at least one coordinator.
    #[graphql(directive = guarded::apply(Permission::ManageMemberships))]
    async fn change_membership_roles(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which membership, and its roles.")] input: ChangeMembershipRolesInput,
    ) -> Result<MembershipPayload, Fault> {
        let key = ids::decode(ObjectType::Membership, &input.membership_id);
        let outcome = actions::change_roles(context.scope()?, key, input.revision, &input.roles).await;
        Ok(context.answer(outcome.map(Membership))?.into())
    }

    /// Ends a membership: its account has no access through it from the next request on. What the member wrote stays.
    #[graphql(directive = guarded::apply(Permission::ManageMemberships))]
    async fn end_membership(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which membership, and why.")] input: EndMembershipInput,
    ) -> Result<MembershipPayload, Fault> {
        let key = ids::decode(ObjectType::Membership, &input.membership_id);
        let outcome = actions::end(context.scope()?, key, input.revision, &input.reason).await;
        Ok(context.answer(outcome.map(Membership))?.into())
    }
}

async fn register(scope: &Scope, input: RegisterOrganisationInput) -> Outcome<organisation::Model> {
    let once = Once::new("registerOrganisation", &input.idempotency_key, &input)?;
    let write = scope.begin().await?;
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        let found = write.find::<organisation::Entity>().by_key(earlier).one().await?;
        return Ok(found.ok_or_else(|| Problem::not_found(""))?);
    }
    let new = NewOrganisation { name: input.name, kind: input.kind.into(), municipality: input.municipality };
    let organisation = actions::register(&write, id, new).await?;
    write.commit().await?;
    Ok(organisation)
}

async fn invite(scope: &Scope, input: InviteMemberInput) -> Outcome<membership::Model> {
    let once = Once::new("inviteMember", &input.idempotency_key, &input)?;
    let organisation = match &input.organisation_id {
        Some(id) => ids::decode(ObjectType::Organisation, id),
        None => Some(scope.viewer().organisation_id()),
    };
    let new = NewMember {
        name: input.name,
        function: input.function,
        email: Some(input.email),
        client_id: None,
        roles: input.roles,
    };
    add_member(scope, &once, organisation, new).await
}

async fn connect(scope: &Scope, input: ConnectSoftwareInput) -> Outcome<membership::Model> {
    let once = Once::new("connectSoftware", &input.idempotency_key, &input)?;
    let organisation = ids::decode(ObjectType::Organisation, &input.organisation_id);
    let new = NewMember {
        name: input.name,
        function: String::new(),
        email: None,
        client_id: Some(input.client_id),
        roles: vec![Role::Reporter],
    };
    add_member(scope, &once, organisation, new).await
}

async fn add_member(
    scope: &Scope,
    once: &Once,
    organisation: Option<uuid::Uuid>,
    new: NewMember,
) -> Outcome<membership::Model> {
    let write = scope.begin().await?;
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        let found = write.find::<membership::Entity>().by_key(earlier).one().await?;
        return Ok(found.ok_or_else(|| Problem::not_found(""))?);
    }
    let key = organisation.ok_or_else(|| Problem::not_found("organisationId"))?;
    let organisation = write.find::<organisation::Entity>().by_key(key).one().await?;
    let organisation = organisation.ok_or_else(|| Problem::not_found("organisationId"))?;
    let membership = actions::invite(&write, id, &organisation, new).await?;
    write.commit().await?;
    Ok(membership)
}
