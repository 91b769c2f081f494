//! Loads bars for many reports at once.

use crate::access::Scope;
use crate::loader::parts_of;

/// The loader of one request.
pub struct Loader(pub Scope);

parts_of!(Loader, BarsOf, report_bar, report_id ReportId, Id);
