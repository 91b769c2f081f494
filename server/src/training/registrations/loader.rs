//! Loads registrations and their parts for many siblings at once.

use crate::access::Scope;
use crate::loader::{by_key, parts_of};

/// The loader of one request.
pub struct Loader(pub Scope);

by_key!(Loader, RegistrationKey, registration, id);
by_key!(Loader, NeedsKey, participant_needs, registration_id);
parts_of!(Loader, RegistrationsOf, registration, session_id SessionId, Id);
parts_of!(Loader, AttendanceOf, attendance, registration_id RegistrationId, Id);
