//! Organisations, the tenants, and memberships: who acts for which of them in which roles.

mod actions;
mod loader;
mod mutations;
mod queries;
pub mod rules;
mod types;

pub use actions::{NewMember, NewOrganisation, invite, register};
pub use loader::Loader;
pub use mutations::OrganisationMutations;
pub use queries::OrganisationQueries;
pub use types::{Membership, Organisation, OrganisationKind};
