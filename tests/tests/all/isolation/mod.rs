//! The proof of isolation: who sees what of whom, and that what one tenant does changes nothing for another.

mod canary;
mod damaged;
mod interference;
mod matrix;
mod planted;
mod reports;
mod trained;
pub(crate) mod walk;

use tests::{Database, Server};

/// A server that answers documents of any size, as the walk sends them.
pub(crate) async fn server_for_walks(database: Database) -> Server {
    let options = Server::with(database).env("OSLONAC_GRAPHQL__COMPLEXITY", "100000000");
    options.env("OSLONAC_GRAPHQL__TOKENS", "100000").env("OSLONAC_GRAPHQL__ALIASES", "10000").start().await
}
