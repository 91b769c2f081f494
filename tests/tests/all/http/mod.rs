//! The edge: GraphQL over HTTP, health.

mod audits;
mod health;
