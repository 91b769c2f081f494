//! Certificates: who attended, and passed where a test is asked for, gets one that anybody can verify.

mod actions;
mod loader;
mod mutations;
pub mod pdf;
pub mod printing;
mod queries;
pub mod rules;
mod types;

pub use loader::Loader;
pub use mutations::CertificateMutations;
pub use queries::CertificateQueries;
pub use types::Certificate;

/// Path of the public page that says whether the certificate with this number is valid.
pub fn verification_path(number: &str) -> String {
    format!("/verify/{number}")
}
