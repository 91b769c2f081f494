//! The service: one GraphQL API for the Centre and its partners.

pub mod access;
pub mod clock;
pub mod config;
pub mod context;
pub mod error;
pub mod ids;
pub mod indicators;
pub mod language;
pub mod loader;
pub mod relay;
pub mod transliteration;
