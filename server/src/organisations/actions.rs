//! What is done to organisations and memberships, by mutations and by the commands that set up an installation.

use super::rules;
use crate::access::{Act, Action, Role, Roles, Scope, Write};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::language::Message;
use entity::organisation::Kind;
use entity::{membership, organisation};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// An organisation to register.
pub struct NewOrganisation {
    /// Official name, in Serbian Cyrillic.
    pub name: String,
    /// What kind of institution it is.
    pub kind: Kind,
    /// Code of the municipality of its seat.
    pub municipality: String,
}

/// Registers an organisation under this key.
pub async fn register(write: &Write, id: Uuid, new: NewOrganisation) -> Outcome<organisation::Model> {
    let name = rules::name(&new.name, "name")?;
    let municipality_code = rules::municipality(&new.municipality, "municipality")?;
    let row = organisation::Model {
        id,
        name,
        kind: new.kind,
        municipality_code,
        suspended_at: None,
        created_at: write.now(),
    };
    Ok(write.insert::<organisation::Entity>(row, Action::OrganisationRegistered).await?)
}

/// Someone to invite: a person by e-mail address, or an organisation's software by its OAuth client.
pub struct NewMember {
    /// Name under which colleagues will know the member.
    pub name: String,
    /// Function in the organisation.
    pub function: String,
    /// Address of a person.
    pub email: Option<String>,
    /// OAuth client of software.
    pub client_id: Option<String>,
    /// The roles to give.
    pub roles: Vec<Role>,
}

/// Invites a person, or connects software, to an organisation that was found before; the membership gets this key.
pub async fn invite(
    write: &Write,
    id: Uuid,
    organisation: &organisation::Model,
    new: NewMember,
) -> Outcome<membership::Model> {
    let name = rules::name(&new.name, "name")?;
    let function = rules::text(&new.function, "function", rules::LONGEST_NAME)?;
    let email = new.email.as_deref().map(|email| rules::email(email, "email")).transpose()?;
    let client_id = new.client_id.as_deref().map(|client| rules::name(client, "clientId")).transpose()?;
    let roles = rules::roles(&new.roles, organisation.kind, "roles")?;
    refuse_second(write, organisation.id, email.as_deref(), client_id.as_deref()).await?;
    let row = membership::Model {
        id,
        organisation_id: organisation.id,
        account_id: None,
        email,
        client_id,
        name,
        function,
        roles: roles.to_string(),
        revision: 1,
        created_at: write.now(),
        ended_at: None,
    };
    Ok(write.insert::<membership::Entity>(row, Action::MemberInvited).await?)
}

/// An address has one active membership in an organisation; a client has one at all.
async fn refuse_second(
    write: &Write,
    organisation_id: Uuid,
    email: Option<&str>,
    client_id: Option<&str>,
) -> Outcome<()> {
    use membership::Column;
    let same = match (email, client_id) {
        (Some(email), _) => {
            Condition::all().add(Column::OrganisationId.eq(organisation_id)).add(Column::Email.eq(email))
        }
        (None, client_id) => Condition::all().add(Column::ClientId.eq(client_id)),
    };
    let active = same.add(Column::EndedAt.is_null());
    match write.find::<membership::Entity>().filter(active).one().await? {
        Some(_) => {
            let path = if email.is_some() { "email" } else { "clientId" };
            Err(Problem::new(UserErrorCode::Taken, path, Message::new("already-a-member")).into())
        }
        None => Ok(()),
    }
}

/// Finds a membership to change, locked, and holds it against the revision that the client saw.
async fn active_membership(write: &Write, key: Option<Uuid>, revision: i32) -> Outcome<membership::Model> {
    let Some(key) = key else { return Err(Problem::not_found("membershipId").into()) };
    let active = membership::Column::EndedAt.is_null();
    let found = write.find::<membership::Entity>().by_key(key).filter(active).locked().one().await?;
    let found = found.ok_or_else(|| Problem::not_found("membershipId"))?;
    if found.revision != revision {
        return Err(Problem::new(UserErrorCode::Stale, "revision", Message::new("stale-membership")).into());
    }
    Ok(found)
}

/// Roles of the other active members of an organisation, locked so that two coordinators cannot remove each other at once.
async fn other_roles(write: &Write, membership: &membership::Model) -> Outcome<Vec<Roles>> {
    let others = Condition::all()
        .add(membership::Column::OrganisationId.eq(membership.organisation_id))
        .add(membership::Column::Id.ne(membership.id))
        .add(membership::Column::EndedAt.is_null());
    let others = write.find::<membership::Entity>().filter(others).locked().all().await?;
    Ok(others.iter().map(|other| Roles::parse(&other.roles)).collect())
}

/// Changes the roles of a membership.
pub(super) async fn change_roles(
    scope: &Scope,
    key: Option<Uuid>,
    revision: i32,
    roles: &[Role],
) -> Outcome<membership::Model> {
    let write = scope.begin().await?;
    let before = active_membership(&write, key, revision).await?;
    let organisation = write.find::<organisation::Entity>().by_key(before.organisation_id).one().await?;
    let organisation = organisation.ok_or_else(|| Problem::not_found("membershipId"))?;
    let roles = rules::roles(roles, organisation.kind, "roles")?;
    let others = other_roles(&write, &before).await?;
    rules::keeps_a_coordinator(Roles::parse(&before.roles), roles, &others, "roles")?;
    let after = membership::Model { roles: roles.to_string(), revision: before.revision + 1, ..before.clone() };
    let act = Act::because(Action::RolesChanged, format!("{} -> {}", before.roles, after.roles));
    let after = write.update::<membership::Entity>(&before, after, act).await?;
    write.commit().await?;
    Ok(after)
}

/// Ends a membership. Its account loses access with its next request.
pub(super) async fn end(scope: &Scope, key: Option<Uuid>, revision: i32, reason: &str) -> Outcome<membership::Model> {
    let reason = rules::reason(reason, rules::LONGEST_NAME)?;
    let write = scope.begin().await?;
    let before = active_membership(&write, key, revision).await?;
    let others = other_roles(&write, &before).await?;
    rules::keeps_a_coordinator(Roles::parse(&before.roles), Roles::default(), &others, "membershipId")?;
    let after = membership::Model { ended_at: Some(write.now()), revision: before.revision + 1, ..before.clone() };
    let act = Act::because(Action::MembershipEnded, reason);
    let after = write.update::<membership::Entity>(&before, after, act).await?;
    write.commit().await?;
    Ok(after)
}

/// Suspends an organisation, or takes it back. The Centre itself cannot be suspended.
pub(super) async fn suspend(
    scope: &Scope,
    key: Option<Uuid>,
    suspended: bool,
    reason: &str,
) -> Outcome<organisation::Model> {
    let reason = rules::reason(reason, rules::LONGEST_NAME)?;
    let write = scope.begin().await?;
    let Some(key) = key else { return Err(Problem::not_found("organisationId").into()) };
    let before = write.find::<organisation::Entity>().by_key(key).locked().one().await?;
    let before = before.ok_or_else(|| Problem::not_found("organisationId"))?;
    if before.kind == Kind::Centre || before.suspended_at.is_some() == suspended {
        let message = Message::new(if suspended { "cannot-be-suspended" } else { "not-suspended" });
        return Err(Problem::new(UserErrorCode::WrongState, "organisationId", message).into());
    }
    let action = if suspended { Action::OrganisationSuspended } else { Action::OrganisationReinstated };
    let after = organisation::Model { suspended_at: suspended.then(|| write.now()), ..before.clone() };
    let after = write.update::<organisation::Entity>(&before, after, Act::because(action, reason)).await?;
    write.commit().await?;
    Ok(after)
}
