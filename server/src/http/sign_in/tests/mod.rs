//! Sign-in from end to end: the demonstration's issuer, the routes of sign-in and one protected route, each on a real
//! port, over a temporary SQLite database.

mod browser;
mod network;
mod sessions;
mod tokens;

pub(in crate::http) use network::stand_in;
