//! The edge: GraphQL over HTTP, its limits, health, ids of requests, GraphiQL, and what the log keeps to itself.

mod audits;
mod bodies;
mod broken_off;
mod documents;
mod graphiql;
mod headers;
mod health;
mod log;
mod methods;
mod rate_limits;
mod request_ids;
mod schemathesis;
mod slow_clients;
mod stopping;
