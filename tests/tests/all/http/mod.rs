//! The edge: GraphQL over HTTP, its limits, health, ids of requests, GraphiQL, and what the log keeps to itself.

mod audits;
mod bodies;
mod documents;
mod graphiql;
mod health;
mod log;
mod methods;
mod request_ids;
