//! The service: one GraphQL API for the Centre and its partners.

pub mod transliteration;
