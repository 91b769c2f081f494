//! The seal: a stolen copy of the database shows nothing, what is moved or changed does not open, and keys can be changed.

mod damaged;
mod keys;
mod stolen;
mod vault;

use serde_json::{Value, json};
use tests::{Client, Server};

/// What `keys verify` prints, and whether it found everything in order.
async fn verify(server: &Server) -> (bool, String) {
    let output = server.storage().command(&["keys", "verify"]).run().await;
    (output.success, format!("{}{}", output.stdout, output.stderr))
}

/// The observations of every report that the client sees, with the codes of errors.
async fn observations(client: &Client) -> (Vec<Value>, Vec<String>) {
    let response =
        client.query("{ reports(first: 100) { nodes { observations place persons { pseudonym } } } }", json!({})).await;
    let nodes = response.body()["data"]["reports"]["nodes"].as_array().cloned().unwrap_or_default();
    (nodes, response.error_codes().into_iter().map(str::to_owned).collect())
}
