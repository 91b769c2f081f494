//! Loads certificates and what stands on them for many at once.

use crate::access::Scope;
use crate::loader::{by_key, parts_of};

/// The loader of one request.
pub struct Loader(pub Scope);

by_key!(Loader, CertificateKey, certificate, id);
by_key!(Loader, ContentKey, certificate_content, certificate_id);
by_key!(Loader, ProgrammeKey, programme, id);
parts_of!(Loader, CertificatesOf, certificate, registration_id RegistrationId, Id);
parts_of!(Loader, ReplacementOf, certificate, replaces_id ReplacesId, Id);
