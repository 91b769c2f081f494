//! What of this module reads what others wrote, for the fuzzer.

use super::messages::FromClient;
use super::websocket::told;
use axum::http::HeaderMap;

/// Reads a message of `graphql-transport-ws`, with what it says of who sends it, or what it asks for.
pub(crate) fn message(text: &str) {
    match serde_json::from_str(text) {
        Ok(FromClient::ConnectionInit { payload }) => {
            let headers = told(HeaderMap::new(), payload.unwrap_or_default());
            assert!(headers.is_none_or(|headers| headers.len() <= 3), "it says no more than these");
        }
        Ok(FromClient::Subscribe { id, payload }) => {
            let asked = payload.to_request();
            assert!(id.len() + asked.query.len() <= text.len(), "nothing was added");
        }
        Ok(FromClient::Complete { .. } | FromClient::Ping {} | FromClient::Pong {}) | Err(_) => {}
    }
}
