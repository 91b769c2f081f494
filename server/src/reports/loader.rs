//! Loads reports and their parts for many siblings at once: one statement a level, however many rows.

use crate::access::Scope;
use crate::loader::{by_key, parts_of};

/// The loader of one request.
pub struct Loader(pub Scope);

by_key!(Loader, ReportKey, report, id);
by_key!(Loader, PersonKey, person, id);
by_key!(Loader, MessageKey, report_message, id);
by_key!(Loader, IdentityOf, person_identity, person_id);
parts_of!(Loader, PersonsOf, person, report_id ReportId, Position);
parts_of!(Loader, TicksOf, ticked_indicator, person_id PersonId, Id);
parts_of!(Loader, ReadingsOf, message_reading, report_id ReportId, Id);
parts_of!(Loader, MessagesOf, report_message, report_id ReportId, Id);
