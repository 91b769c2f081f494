//! Loads organisations and memberships for many siblings at once.

use crate::access::Scope;
use crate::loader::{by_key, parts_of};

/// The loader of one request.
pub struct Loader(pub Scope);

by_key!(Loader, OrganisationKey, organisation, id);
by_key!(Loader, MembershipKey, membership, id);
parts_of!(Loader, MembershipsOf, membership, organisation_id OrganisationId, Id);
