//! Loads openings for many notifications at once.

use crate::access::Scope;
use crate::loader::by_key;

/// The loader of one request.
pub struct Loader(pub Scope);

by_key!(Loader, OpeningKey, identity_opening, id);
