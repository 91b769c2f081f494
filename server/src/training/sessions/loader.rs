//! Loads sessions and their parts for many siblings at once.

use crate::access::Scope;
use crate::loader::{by_key, parts_of};

/// The loader of one request.
pub struct Loader(pub Scope);

by_key!(Loader, SessionKey, training_session, id);
by_key!(Loader, DayKey, training_day, id);
parts_of!(Loader, DaysOf, training_day, session_id SessionId, StartsAt);
parts_of!(Loader, AudienceOf, session_audience, session_id SessionId, Id);
parts_of!(Loader, PlacesOf, session_places, session_id SessionId, Id);
