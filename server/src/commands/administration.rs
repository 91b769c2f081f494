//! `oslonac organisation` and `oslonac member`: how an installation gets its Centre and its first administrator.

use super::{clock, open_current};
use crate::access::{Purpose, Role, Scope, Viewer};
use crate::config::Config;
use crate::failure::Failure;
use crate::ids::{self, ObjectType};
use crate::organisations::{self, NewMember, NewOrganisation, OrganisationKind};
use clap::{Args, Subcommand, ValueEnum};
use entity::organisation;

const ADD: &str = "\
Example:
  oslonac organisation add --kind centre --municipality novi-beograd --name 'Центар за заштиту'";

const INVITE: &str = "\
Example, the first administrator of an installation:
  oslonac member invite --organisation organisation_01… --email ana@centar.example --name 'Ана Анић' --role administrator";

#[derive(Subcommand)]
#[command(after_help = ADD)]
pub(super) enum Organisation {
    /// Registers an organisation and prints its id.
    Add(AddOrganisation),
}

#[derive(Args)]
#[command(after_help = ADD)]
pub(super) struct AddOrganisation {
    /// Official name, in Serbian Cyrillic.
    #[arg(long)]
    name: String,
    /// What kind of institution it is.
    #[arg(long)]
    kind: OrganisationKind,
    /// Code of the municipality of its seat: its name in Latin letters, lower case, without diacritics.
    #[arg(long)]
    municipality: String,
}

#[derive(Subcommand)]
#[command(after_help = INVITE)]
pub(super) enum Member {
    /// Invites a person by e-mail address. Whoever signs in with that address, verified by the issuer, takes it up.
    Invite(InviteMember),
}

#[derive(Args)]
#[command(after_help = INVITE)]
pub(super) struct InviteMember {
    /// Id of the organisation, as `organisation add` printed it.
    #[arg(long)]
    organisation: String,
    /// E-mail address.
    #[arg(long)]
    email: String,
    /// Name under which colleagues will know the member.
    #[arg(long)]
    name: String,
    /// Function in the organisation.
    #[arg(long, default_value = "")]
    function: String,
    /// A role to give; repeat it for more.
    #[arg(long = "role", required = true)]
    roles: Vec<Role>,
}

/// A scope with which to set up an installation.
async fn scope(config: &Config) -> Result<Scope, Failure> {
    let clock = clock(&config.demonstration)?;
    let database = open_current(config).await?;
    Ok(Scope::new(database, Viewer::service(Purpose::Administration), clock, ids::new_key(clock.now())))
}

impl Organisation {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let Self::Add(new) = self;
        let write = scope(config).await?.begin().await?;
        let new = NewOrganisation { name: new.name, kind: new.kind.into(), municipality: new.municipality };
        let organisation = organisations::register(&write, ids::new_key(write.now()), new).await?;
        write.commit().await?;
        println!("{}", ids::encode(ObjectType::Organisation, organisation.id));
        Ok(())
    }
}

impl Member {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let Self::Invite(new) = self;
        let unknown = || Failure::Other(format!("there is no organisation {}", new.organisation));
        let key = ids::decode(ObjectType::Organisation, &new.organisation).ok_or_else(unknown)?;
        let write = scope(config).await?.begin().await?;
        let organisation = write.find::<organisation::Entity>().by_key(key).one().await?.ok_or_else(unknown)?;
        let member = NewMember {
            name: new.name,
            function: new.function,
            email: Some(new.email),
            client_id: None,
            roles: new.roles,
        };
        let member = organisations::invite(&write, ids::new_key(write.now()), &organisation, member).await?;
        write.commit().await?;
        println!("{}", ids::encode(ObjectType::Membership, member.id));
        Ok(())
    }
}

impl ValueEnum for Role {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.as_str()))
    }
}
