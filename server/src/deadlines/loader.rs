//! Loads deadlines for many siblings at once.

use crate::access::Scope;
use crate::loader::parts_of;

/// The loader of one request.
pub struct Loader(pub Scope);

parts_of!(Loader, DeadlinesOf, report_deadline, report_id ReportId, StartedAt);
