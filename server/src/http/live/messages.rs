//! Messages of the protocol `graphql-transport-ws`, and the codes with which it closes.

use crate::http::operation::Operation;
use async_graphql::Response;
use serde::{Deserialize, Serialize};

/// The name of the protocol.
pub(super) const PROTOCOL: &str = "graphql-transport-ws";

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum FromClient {
    /// It says who it is.
    ConnectionInit {
        #[serde(default)]
        payload: Option<Init>,
    },
    /// It asks whether we are there.
    Ping {},
    /// It is there.
    Pong {},
    /// It asks for an operation.
    Subscribe { id: String, payload: Operation },
    /// It wants no more of one.
    Complete { id: String },
}

/// What a client says of itself: without a token, it goes by the cookie it came with.
#[derive(Default, Deserialize)]
pub(super) struct Init {
    /// `Bearer` and an access token, as in HTTP's header.
    #[serde(default, alias = "Authorization")]
    pub authorization: Option<String>,
    /// The id of the organisation to act for.
    #[serde(default, rename = "oslonac-organisation", alias = "Oslonac-Organisation")]
    pub organisation: Option<String>,
    /// The language of the answers, as in HTTP's header.
    #[serde(default, rename = "accept-language", alias = "Accept-Language")]
    pub language: Option<String>,
}

/// What we say.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ToClient<'a> {
    ConnectionAck,
    Pong,
    Next { id: &'a str, payload: &'a Response },
    Error { id: &'a str, payload: &'a [async_graphql::ServerError] },
    Complete { id: &'a str },
}

/// Why we close: a code and its words.
pub(super) type Reason = (u16, &'static str);

pub(super) const GOING_AWAY: Reason = (1001, "The service stops. Come back in a moment.");
pub(super) const TOO_SLOW: Reason = (1013, "You read too slowly. Come back, and fetch anew what you watch.");
pub(super) const SILENT: Reason = (1013, "You did not answer for too long. Come back when you can.");
pub(super) const NO_MESSAGE: Reason = (4400, "This is no message of graphql-transport-ws.");
pub(super) const UNAUTHORIZED: Reason = (4401, "Unauthorized");
pub(super) const FORBIDDEN: Reason = (4403, "Forbidden");
pub(super) const OTHER_PROTOCOL: Reason = (4406, "Subprotocol not acceptable");
pub(super) const INIT_TIMEOUT: Reason = (4408, "Connection initialisation timeout");
pub(super) const SAME_ID: Reason = (4409, "Subscriber already exists");
pub(super) const TOO_MANY: Reason = (4429, "Too many connections or subscriptions of yours are open.");
pub(super) const INIT_AGAIN: Reason = (4429, "Too many initialisation requests");
