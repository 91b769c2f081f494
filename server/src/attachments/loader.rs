//! Loads files for many places of an answer at once.

use crate::access::Scope;
use crate::loader::{by_key, parts_of};

/// The loader of one request.
pub struct Loader(pub Scope);

by_key!(Loader, AttachmentKey, attachment, id);
parts_of!(Loader, AttachmentsOf, attachment, report_id ReportId, Id);
