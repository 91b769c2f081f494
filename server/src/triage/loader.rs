//! Loads the Centre's work on reports for many siblings at once.

use crate::access::Scope;
use crate::loader::parts_of;

/// The loader of one request.
pub struct Loader(pub Scope);

parts_of!(Loader, EventsOf, report_event, report_id ReportId, Revision);
parts_of!(Loader, NotesOf, internal_note, report_id ReportId, Id);
parts_of!(Loader, JoinedInto, report, joined_to_id JoinedToId, Id);
