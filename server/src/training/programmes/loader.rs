//! Loads programmes for many sessions at once.

use crate::access::Scope;
use crate::loader::by_key;

/// The loader of one request.
pub struct Loader(pub Scope);

by_key!(Loader, ProgrammeKey, programme, id);
