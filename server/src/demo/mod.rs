//! The demonstration: a network of invented organisations and people with a year of reports, and an OpenID issuer that
//! vouches for them.

pub mod issuer;
pub mod network;
