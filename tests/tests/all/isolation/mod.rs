//! The proof of isolation: who sees what of whom, and that what one tenant does changes nothing for another.

mod beside;
mod canary;
mod damaged;
mod decided;
mod directory;
mod downloads;
mod interference;
mod kept;
mod learned;
mod matrix;
mod others;
mod planted;
mod pool;
mod prepared;
mod readings;
mod reports;
mod routes;
mod silence;
mod trained;
pub(crate) mod walk;
mod words;

use tests::{Database, Hooks, Options, Post, Server};

/// A server that answers documents of any size, as the walk sends them.
pub(crate) async fn server_for_walks(database: Database) -> Server {
    for_walks(database).start().await
}

fn for_walks(database: Database) -> Options {
    let options = Server::with(database).env("OSLONAC_GRAPHQL__COMPLEXITY", "100000000");
    options.env("OSLONAC_GRAPHQL__TOKENS", "100000").env("OSLONAC_GRAPHQL__ALIASES", "10000")
}

/// The same with receivers of what leaves the service by itself: e-mails, and webhooks that are registered there.
async fn for_walks_with_receivers(database: Database) -> (Options, Post, Hooks) {
    let (post, hooks) = (Post::start().await, Hooks::start().await);
    let options = for_walks(database)
        .env("OSLONAC_LIVE__PING_SECONDS", "600")
        .env("OSLONAC_NOTIFICATIONS__LOOK_EVERY_SECONDS", "1")
        .env("OSLONAC_NOTIFICATIONS__WEBHOOKS__PLAIN_HTTP", "true")
        .env("OSLONAC_NOTIFICATIONS__WEBHOOKS__PRIVATE_NETWORKS", "true");
    let options = post.settings().into_iter().fold(options, |options, (key, value)| options.env(key, value));
    (options, post, hooks)
}
