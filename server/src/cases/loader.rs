//! Loads cases for many siblings at once.

use crate::access::Scope;
use crate::loader::{by_key, parts_of};

/// The loader of one request.
pub struct Loader(pub Scope);

by_key!(Loader, CaseKey, case, id);
parts_of!(Loader, CasesOf, case, report_id ReportId, Id);
