//! The service: one GraphQL API for the Centre and its partners.

pub mod indicators;
pub mod transliteration;
