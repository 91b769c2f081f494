//! The edge: HTTP, GraphQL, and what stays open.

use ipnet::IpNet;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Settings of the edge.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Http {
    pub listen: SocketAddr,
    pub public_url: String,
    pub behind_proxy: bool,
    pub largest_body: usize,
    pub largest_list: usize,
    pub time_limit_seconds: u64,
    pub graphiql: bool,
    pub introspection: bool,
    pub server_timing: bool,
    pub trusted_proxies: Vec<IpNet>,
    pub header_seconds: u64,
    pub body_seconds: u64,
    pub write_seconds: u64,
    pub connections_per_address: usize,
    pub tls: Tls,
    pub rate_limits: RateLimits,
}

/// Where TLS ends here.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Tls {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Tls {
    /// Whether TLS ends here.
    pub fn is_set(&self) -> bool {
        !self.certificate.as_os_str().is_empty()
    }
}

/// How many requests a minute; 0 for no limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct RateLimits {
    pub account: u32,
    pub organisation: u32,
    pub address: u32,
    pub credentials: u32,
    pub sign_ins: u32,
}

/// Limits of documents.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Graphql {
    pub depth: usize,
    pub complexity: usize,
    pub aliases: usize,
    pub tokens: usize,
    pub root_fields: usize,
}

/// WebSockets and event streams.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "defaults.toml documents them")]
pub struct Live {
    pub init_seconds: u64,
    pub ping_seconds: u64,
    pub check_seconds: u64,
    pub slow_seconds: u64,
    pub largest_message: usize,
    pub subscriptions_per_connection: usize,
    pub connections_per_account: usize,
}
