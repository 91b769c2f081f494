//! Loads materials for many places of an answer at once.

use crate::access::Scope;
use crate::loader::{by_key, parts_of};

/// The loader of one request.
pub struct Loader(pub Scope);

by_key!(Loader, MaterialKey, material, id);
parts_of!(Loader, VersionsOf, material, first_id FirstId, Version);
