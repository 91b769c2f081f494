//! The demonstration network.

pub mod issuer;
