//! Webhooks, as Standard Webhooks has them: an organisation's own software learns that one of its reports has news, and fetches
//! them as it fetches everything else. What is sent says no more than which report it is.

mod actions;
mod addresses;
mod mutations;
#[cfg(any(test, fuzzing))]
pub(crate) mod parsers;
mod queries;
mod sender;
mod signing;
mod types;

pub use mutations::WebhookMutations;
pub use queries::WebhookQueries;
pub use sender::{Sender, Sent};
pub use types::Webhook;

use crate::config;

/// Which addresses webhooks may have.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowed {
    /// Addresses of private networks and of this machine too.
    private_networks: bool,
    /// Without TLS too.
    plain_http: bool,
}

impl From<&config::Webhooks> for Allowed {
    fn from(settings: &config::Webhooks) -> Self {
        Self { private_networks: settings.private_networks, plain_http: settings.plain_http }
    }
}
