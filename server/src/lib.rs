//! The service: one GraphQL API for the Centre and its partners.

pub mod access;
pub mod accounts;
pub mod attachments;
pub mod audit;
pub mod bars;
pub mod cases;
pub mod clock;
pub mod code_lists;
pub mod commands;
pub mod config;
pub mod context;
pub mod date;
pub mod deadlines;
pub mod demo;
pub mod error;
pub mod failure;
pub mod field_order;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod http;
pub mod idempotency;
pub mod ids;
pub mod indicators;
pub mod jobs;
mod key_file;
pub mod language;
pub mod limits;
pub mod loader;
pub mod metrics;
pub mod node;
pub mod notifications;
pub mod occasion;
pub mod openings;
pub mod organisations;
pub mod relay;
pub mod reports;
pub mod retention;
pub mod schema;
pub mod server;
pub mod sheets;
pub mod statistics;
#[cfg(test)]
mod testing;
pub mod text;
pub mod training;
pub mod transliteration;
pub mod triage;
